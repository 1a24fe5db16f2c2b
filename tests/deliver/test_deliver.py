"""A run over an issue: everyone gets it once, whatever the server, the reader or the operator does."""

from collections import Counter
from pathlib import Path

import pytest

from digest import deliver
from digest.config import Settings
from digest.deliver.message import Recipient
from digest.deliver.outbox import file_name
from digest.deliver.throttle import Throttle
from digest.errors import ConfigError, LoginError, OutputError, TransportError
from digest.model import DeliveryState, IssueState, SubscriberState
from digest.store import Store
from digest.store.journal import Journal
from tests.deliver.scene import ISSUE, Clock, configure, freeze, parsed, readers, run, scene, subscribe
from tests.deliver.scripted import HANG_UP, scripted_server
from tests.smtp_server import Server

SENT, QUEUED, DEFERRED = DeliveryState.SENT, DeliveryState.QUEUED, DeliveryState.DEFERRED
BOUNCED, UNKNOWN, CANCELLED = DeliveryState.BOUNCED, DeliveryState.UNKNOWN, DeliveryState.CANCELLED


def state_of(store: Store) -> IssueState:
    return store.issues.states()[ISSUE]


class TestOutbox:
    """Without a server."""

    @pytest.fixture
    def settings(self, tmp_path: Path) -> Settings:
        return configure(tmp_path, '[transport]\ndir = "mail"\n')

    def test_everyone_gets_a_letter_of_their_own(
        self, store: Store, settings: Settings, clock: Clock, tmp_path: Path
    ) -> None:
        outcome = deliver.deliver(scene(store, 5), settings, store, clock=clock)
        assert (outcome.counts, outcome.sent_now, outcome.stopped) == ({SENT: 5}, 5, False)
        assert state_of(store) is IssueState.SENT
        letters = [parsed(path.read_bytes()) for path in sorted((tmp_path / "mail" / ISSUE).iterdir())]
        assert [letter["To"].addresses[0].addr_spec for letter in letters] == readers(5)
        for number, letter in enumerate(letters):
            body = letter.get_body(("plain",))
            assert body is not None
            assert f"secret{number:04d}x" in body.get_content()
            assert f"Reader {number}" in body.get_content()

    def test_a_second_run_sends_nothing(self, store: Store, settings: Settings, clock: Clock) -> None:
        issue = scene(store, 3)
        deliver.deliver(issue, settings, store, clock=clock)
        again = deliver.deliver(issue, settings, store, clock=clock)
        assert (again.counts, again.sent_now) == ({SENT: 3}, 0)

    def test_without_readers_the_issue_waits_and_nothing_is_made(
        self, store: Store, settings: Settings, clock: Clock, tmp_path: Path
    ) -> None:
        outcome = deliver.deliver(freeze(store), settings, store, clock=clock)
        assert (outcome.counts, outcome.stopped) == ({}, False)
        assert state_of(store) is IssueState.WAITING
        assert not (tmp_path / "mail").exists()

    def test_a_full_disk_loses_nobody(self, store: Store, settings: Settings, clock: Clock, tmp_path: Path) -> None:
        issue = scene(store, 4)
        folder = tmp_path / "mail" / ISSUE
        deliver.deliver(issue, settings, store, clock=clock)
        third = sorted(folder.iterdir())[2].name
        later = freeze(store, "later")
        full = tmp_path / "mail" / "later" / f".{third}.part"
        full.parent.mkdir()
        full.symlink_to("/dev/full")
        with pytest.raises(OutputError, match="No space left"):
            deliver.deliver(later, settings, store, clock=clock)
        assert store.deliveries.counts("later") == {SENT: 2, DEFERRED: 1, QUEUED: 1}
        assert len(list(full.parent.iterdir())) == 2
        assert deliver.deliver(later, settings, store, clock=clock).counts == {SENT: 4}
        assert len(list(full.parent.iterdir())) == 4

    def test_what_a_killed_run_left_in_doubt_is_settled_by_looking(
        self, store: Store, settings: Settings, clock: Clock, tmp_path: Path
    ) -> None:
        issue = scene(store, 3)
        store.deliveries.begin(ISSUE, now=clock())
        with Journal(store.engine, ISSUE, lease=clock() - clock()) as killed:
            written, not_written, _ = killed.claim(3, now=clock())
            killed.advance([], written, now=clock())
            killed.advance([], not_written, now=clock())
        folder = tmp_path / "mail" / ISSUE
        folder.mkdir(parents=True)
        name = file_name(Recipient(subscriber_id=1, address=written.address, name="", token=""))
        (folder / name).write_text("as the killed run wrote it")
        unsent = file_name(Recipient(subscriber_id=2, address=not_written.address, name="", token=""))
        (folder / f".{unsent}.part").write_text("as far as the killed run came")
        outcome = deliver.deliver(issue, settings, store, clock=clock)
        assert (outcome.counts, outcome.sent_now) == ({SENT: 3}, 2)
        assert (folder / name).read_text() == "as the killed run wrote it"

    def test_a_plan_sends_and_writes_nothing(
        self, store: Store, settings: Settings, clock: Clock, tmp_path: Path
    ) -> None:
        plan = deliver.rehearse(scene(store, 8), settings, store, clock=clock)
        assert plan.total == 8
        assert plan.domains["town0.example"] == 2
        assert plan.letter_bytes > 1000
        assert (plan.unmailable, plan.failure) == ((), None)
        assert "mail" in plan.transport
        assert store.deliveries.counts(ISSUE) == {}
        assert not (tmp_path / "mail").exists()


