"""What the ledger promises, on every store: nobody twice, nobody missed."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import Connection, delete, update

from digest.deliver.reply import after_the_dot
from digest.errors import StoreError
from digest.model import DeliveryState, IssueState, SubscriberState
from digest.store import Store, boot, open_store
from digest.store.deliveries import deliveries
from digest.store.engine import writing
from digest.store.journal import Claim, Journal, Settled
from tests.deliver.scene import ISSUE, NOW, freeze, readers, subscribe

LEASE = timedelta(minutes=5)
LATER = NOW + timedelta(minutes=6)


def queue(store: Store, count: int) -> list[str]:
    freeze(store)
    addresses = subscribe(store, readers(count))
    assert store.deliveries.begin(ISSUE, now=NOW) == count
    return addresses


def journal(store: Store) -> Journal:
    return Journal(store.engine, ISSUE, lease=LEASE)


def settled(claim: Claim, state: DeliveryState, **more: object) -> Settled:
    values: dict[str, object] = {"next_at": NOW, **more}
    return Settled(claim=claim, state=state, **values)  # type: ignore[arg-type]  # the test names the fields


def counts(store: Store) -> dict[DeliveryState, int]:
    return store.deliveries.counts(ISSUE)


def issue_state(store: Store) -> IssueState:
    return store.issues.states()[ISSUE]


def test_beginning_queues_every_active_subscriber_once(store: Store) -> None:
    addresses = queue(store, 3)
    assert [row.address for row in store.deliveries.of_issue(ISSUE)] == addresses
    assert issue_state(store) is IssueState.SENDING
    subscribe(store, ["late@example.org"], start=10)
    assert store.deliveries.begin(ISSUE, now=NOW) == 0
    assert counts(store) == {DeliveryState.QUEUED: 3}


def test_whatever_a_server_says_it_is_on_record(store: Store) -> None:
    queue(store, 2)
    said = after_the_dot(250, b"2.0.0 \x00\xff\xed\xa0\x80 queued").text
    with journal(store) as mine:
        first, second = mine.claim(2, now=NOW)
        assert mine.advance([], first, now=NOW)
        assert mine.advance([settled(first, DeliveryState.SENT, text=said)], second, now=NOW)
        mine.settle([settled(second, DeliveryState.SENT, text=said)], now=NOW)
    assert counts(store) == {DeliveryState.SENT: 2}
    assert all("queued" in row.smtp_text for row in store.deliveries.of_issue(ISSUE))


def test_without_subscribers_an_issue_waits(store: Store) -> None:
    freeze(store)
    assert store.deliveries.begin(ISSUE, now=NOW) == 0
    assert issue_state(store) is IssueState.WAITING
    assert not store.deliveries.finish(ISSUE)


def test_an_issue_that_is_not_there_cannot_begin(store: Store) -> None:
    with pytest.raises(StoreError, match="no issue"):
        store.deliveries.begin("nothing", now=NOW)


def test_who_left_is_not_queued(store: Store) -> None:
    freeze(store)
    subscribe(store, readers(2))
    store.subscribers.set_state(1, SubscriberState.UNSUBSCRIBED, "unsubscribed", now=NOW)
    assert store.deliveries.begin(ISSUE, now=NOW) == 1


def test_no_row_is_claimed_by_two(store: Store) -> None:
    queue(store, 7)
    with journal(store) as one, journal(store) as other:
        taken = [*one.claim(4, now=NOW), *other.claim(4, now=NOW), *one.claim(4, now=NOW)]
    assert Counter(claim.id for claim in taken) == Counter(range(1, 8))


def test_rows_are_claimed_in_the_order_in_which_they_were_queued(store: Store) -> None:
    queue(store, 120)
    with journal(store) as mine:
        claimed = [claim.id for _ in range(3) for claim in mine.claim(40, now=NOW)]
    assert claimed == list(range(1, 121))


def test_a_claim_carries_what_the_letter_needs(store: Store) -> None:
    queue(store, 1)
    with journal(store) as mine:
        [claim] = mine.claim(5, now=NOW)
    assert (claim.address, claim.name, claim.key) == ("reader0@town0.example", "Reader 0", "secret0000x")


def test_the_fence_stands_once_and_only_for_its_claim(store: Store) -> None:
    queue(store, 1)
    with journal(store) as mine, journal(store) as other:
        [claim] = mine.claim(1, now=NOW)
        assert not other.advance([], claim, now=NOW)
        assert mine.advance([], claim, now=NOW)
        assert not mine.advance([], claim, now=NOW)


def test_one_commit_settles_one_and_fences_the_next(store: Store) -> None:
    queue(store, 2)
    with journal(store) as mine:
        first, second = mine.claim(2, now=NOW)
        mine.advance([], first, now=NOW)
        mine.advance([settled(first, DeliveryState.SENT, code=250, text="250 fine")], second, now=NOW)
        assert counts(store) == {DeliveryState.SENT: 1, DeliveryState.SENDING: 1}
    sent = next(store.deliveries.of_issue(ISSUE, DeliveryState.SENT))
    assert (sent.attempts, sent.smtp_code, sent.smtp_text) == (1, 250, "250 fine")


def test_who_leaves_after_the_claim_is_cancelled_at_the_fence(store: Store) -> None:
    queue(store, 1)
    with journal(store) as mine:
        [claim] = mine.claim(1, now=NOW)
        store.subscribers.set_state(claim.subscriber_id, SubscriberState.UNSUBSCRIBED, "unsubscribed", now=NOW)
        assert not mine.advance([], claim, now=NOW)
    assert counts(store) == {DeliveryState.CANCELLED: 1}


def test_who_left_before_the_claim_is_cancelled_and_others_are_claimed(store: Store) -> None:
    queue(store, 3)
    for subscriber_id in (1, 2):
        store.subscribers.set_state(subscriber_id, SubscriberState.SUPPRESSED, "suppressed", now=NOW)
    with journal(store) as mine:
        assert [claim.subscriber_id for claim in mine.claim(2, now=NOW)] == [3]
    assert counts(store) == {DeliveryState.CANCELLED: 2, DeliveryState.CLAIMED: 1}


def test_a_deferred_row_waits_for_its_time(store: Store) -> None:
    queue(store, 1)
    with journal(store) as mine:
        [claim] = mine.claim(1, now=NOW)
        mine.settle([settled(claim, DeliveryState.DEFERRED, next_at=LATER)], now=NOW)
        assert mine.claim(1, now=NOW) == []
        assert store.deliveries.due(ISSUE, now=NOW) == 0
        [again] = mine.claim(1, now=LATER)
    assert again.attempts == 1


def test_a_clock_that_was_moved_back_holds_nothing_up(store: Store) -> None:
    queue(store, 1)
    with journal(store) as mine:
        assert len(mine.claim(1, now=NOW - timedelta(days=1))) == 1


def test_what_was_not_tried_is_given_back(store: Store) -> None:
    queue(store, 3)
    with journal(store) as mine:
        first, *_ = mine.claim(3, now=NOW)
        mine.advance([], first, now=NOW)
        assert mine.release(now=NOW) == 2
    assert counts(store) == {DeliveryState.QUEUED: 2, DeliveryState.SENDING: 1}


def test_a_mailbox_that_is_not_there_is_mailed_no_more(store: Store) -> None:
    queue(store, 1)
    with journal(store) as mine:
        [claim] = mine.claim(1, now=NOW)
        gone = settled(claim, DeliveryState.BOUNCED, text="550 5.1.1 unknown")
        mine.settle([gone], now=NOW)
        mine.suppress([gone], now=NOW)
    assert store.subscribers.counts() == {SubscriberState.SUPPRESSED: 1}
    assert [event.event for event in store.subscribers.events(claim.subscriber_id)] == ["added", "suppressed"]


def test_a_live_sender_is_not_recovered_from(store: Store) -> None:
    queue(store, 2)
    with journal(store) as mine:
        first, _ = mine.claim(2, now=NOW)
        mine.advance([], first, now=NOW)
        assert store.deliveries.recover(ISSUE, now=NOW, alone=False) == 0
    assert counts(store) == {DeliveryState.CLAIMED: 1, DeliveryState.SENDING: 1}


@pytest.mark.parametrize(("now", "alone"), [(LATER, False), (NOW, True)], ids=["lease over", "under the run lock"])
def test_of_a_dead_sender_the_claims_are_queued_and_what_was_in_flight_is_unknown(
    store: Store, now: object, alone: bool
) -> None:
    queue(store, 3)
    with journal(store) as dead:
        first, *_ = dead.claim(3, now=NOW)
        dead.advance([], first, now=NOW)
    assert store.deliveries.recover(ISSUE, now=now, alone=alone) == 3  # type: ignore[arg-type]  # a datetime
    assert counts(store) == {DeliveryState.QUEUED: 2, DeliveryState.UNKNOWN: 1}


def test_unknown_is_never_claimed_until_a_person_says_so(store: Store) -> None:
    queue(store, 1)
    with journal(store) as dead:
        dead.advance([], dead.claim(1, now=NOW)[0], now=NOW)
    store.deliveries.recover(ISSUE, now=LATER, alone=False)
    assert store.deliveries.latest_unknown_issue() == ISSUE
    with journal(store) as mine:
        assert mine.claim(5, now=LATER + timedelta(days=30)) == []
        assert store.deliveries.finish(ISSUE)
        assert store.deliveries.requeue_unknown(ISSUE, now=LATER) == 1
        assert issue_state(store) is IssueState.SENDING
        assert len(mine.claim(5, now=LATER)) == 1


def test_what_a_frozen_sender_learns_late_settles_the_unknown(store: Store) -> None:
    queue(store, 1)
    with journal(store) as frozen:
        [claim] = frozen.claim(1, now=NOW)
        frozen.advance([], claim, now=NOW)
        store.deliveries.recover(ISSUE, now=LATER, alone=False)
        frozen.settle([settled(claim, DeliveryState.SENT)], now=LATER)
    assert counts(store) == {DeliveryState.SENT: 1}


def test_what_a_frozen_sender_learns_after_a_person_decided_changes_nothing(store: Store) -> None:
    queue(store, 1)
    with journal(store) as frozen:
        [claim] = frozen.claim(1, now=NOW)
        frozen.advance([], claim, now=NOW)
        store.deliveries.recover(ISSUE, now=LATER, alone=False)
        store.deliveries.requeue_unknown(ISSUE, now=LATER)
        frozen.settle([settled(claim, DeliveryState.BOUNCED)], now=LATER)
    assert counts(store) == {DeliveryState.QUEUED: 1}


def test_what_a_frozen_sender_has_to_send_again_later_opens_the_issue_again(store: Store) -> None:
    queue(store, 1)
    with journal(store) as frozen:
        [claim] = frozen.claim(1, now=NOW)
        frozen.advance([], claim, now=NOW)
        store.deliveries.recover(ISSUE, now=LATER, alone=False)
        assert store.deliveries.finish(ISSUE)
        frozen.settle([settled(claim, DeliveryState.DEFERRED)], now=LATER)
    assert not store.deliveries.finish(ISSUE)
    assert issue_state(store) is IssueState.SENDING
    assert [issue.id for issue in store.issues.open_issues()] == [ISSUE]


def test_what_a_clock_that_was_ahead_claimed_or_put_off_is_taken_up_at_once(store: Store) -> None:
    queue(store, 3)
    next_year = NOW + timedelta(days=365)
    with journal(store) as ahead:
        in_flight, put_off, _ = ahead.claim(3, now=next_year)
        ahead.advance([], in_flight, now=next_year)
        ahead.settle([settled(put_off, DeliveryState.DEFERRED, next_at=next_year + LEASE)], now=next_year)
    store.deliveries.recover(ISSUE, now=NOW, alone=False)
    assert counts(store) == {DeliveryState.UNKNOWN: 1, DeliveryState.DEFERRED: 1, DeliveryState.QUEUED: 1}
    assert store.deliveries.due(ISSUE, now=NOW) == 2


def test_a_clock_that_differs_a_little_recovers_nothing(store: Store) -> None:
    queue(store, 2)
    with journal(store) as ahead:
        one, other = ahead.claim(2, now=LATER)
        ahead.advance([], one, now=LATER)
        ahead.settle([settled(other, DeliveryState.DEFERRED, next_at=LATER)], now=LATER)
    assert store.deliveries.recover(ISSUE, now=NOW, alone=False) == 0
    assert store.deliveries.due(ISSUE, now=NOW) == 0


def go_down(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a crash leaves: PostgreSQL empties the table of boots, a machine has another id."""
    if store.engine.dialect.name == "sqlite":
        monkeypatch.setattr(boot, "_boot_id", lambda: "another boot")
    with store.engine.begin() as connection:
        connection.execute(delete(boot.boot))


