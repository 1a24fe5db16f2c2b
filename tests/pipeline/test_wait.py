"""`send --wait`: goes on by itself until nobody is put off any more, and lets other runs work meanwhile."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from digest import pipeline, subscribers
from digest.errors import LockedError, LoginError, TransportError
from digest.model import DeliveryState, IssueState
from digest.store import Store, run_lock
from tests.deliver.scene import freeze
from tests.deliver.scripted import scripted_server
from tests.pipeline.newsroom import START, Newsroom, newsroom
from tests.smtp_server import Server, smtp_server

ISSUE = "week-2026-11-02"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with smtp_server(tmp_path) as running:
        yield running


@contextmanager
def waiting_issue(folder: Path, transport: str) -> Iterator[Newsroom]:
    """A newsroom whose issue is built and waits to be sent: how it is built is no matter here, and takes long."""
    with newsroom(folder, extra=transport) as opened:
        freeze(opened.store, ISSUE, created=START)
        yield opened


@pytest.fixture
def room(tmp_path: Path, server: Server) -> Iterator[Newsroom]:
    with waiting_issue(tmp_path, server.transport()) as opened:
        yield opened


class Waiting:
    """Turns the clock where a run would wait; `at_each` sees each moment, and ends the run by returning False."""

    def __init__(self, room: Newsroom) -> None:
        self.room = room
        self.waits: list[timedelta] = []
        self.said: list[str] = []
        self.locked = 0

    def at_each(self) -> bool:
        return True

    def pause(self, when: datetime) -> bool:
        with run_lock(self.room.store):  # nobody holds it while the run waits
            self.waits.append(when - self.room.now)
        self.room.now = max(self.room.now, when)
        return self.at_each()

    @contextmanager
    def open_store(self) -> Iterator[Store]:
        if self.locked:
            self.locked -= 1
            raise LockedError("another digest run is at work")
        with run_lock(self.room.store):
            yield self.room.store

    def run(self, issue_id: str | None = None) -> pipeline.Sent:
        return pipeline.send_and_wait(
            self.room.settings,
            self.open_store,
            pipeline.SendOptions(issue_id=issue_id),
            clock=lambda: self.room.now,
            pause=self.pause,
            tell=self.said.append,
        )


def test_who_is_put_off_gets_the_issue_without_another_command(room: Newsroom, server: Server) -> None:
    refusals = iter(["450 4.2.1 busy", "450 4.2.1 busy"])
    server.rcpt = lambda address: next(refusals, None)
    waiting = Waiting(room)
    sent = waiting.run()
    [(_, outcome)] = sent.outcomes
    assert (outcome.counts, outcome.sent_now, sent.incomplete) == ({DeliveryState.SENT: 1}, 1, False)
    assert len(waiting.waits) == 2
    assert waiting.waits[1] > waiting.waits[0] > timedelta(minutes=10), "each wait is longer than the last"
    assert len(server.accepted) == 1
    assert all("1 are put off" in said for said in waiting.said)


@pytest.mark.model
def test_without_anybody_put_off_nothing_is_waited_for(tmp_path: Path, server: Server) -> None:
    with newsroom(tmp_path, extra=server.transport()) as room:
        room.write(1)  # what is not yet built is built first
        waiting = Waiting(room)
        sent = waiting.run()
    assert (sent.count(DeliveryState.SENT), sent.incomplete, waiting.waits) == (1, False, [])


def test_whoever_is_told_to_end_leaves_the_rest_for_the_next_run(room: Newsroom, server: Server) -> None:
    server.rcpt = lambda address: "450 4.2.1 busy"
    waiting = Waiting(room)
    waiting.at_each = lambda: False  # type: ignore[method-assign]
    sent = waiting.run()
    assert (len(waiting.waits), sent.incomplete, sent.count(DeliveryState.DEFERRED)) == (1, True, 1)


def test_whoever_is_told_to_end_is_not_kept_by_a_server_that_refuses_everyone(room: Newsroom, server: Server) -> None:
    for number in range(8):
        subscribers.add(room.store, f"reader{number}@town.example", now=room.now)
    refused: list[str] = []

    def refuse(address: str) -> str:
        refused.append(address)
        if len(refused) == 5:  # the last that it takes to stop the run
            os.kill(os.getpid(), signal.SIGTERM)
        return "554 5.7.1 your network is blocked"

    server.rcpt = refuse
    waiting = Waiting(room)
    assert waiting.run().incomplete
    assert waiting.waits == []


def test_an_issue_that_grows_too_old_meanwhile_is_left_to_a_person(room: Newsroom, server: Server) -> None:
    server.rcpt = lambda address: "450 4.2.1 busy"
    sent = Waiting(room).run()
    assert [issue.id for issue in sent.stale] == [ISSUE]
    assert sent.count(DeliveryState.DEFERRED) == 1
    assert room.now - sent.stale[0].created > room.settings.newsletter.stale_after
    named = Waiting(room).run(ISSUE)
    assert named.stale == ()
    assert named.count(DeliveryState.BOUNCED) == 1, "whoever is put off for four days is given up"


def test_a_run_that_is_repeated_because_somebody_is_put_off_begins_no_other_issue(
    room: Newsroom, server: Server
) -> None:
    """As cron and scripts do that run again on 75; the next day another issue is due, whoever is still put off."""
    server.rcpt = lambda address: "450 4.2.1 busy"
    assert [issue.id for issue, _ in room.send().outcomes] == [ISSUE]
    freeze(room.store, "another", created=room.now)
    for _ in range(5):
        room.later(hours=1)
        again = room.send()
        assert ([issue.id for issue, _ in again.outcomes], again.incomplete) == ([ISSUE], True)
    room.later(hours=19)
    assert [issue.id for issue, _ in room.send().outcomes] == [ISSUE, "another"]


def test_the_hours_of_an_issue_count_from_when_it_began_to_go_out(room: Newsroom, server: Server) -> None:
    """Somebody builds in the morning, reads it, and sends in the evening."""
    server.rcpt = lambda address: "450 4.2.1 busy"
    room.later(hours=11)
    assert [issue.id for issue, _ in room.send().outcomes] == [ISSUE]
    freeze(room.store, "another", created=room.now)
    room.later(minutes=20)
    assert [issue.id for issue, _ in room.send().outcomes] == [ISSUE]
    room.later(hours=6)
    assert [issue.id for issue, _ in room.send().outcomes] == [ISSUE, "another"]


def test_an_old_issue_that_only_lacks_its_end_needs_no_person(
    room: Newsroom, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its run was killed after the last letter, before it had noted that this was the last."""
    with monkeypatch.context() as patch:
        patch.setattr(type(room.store.deliveries), "finish", lambda *_: False)
        room.send()
    assert room.store.issues.states()[ISSUE] is IssueState.SENDING
    freeze(room.store, "another", created=room.now + timedelta(days=4))
    room.later(days=4)
    sent = room.send()
    assert (sent.stale, dict(sent.given_up), sent.incomplete) == ((), {}, False)
    assert [issue.id for issue, _ in sent.outcomes] == ["another"]
    assert room.store.issues.states()[ISSUE] is IssueState.SENT