def test_everyone_gets_it_once_over_several_connections(
    store: Store, server: Server, clock: Clock, tmp_path: Path
) -> None:
    outcome = run(store, scene(store, 60), tmp_path, server.transport(connections=4), clock)
    assert outcome.counts == {SENT: 60}
    assert Counter(server.recipients) == Counter(readers(60))


def test_who_is_put_off_is_tried_again_when_it_is_time(
    store: Store, server: Server, clock: Clock, tmp_path: Path
) -> None:
    issue = scene(store, 4)
    server.rcpt = lambda address: "450 4.2.1 busy" if address.startswith("reader2@") else None
    first = run(store, issue, tmp_path, server.transport(), clock)
    assert (first.counts, first.stopped, state_of(store)) == ({SENT: 3, DEFERRED: 1}, False, IssueState.SENDING)
    server.rcpt = lambda address: None
    assert run(store, issue, tmp_path, server.transport(), clock).sent_now == 0
    clock.advance(minutes=40)
    assert run(store, issue, tmp_path, server.transport(), clock).counts == {SENT: 4}
    assert state_of(store) is IssueState.SENT


def test_who_is_put_off_for_days_is_given_up(store: Store, server: Server, clock: Clock, tmp_path: Path) -> None:
    issue = scene(store, 1)
    server.rcpt = lambda address: "450 4.2.1 busy"
    for _ in range(12):
        outcome = run(store, issue, tmp_path, server.transport(), clock)
        clock.advance(hours=10)
    assert outcome.counts == {BOUNCED: 1}
    assert "given up" in next(store.deliveries.of_issue(ISSUE)).smtp_text
    assert store.subscribers.counts() == {SubscriberState.ACTIVE: 1}


def test_only_who_has_no_mailbox_is_suppressed(store: Store, server: Server, clock: Clock, tmp_path: Path) -> None:
    refusals = {"reader1@town1.example": "550 5.1.1 no such user", "reader2@town2.example": "552 5.2.2 mailbox full"}
    server.rcpt = refusals.get
    outcome = run(store, scene(store, 4), tmp_path, server.transport(), clock)
    assert outcome.counts == {SENT: 2, BOUNCED: 2}
    suppressed = [found.address for found in store.subscribers.iterate(SubscriberState.SUPPRESSED)]
    assert suppressed == ["reader1@town1.example"]


@pytest.mark.parametrize("refusal", ["554 5.7.1 your network is blocked", "421 4.3.2 not today"])
def test_a_server_that_refuses_everything_costs_nobody_the_issue(
    store: Store, server: Server, clock: Clock, tmp_path: Path, refusal: str
) -> None:
    issue = scene(store, 40)
    server.rcpt = lambda address: refusal
    outcome = run(store, issue, tmp_path, server.transport(), clock)
    assert outcome.stopped
    assert outcome.problems
    assert outcome.counts[QUEUED] >= 34
    assert outcome.counts[QUEUED] + outcome.counts[DEFERRED] == 40
    server.rcpt = lambda address: None
    clock.advance(hours=1)
    assert run(store, issue, tmp_path, server.transport(), clock).counts == {SENT: 40}
    assert Counter(server.recipients) == Counter(readers(40))


def test_a_server_that_puts_everyone_off_is_left_in_peace(
    store: Store, server: Server, clock: Clock, tmp_path: Path
) -> None:
    server.rcpt = lambda address: "450 4.2.1 try again"
    outcome = run(store, scene(store, 130), tmp_path, server.transport(), clock)
    assert (outcome.stopped, outcome.told_to_end) == (True, False)
    assert outcome.counts == {DEFERRED: 100, QUEUED: 30}


def test_who_is_refused_by_several_connections_is_counted_together(
    store: Store, server: Server, clock: Clock, tmp_path: Path
) -> None:
    server.rcpt = lambda address: "554 5.7.1 your network is blocked"
    outcome = run(store, scene(store, 200), tmp_path, server.transport(connections=4), clock)
    assert outcome.stopped
    assert set(outcome.counts) == {QUEUED, DEFERRED}  # not one bounce is left of it
    assert outcome.counts[DEFERRED] <= 5 + 4  # each of the others had begun with one more at most