def test_after_a_crash_nothing_that_looks_untried_is_given_back(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    queue(store, 3)
    with journal(store) as mine:
        handed_over, *_ = mine.claim(3, now=NOW)
        mine.advance([], handed_over, now=NOW)
        with store.engine.begin() as connection:  # the crash: the commit of the fence is lost
            connection.execute(update(deliveries).values(state=DeliveryState.CLAIMED))
        go_down(store, monkeypatch)
        assert mine.release(now=NOW) == 0
    store.deliveries.recover(ISSUE, now=NOW, alone=True)
    assert counts(store) == {DeliveryState.UNKNOWN: 3}


def is_durable(connection: Connection) -> bool:
    if connection.dialect.name == "sqlite":
        return connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
    return connection.exec_driver_sql("SHOW synchronous_commit").scalar_one() == "on"


def test_every_commit_but_that_of_a_message_is_durable_whatever_the_database_is_set_to(store: Store) -> None:
    url = store.engine.url.render_as_string(hide_password=False)
    if store.engine.dialect.name == "postgresql":
        with store.engine.begin() as connection:
            connection.exec_driver_sql(f'ALTER DATABASE "{store.engine.url.database}" SET synchronous_commit TO off')
    with open_store(url.replace("+psycopg", "")) as again, journal(again) as mine:
        with writing(again.engine) as connection:
            assert is_durable(connection)
        assert not is_durable(mine._connection)


def hand_over_after_a_freeze(store: Store, *, fenced: bool) -> Counter[int]:
    """One sender freezes with five claims past its lease; another takes over; then the first one wakes up."""
    queue(store, 5)
    handed: Counter[int] = Counter()

    def work(mine: Journal, claims: list[Claim], *, fenced: bool) -> None:
        for claim in claims:
            if mine.advance([], claim, now=LATER) or not fenced:
                handed[claim.subscriber_id] += 1
                mine.settle([settled(claim, DeliveryState.SENT)], now=LATER)

    with journal(store) as frozen, journal(store) as other:
        held = frozen.claim(5, now=NOW)
        store.deliveries.recover(ISSUE, now=LATER, alone=False)
        work(other, other.claim(5, now=LATER), fenced=True)
        work(frozen, held, fenced=fenced)
    return handed


def test_a_sender_that_wakes_after_its_lease_is_stopped_by_the_fence(store: Store) -> None:
    assert hand_over_after_a_freeze(store, fenced=True) == Counter(range(1, 6))


def test_without_the_fence_a_sender_that_wakes_would_send_twice(store: Store) -> None:
    assert set(hand_over_after_a_freeze(store, fenced=False).values()) == {2}


def test_an_issue_is_sent_when_nothing_of_it_is_open(store: Store) -> None:
    queue(store, 2)
    with journal(store) as mine:
        first, second = mine.claim(2, now=NOW)
        mine.settle([settled(first, DeliveryState.SENT)], now=NOW)
        assert not store.deliveries.finish(ISSUE)
        mine.settle([settled(second, DeliveryState.BOUNCED)], now=NOW)
    assert store.deliveries.finish(ISSUE)
    assert issue_state(store) is IssueState.SENT


def test_what_is_open_can_be_cancelled(store: Store) -> None:
    queue(store, 3)
    with journal(store) as mine:
        first, second = mine.claim(2, now=NOW)
        mine.settle([settled(first, DeliveryState.SENT)], now=NOW)
        mine.settle([settled(second, DeliveryState.DEFERRED, next_at=LATER)], now=NOW)
    assert store.deliveries.cancel_open(ISSUE, now=NOW) == 2
    assert counts(store) == {DeliveryState.SENT: 1, DeliveryState.CANCELLED: 2}


def test_what_is_put_off_can_be_given_up_and_keeps_what_the_server_said(store: Store) -> None:
    queue(store, 3)
    with journal(store) as mine:
        first, second = mine.claim(2, now=NOW)
        mine.settle([settled(first, DeliveryState.SENT)], now=NOW)
        mine.settle([settled(second, DeliveryState.DEFERRED, next_at=LATER, code=452, text="mailbox full")], now=NOW)
    assert store.deliveries.give_up(ISSUE, now=NOW) == 1
    assert counts(store) == {DeliveryState.SENT: 1, DeliveryState.BOUNCED: 1, DeliveryState.QUEUED: 1}
    [bounced] = store.deliveries.of_issue(ISSUE, DeliveryState.BOUNCED)
    assert (bounced.smtp_code, bounced.smtp_text) == (452, "given up: mailbox full")


def test_a_bounce_that_was_the_servers_fault_is_taken_back(store: Store) -> None:
    queue(store, 1)
    with journal(store) as mine:
        [claim] = mine.claim(1, now=NOW)
        bounced = settled(claim, DeliveryState.BOUNCED)
        mine.settle([bounced], now=NOW)
        mine.reopen([bounced], next_at=LATER, now=NOW)
    assert counts(store) == {DeliveryState.DEFERRED: 1}
    assert store.deliveries.due(ISSUE, now=LATER) == 1


def test_a_plan_counts_by_domain_before_and_after_the_beginning(store: Store) -> None:
    freeze(store)
    subscribe(store, ["a@one.example", "b@one.example", "c@two.example"])
    expected = {"one.example": 2, "two.example": 1}
    assert store.deliveries.due_domains(ISSUE, now=NOW) == expected
    store.deliveries.begin(ISSUE, now=NOW)
    assert store.deliveries.due_domains(ISSUE, now=NOW) == expected


def test_a_subscribers_deliveries_are_found(store: Store) -> None:
    queue(store, 2)
    [(found, at)] = store.deliveries.of_subscriber(2)
    assert (found.issue_id, found.subscriber_id, found.state, at) == (ISSUE, 2, DeliveryState.QUEUED, NOW)


def test_proof_settles_what_is_unknown(store: Store) -> None:
    queue(store, 2)
    with journal(store) as dead:
        for claim in dead.claim(2, now=NOW):
            dead.advance([], claim, now=NOW)
    store.deliveries.recover(ISSUE, now=NOW, alone=True)
    store.deliveries.finish(ISSUE)
    one, other = store.deliveries.of_issue(ISSUE, DeliveryState.UNKNOWN)
    store.deliveries.settle_unknown(one, arrived=True, now=NOW)
    assert issue_state(store) is IssueState.SENT
    store.deliveries.settle_unknown(other, arrived=False, now=NOW)
    assert counts(store) == {DeliveryState.SENT: 1, DeliveryState.QUEUED: 1}
    assert issue_state(store) is IssueState.SENDING


def test_two_programs_that_add_the_same_reader_at_a_time_are_told_to_try_again(store: Store) -> None:
    subscribe(store, readers(1))
    with pytest.raises(StoreError, match="run again"):
        subscribe(store, readers(1), start=5)
    assert store.subscribers.counts() == {SubscriberState.ACTIVE: 1}