def full_mailbox(address: str) -> str | None:
    return "452 4.2.2 mailbox full" if address.startswith("full@") else None


def test_a_mailbox_that_stays_full_needs_no_person(room: Newsroom, server: Server) -> None:
    subscribers.add(room.store, "full@town.example", now=room.now)
    server.rcpt = full_mailbox
    assert room.send().incomplete
    room.later(days=4)
    sent = room.send()
    assert (sent.stale, sent.given_up, sent.incomplete) == ((), {ISSUE: 1}, False)
    assert room.store.deliveries.counts(ISSUE) == {DeliveryState.SENT: 1, DeliveryState.BOUNCED: 1}
    assert room.store.issues.states()[ISSUE] is IssueState.SENT
    assert room.send().given_up == {}, "told once"


def test_who_waits_gives_up_a_mailbox_that_stays_full(room: Newsroom, server: Server) -> None:
    subscribers.add(room.store, "full@town.example", now=room.now)
    server.rcpt = full_mailbox
    sent = Waiting(room).run()
    assert (sent.stale, sent.given_up, sent.incomplete) == ((), {ISSUE: 1}, False)
    assert sent.count(DeliveryState.BOUNCED) == 1


def test_an_issue_that_nobody_has_is_left_to_a_person(room: Newsroom, server: Server) -> None:
    server.rcpt = lambda address: "450 4.2.1 busy"
    room.send()
    room.later(days=4)
    sent = room.send()
    assert ([issue.id for issue in sent.stale], sent.given_up, sent.incomplete) == ([ISSUE], {}, True)


def test_a_run_beside_this_one_is_waited_for(room: Newsroom, server: Server) -> None:
    refusals = iter(["450 4.2.1 busy"])
    server.rcpt = lambda address: next(refusals, None)
    waiting = Waiting(room)

    def other() -> bool:
        waiting.locked = 2 if len(waiting.waits) == 1 else waiting.locked
        return True

    waiting.at_each = other  # type: ignore[method-assign]
    assert not waiting.run().incomplete
    assert len(waiting.waits) == 3
    assert len(server.accepted) == 1