def test_a_server_that_calls_too_many_gone_is_not_believed(
    store: Store, server: Server, clock: Clock, tmp_path: Path
) -> None:
    server.rcpt = lambda address: "550 5.1.1 no such user"
    outcome = run(store, scene(store, 60), tmp_path, server.transport(), clock)
    assert outcome.stopped
    assert "no mailbox" in str(outcome.problems[0])
    assert outcome.counts == {DEFERRED: 20, QUEUED: 40}
    assert store.subscribers.counts() == {SubscriberState.ACTIVE: 60}


def test_unknown_is_not_queued_while_the_login_is_refused(
    store: Store, server: Server, clock: Clock, tmp_path: Path
) -> None:
    issue = scene(store, 2)
    server.drop_after_data = lambda address: address.startswith("reader1@")
    assert run(store, issue, tmp_path, server.transport(), clock).counts == {SENT: 1, UNKNOWN: 1}
    with pytest.raises(LoginError):
        run(store, issue, tmp_path, server.transport(password="wrong"), clock, resend_unknown=True)
    assert store.deliveries.counts(ISSUE) == {SENT: 1, UNKNOWN: 1}


def test_a_domain_with_its_own_rate_does_not_hold_the_others_up(
    store: Store, server: Server, clock: Clock, tmp_path: Path
) -> None:
    subscribe(store, [f"reader{number}@slow.example" for number in range(4)])
    subscribe(store, readers(20), start=4)
    table = server.transport() + '[transport.domains."slow.example"]\nrate = 5\nconnections = 1\n'
    assert run(store, freeze(store), tmp_path, table, clock).counts == {SENT: 24}
    slow = [place for place, address in enumerate(server.recipients) if address.endswith("@slow.example")]
    assert slow[0] == 0
    assert slow[-1] > 10
    assert Counter(server.recipients).most_common(1)[0][1] == 1


def test_a_refused_login_leaves_everything_as_it_was(
    store: Store, server: Server, clock: Clock, tmp_path: Path
) -> None:
    with pytest.raises(LoginError):
        run(store, scene(store, 3), tmp_path, server.transport(password="wrong"), clock)
    assert state_of(store) is IssueState.WAITING
    assert store.deliveries.counts(ISSUE) == {}


def test_a_key_that_cannot_sign_leaves_everything_as_it_was(
    store: Store, server: Server, clock: Clock, tmp_path: Path
) -> None:
    (tmp_path / "dkim.pem").write_text("no key")
    table = server.transport() + '[dkim]\nkey_file = "dkim.pem"\nselector = "mail"\n'
    with pytest.raises(ConfigError, match="holds no private key"):
        run(store, scene(store, 3), tmp_path, table, clock)
    assert state_of(store) is IssueState.WAITING
    assert store.deliveries.counts(ISSUE) == {}


def test_an_unreachable_server_leaves_everything_as_it_was(store: Store, clock: Clock, tmp_path: Path) -> None:
    with scripted_server(lambda number, command: None) as gone:
        table = gone.transport
    with pytest.raises(TransportError):
        run(store, scene(store, 3), tmp_path, table, clock)
    assert state_of(store) is IssueState.WAITING


def test_a_lost_reply_is_unknown_and_resent_only_when_asked(
    store: Store, server: Server, clock: Clock, tmp_path: Path
) -> None:
    issue = scene(store, 5)
    server.drop_after_data = lambda address: address.startswith("reader2@")
    first = run(store, issue, tmp_path, server.transport(), clock)
    assert first.counts == {SENT: 4, UNKNOWN: 1}
    assert state_of(store) is IssueState.SENT
    server.drop_after_data = lambda address: False
    clock.advance(days=30)
    assert run(store, issue, tmp_path, server.transport(), clock).sent_now == 0
    assert Counter(server.recipients) == Counter(readers(5))
    asked = run(store, issue, tmp_path, server.transport(), clock, resend_unknown=True)
    assert (asked.counts, asked.sent_now) == ({SENT: 5}, 1)
    ids = [parsed(message.content)["Message-ID"] for message in server.accepted if "reader2@" in message.recipients[0]]
    assert ids[0] == ids[1]  # so that a mailbox which has it may know the second for the same


def test_who_leaves_while_queued_gets_nothing(store: Store, server: Server, clock: Clock, tmp_path: Path) -> None:
    issue = scene(store, 3)
    store.deliveries.begin(ISSUE, now=clock())
    store.subscribers.set_state(2, SubscriberState.UNSUBSCRIBED, "unsubscribed", now=clock())
    assert run(store, issue, tmp_path, server.transport(), clock).counts == {SENT: 2, CANCELLED: 1}
    assert "reader1@town1.example" not in server.recipients