def test_what_another_run_has_sent_meanwhile_is_not_sent_again(room: Newsroom, server: Server) -> None:
    server.rcpt = lambda address: "450 4.2.1 busy"
    waiting = Waiting(room)

    def other() -> bool:
        server.rcpt = lambda address: None
        assert room.send().count(DeliveryState.SENT) == 1
        return True

    waiting.at_each = other  # type: ignore[method-assign]
    assert waiting.run().count(DeliveryState.SENT) == 1
    assert len(server.accepted) == 1


def test_a_server_that_is_away_is_waited_for(tmp_path: Path) -> None:
    greetings = iter(["421 4.3.2 back soon"] * 2)
    with (
        scripted_server(lambda number, command: None if command else next(greetings, None)) as busy,
        waiting_issue(tmp_path, busy.transport) as room,
    ):
        waiting = Waiting(room)
        assert not waiting.run().incomplete
    assert len(waiting.waits) == 2
    assert len(busy.taken) == 1


def test_a_run_that_begins_while_a_server_is_away_is_waited_for_too(tmp_path: Path) -> None:
    greetings = iter(["421 4.3.2 back soon"])
    with (
        scripted_server(lambda number, command: None if command else next(greetings, None)) as busy,
        waiting_issue(tmp_path, busy.transport) as room,
    ):
        waiting = Waiting(room)

        def other() -> bool:
            waiting.locked = 2 if len(waiting.waits) == 1 else waiting.locked
            return True

        waiting.at_each = other  # type: ignore[method-assign]
        assert not waiting.run().incomplete
    assert waiting.waits[1:] == [timedelta(minutes=1)] * 2
    assert len(busy.taken) == 1


def test_a_run_that_is_at_work_at_the_beginning_is_waited_for_and_told(room: Newsroom, server: Server) -> None:
    """A unit that starts beside another command of that minute must not skip the issue of the day."""
    waiting = Waiting(room)
    waiting.locked = 2
    assert waiting.run().count(DeliveryState.SENT) == 1
    assert waiting.waits == [timedelta(minutes=1)] * 2
    assert all("another digest run is at work" in said for said in waiting.said)


def test_a_run_that_never_ends_ends_the_wait(room: Newsroom) -> None:
    waiting = Waiting(room)
    waiting.locked = 10**6
    begun = room.now
    with pytest.raises(LockedError):
        waiting.run()
    assert timedelta(days=2) < room.now - begun <= room.settings.newsletter.stale_after


def test_a_server_that_stays_away_ends_the_wait(tmp_path: Path) -> None:
    with (
        scripted_server(lambda number, command: None if command else "421 4.3.2 gone fishing") as busy,
        waiting_issue(tmp_path, busy.transport) as room,
    ):
        begun = room.now
        with pytest.raises(TransportError, match="fishing"):
            Waiting(room).run()
        assert timedelta(days=2) < room.now - begun <= room.settings.newsletter.stale_after
        assert set(room.store.issues.states().values()) == {IssueState.WAITING}


def test_a_refused_login_is_not_waited_for(tmp_path: Path, server: Server) -> None:
    with waiting_issue(tmp_path, server.transport(password="wrong")) as room:
        waiting = Waiting(room)
        with pytest.raises(LoginError):
            waiting.run()
        assert waiting.waits == []


def test_a_server_that_refuses_everyone_is_given_time(room: Newsroom, server: Server) -> None:
    for number in range(12):
        subscribers.add(room.store, f"reader{number}@town.example", now=room.now)
    refusals = iter(["554 5.7.1 your network is blocked"] * 5)
    server.rcpt = lambda address: next(refusals, None)
    waiting = Waiting(room)
    sent = waiting.run()
    assert waiting.waits[0] >= timedelta(minutes=15)
    assert (sent.count(DeliveryState.SENT), sent.incomplete) == (13, False)


def test_a_clock_that_is_set_back_makes_no_wait_longer() -> None:
    times = iter([START])
    when = START + timedelta(seconds=0.05)
    assert pipeline.pause_until(when, clock=lambda: next(times, START - timedelta(days=365)))


def test_a_clock_that_is_set_forward_ends_the_wait() -> None:
    times = iter([START])
    when = START + timedelta(days=1)
    assert pipeline.pause_until(when, clock=lambda: next(times, when))


def test_a_signal_ends_the_wait() -> None:
    calls: list[int] = []

    def clock() -> datetime:
        calls.append(1)
        if len(calls) == 3:
            os.kill(os.getpid(), signal.SIGTERM)
        return START

    assert not pipeline.pause_until(START + timedelta(days=1), clock=clock)