def test_who_is_refused_one_after_another_is_on_record_before_the_run_ends(
    store: Store, server: Server, clock: Clock, tmp_path: Path
) -> None:
    recorded: list[int] = []

    def full(address: str) -> str:
        recorded.append(store.deliveries.counts(ISSUE).get(BOUNCED, 0))
        return "552 5.2.2 mailbox full"

    server.rcpt = full
    run(store, scene(store, 50), tmp_path, server.transport(), clock)
    assert recorded[45] >= 40


def test_a_rate_keeps_nobody_from_the_issue(store: Store, server: Server, clock: Clock, tmp_path: Path) -> None:
    table = server.transport(rate=500.0, connections=2)
    assert run(store, scene(store, 10), tmp_path, table, clock).counts == {SENT: 10}
    assert Counter(server.recipients) == Counter(readers(10))


def test_who_subscribes_after_the_beginning_waits_for_the_next_issue(
    store: Store, server: Server, clock: Clock, tmp_path: Path
) -> None:
    issue = scene(store, 3)
    server.rcpt = lambda address: "450 4.2.1 busy" if address.startswith("reader0@") else None
    run(store, issue, tmp_path, server.transport(), clock)
    subscribe(store, ["late@example.org"], start=50)
    clock.advance(hours=1)
    run(store, issue, tmp_path, server.transport(), clock)
    assert "late@example.org" not in server.recipients


def test_an_address_that_no_letter_can_carry_does_not_stop_the_others(
    store: Store, server: Server, clock: Clock, tmp_path: Path
) -> None:
    # No import lets these in; a store that another program wrote to may hold them.
    subscribe(
        store, ["ann@example.org", f"bob@{'ü' * 80}.example", "x\r\nRCPT TO:<evil@example.org>", "eve@example.org"]
    )
    outcome = run(store, freeze(store), tmp_path, server.transport(), clock)
    assert outcome.counts == {SENT: 2, BOUNCED: 2}
    assert server.recipients == ["ann@example.org", "eve@example.org"]


def test_a_connection_too_many_does_not_end_the_run(store: Store, clock: Clock, tmp_path: Path) -> None:
    issue = scene(store, 30)
    with scripted_server(lambda number, command: "421 enough" if number > 1 and not command else None) as server:
        outcome = run(store, issue, tmp_path, server.transport + "connections = 3\n", clock)
    assert outcome.counts == {SENT: 30}
    assert len(server.taken) == 30


def test_a_server_that_drops_every_connection_stops_the_run(store: Store, clock: Clock, tmp_path: Path) -> None:
    with scripted_server(lambda number, command: HANG_UP if command == "DATA" else None) as server:
        outcome = run(store, scene(store, 20), tmp_path, server.transport, clock)
    assert outcome.stopped
    assert outcome.counts == {DEFERRED: 3, QUEUED: 17}
    assert "drops every connection" in str(outcome.problems[0])


def test_a_preview_is_the_message_of_a_made_up_reader(store: Store, clock: Clock, tmp_path: Path) -> None:
    message = parsed(deliver.preview_message(freeze(store), configure(tmp_path), now=clock()))
    assert message["Subject"] == "The new bridge opens"
    assert message["To"].addresses[0].addr_spec == "reader@example.org"


def test_progress_reaches_the_whole(store: Store, server: Server, clock: Clock, tmp_path: Path) -> None:
    told: list[tuple[str, int, int | None]] = []
    issue = scene(store, 3)
    settings = configure(tmp_path, server.transport())
    deliver.deliver(issue, settings, store, clock=clock, progress=lambda *step: told.append(step))
    assert told[-1] == ("deliver", 3, 3)


@pytest.mark.parametrize(
    ("reply", "slowed"),
    [
        ("451 4.7.0 too many messages to this domain", ["town2.example"]),
        ("421 4.7.0 too fast", [None]),
        ("452 4.3.1 system is busy", [None]),
        ("450 4.2.1 this mailbox is busy", []),
        ("451 4.7.1 greylisted, try again", []),
        ("550 5.7.1 no", []),
    ],
)
def test_a_server_that_asks_for_less_is_given_less(
    store: Store, server: Server, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    reply: str, slowed: list[str | None],
) -> None:  # fmt: skip
    asked: list[str | None] = []

    def slow(throttle: Throttle, domain: str | None = None) -> float:
        asked.append(domain)
        return 1.0

    monkeypatch.setattr(Throttle, "slow", slow)
    server.rcpt = lambda address: reply if address.startswith("reader2@") else None
    outcome = run(store, scene(store, 5), tmp_path, server.transport(), clock)
    assert outcome.counts[SENT] == 4
    assert asked == slowed
