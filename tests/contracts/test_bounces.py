"""Letters that come back, on every store: the right reader, the right issue, once; and nobody by a forged one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from digest.config import Settings
from digest.deliver.bounces import BounceDesk, Effect
from digest.deliver.message import Letter, MessageTemplate, Recipient
from digest.model import Delivery, DeliveryState, SubscriberState
from digest.store import Store
from digest.store.journal import Journal, Settled
from tests.deliver.reports import complaint, delivery_report, old_report, request
from tests.deliver.scene import ISSUE, NOW, freeze, subscribe

READERS = ["ann@example.org", "bo@example.org"]
SETTINGS = Settings.model_validate(
    {"newsletter": {"from": "letter@harbour.example"}, "bounces": {"address": "bounces@harbour.example"}}
)
LATER = NOW + timedelta(hours=1)


class List:
    """Readers who got an issue or several."""

    def __init__(self, store: Store, settings: Settings = SETTINGS) -> None:
        self.store = store
        self.settings = settings
        self.desk = BounceDesk(store, settings.bounces)
        subscribe(store, READERS)

    def send(self, issue_id: str = ISSUE, number: int = 1, state: DeliveryState = DeliveryState.SENT) -> list[Letter]:
        issue = freeze(self.store, issue_id, number=number)
        self.store.deliveries.begin(issue_id, now=NOW)
        with Journal(self.store.engine, issue_id, lease=timedelta(minutes=5)) as journal:
            for claim in journal.claim(10, now=NOW):
                assert journal.advance([], claim, now=NOW)
                journal.settle([Settled(claim=claim, state=state, next_at=NOW)], now=NOW)
        template = MessageTemplate(issue, self.settings, date=NOW)
        readers = self.store.subscribers.iterate()
        return [
            template.letter(Recipient(subscriber_id=r.id, address=r.address, name=r.name, token=r.token))
            for r in readers
        ]

    def state(self, address: str = READERS[0]) -> SubscriberState:
        found = self.store.subscribers.find(address)
        assert found is not None
        return found.state

    def deliveries(self, issue_id: str = ISSUE) -> dict[str, Delivery]:
        return {d.address: d for d in self.store.deliveries.of_issue(issue_id)}


@pytest.fixture
def readers(store: Store) -> List:
    return List(store)


def test_a_mailbox_that_is_not_there_is_mailed_no_more(readers: List) -> None:
    letter = readers.send()[0]
    settled = readers.desk.settle(delivery_report(letter), now=LATER)
    assert (settled.effect, settled.address, settled.issue) == (Effect.SUPPRESSED, READERS[0], ISSUE)
    assert readers.state() is SubscriberState.SUPPRESSED
    assert readers.state(READERS[1]) is SubscriberState.ACTIVE
    bounced = readers.deliveries()[READERS[0]]
    assert (bounced.state, bounced.smtp_code) == (DeliveryState.BOUNCED, 550)
    assert "no such mailbox" in bounced.smtp_text
    events = [e.event for e in readers.store.subscribers.events(bounced.subscriber_id)]
    readers.desk.settle(delivery_report(letter), now=LATER)
    assert [e.event for e in readers.store.subscribers.events(bounced.subscriber_id)] == events, "once"


def test_a_report_says_what_became_of_an_unknown_delivery(readers: List) -> None:
    letter = readers.send(state=DeliveryState.UNKNOWN)[0]
    readers.desk.settle(delivery_report(letter, status="5.2.2", said="552 5.2.2 mailbox full"), now=LATER)
    assert readers.deliveries()[READERS[0]].state is DeliveryState.BOUNCED
    assert readers.deliveries()[READERS[1]].state is DeliveryState.UNKNOWN


def test_passing_failures_count_and_the_last_straw_suppresses(store: Store) -> None:
    readers = List(
        store, SETTINGS.model_copy(update={"bounces": SETTINGS.bounces.model_copy(update={"soft_limit": 3})})
    )
    effects = []
    for number in (1, 2, 3):
        letter = readers.send(f"harbour-{number}", number)[0]
        report = delivery_report(letter, status="4.4.7", said="450 4.4.7 given up")
        effects += [readers.desk.settle(report, now=LATER).effect for _ in range(2)]
    assert effects[:4] == [Effect.BOUNCED] * 4, "the same report read twice is one failure"
    assert effects[4] is Effect.SUPPRESSED
    assert readers.state() is SubscriberState.SUPPRESSED


def test_what_failed_long_ago_does_not_count(store: Store) -> None:
    readers = List(
        store, SETTINGS.model_copy(update={"bounces": SETTINGS.bounces.model_copy(update={"soft_limit": 2})})
    )
    for number, days in ((1, 0), (2, 100)):
        letter = readers.send(f"harbour-{number}", number)[0]
        report = delivery_report(letter, status="4.2.2", said="452 4.2.2 full")
        assert readers.desk.settle(report, now=NOW + timedelta(days=days)).effect is Effect.BOUNCED


def test_a_report_of_a_delay_changes_nothing(readers: List) -> None:
    letter = readers.send()[0]
    report = delivery_report(letter, action="delayed", status="4.4.1", said="450 4.4.1 still trying")
    assert readers.desk.settle(report, now=LATER).effect is Effect.IGNORED
    assert readers.deliveries()[READERS[0]].state is DeliveryState.SENT


@pytest.mark.parametrize("whole", [True, False])
def test_without_a_mark_the_headers_of_ours_that_come_back_prove_it(store: Store, whole: bool) -> None:
    readers = List(store, Settings.model_validate({"newsletter": {"from": "letter@harbour.example"}}))
    letters = [readers.send(f"harbour-{number}", number)[0] for number in (1, 2)]
    settled = readers.desk.settle(delivery_report(letters[0], whole=whole), now=LATER)
    assert (settled.effect, settled.issue) == (Effect.SUPPRESSED, "harbour-1")


@pytest.mark.parametrize(
    ("said", "effect"),
    [("550 5.1.1 no such user", Effect.SUPPRESSED), ("554 5.7.1 we do not like this", Effect.BOUNCED)],
)
def test_a_report_from_before_the_standard_is_read_too(readers: List, said: str, effect: Effect) -> None:
    letter = readers.send()[0]
    assert readers.desk.settle(old_report(letter, said), now=LATER).effect is effect


@pytest.mark.parametrize(
    "sender", [b"", b"From: Syst\xe8me <mailer-daemon@old.example>\r\n", b"From:\r\n", b"From: ,\r\n"]
)
def test_a_report_is_read_whoever_says_that_he_sends_it(
    readers: List, sender: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    report = old_report(readers.send()[0], "550 5.1.1 no such user")
    whole = report.replace(b"From: MAILER-DAEMON@old.example\r\n", sender, 1)
    assert whole != report
    assert readers.desk.settle(whole, now=LATER).effect is Effect.SUPPRESSED
    assert "Traceback" not in capfd.readouterr().err


def test_a_forged_report_counts_for_nothing(readers: List) -> None:
    letters = readers.send()
    forged = replace(letters[0], sender="bounces+1-1-aaaaaaaaaaaa@harbour.example", content=b"Subject: x\r\n\r\n")
    other = replace(letters[0], sender=letters[1].sender.replace("+2-", "+1-"), content=b"Subject: x\r\n\r\n")
    for letter in (forged, other):
        assert readers.desk.settle(delivery_report(letter), now=LATER).effect is Effect.IGNORED
    assert readers.state() is SubscriberState.ACTIVE
    assert readers.deliveries()[READERS[0]].state is DeliveryState.SENT


def test_a_forged_mark_of_a_reader_that_no_store_can_hold_does_not_keep_others_from_being_read(readers: List) -> None:
    letter = replace(readers.send()[0], sender="bounces+zzzzzzzzzz-1-aaaaaaaaaaaa@harbour.example", content=b"\r\n")
    assert readers.desk.settle(delivery_report(letter), now=LATER).effect is Effect.IGNORED


def test_who_asks_with_the_key_of_a_letter_is_off_the_list(readers: List) -> None:
    letter = readers.send()[0]
    settled = readers.desk.settle(request(letter), now=LATER)
    assert (settled.effect, settled.address) == (Effect.UNSUBSCRIBED, READERS[0])
    assert readers.state() is SubscriberState.UNSUBSCRIBED
    assert readers.state(READERS[1]) is SubscriberState.ACTIVE


@pytest.mark.parametrize("subject", ["unsubscribe", "Unsubscribe " + "x" * 24, "Re: unsubscribe"])
def test_who_asks_without_a_key_is_told_to_a_person(readers: List, subject: str) -> None:
    settled = readers.desk.settle(request(readers.send()[0], subject), now=LATER)
    assert (settled.effect, settled.address) == (Effect.ASKED, READERS[0])
    assert readers.state() is SubscriberState.ACTIVE


def test_who_calls_it_spam_is_off_the_list(readers: List) -> None:
    settled = readers.desk.settle(complaint(readers.send()[1]), now=LATER)
    assert (settled.effect, settled.address) == (Effect.COMPLAINED, READERS[1])
    assert readers.state(READERS[1]) is SubscriberState.UNSUBSCRIBED


def test_a_report_about_what_is_still_going_out_waits(readers: List) -> None:
    letter = readers.send()[0]
    delivery = readers.deliveries()[READERS[0]]
    with readers.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE deliveries SET state = 'queued'")
    assert readers.desk.settle(delivery_report(letter), now=LATER).effect is Effect.LATER
    assert readers.state() is SubscriberState.ACTIVE
    assert readers.deliveries()[READERS[0]].id == delivery.id


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff" * 500,
        b"Subject: =?utf-8?b?!!!?=\r\n\r\n",
        b"Subject: =?nonsense?q?unsubscribe?=\r\nTo: " + b"(" * 5000 + b"\r\n\r\nhello",
        b'Content-Type: multipart/mixed; boundary="a"\r\n\r\n--a\r\n' * 2000,
        b"Content-Type: message/delivery-status\r\n\r\nAction: failed\r\n\r\nAction: failed\r\n",
        b'Content-Type: multipart/report; report-type="x\r\n\r\n--b0\r\n',
        b"Subject: I am away until Monday\r\nAuto-Submitted: auto-replied\r\n\r\nBack soon.",
        b"Subject: Thank you\r\n\r\nA fine issue. How do I unsubscribe my neighbour?",
    ],
)  # fmt: skip
def test_whatever_a_letter_holds_it_is_passed_over(readers: List, content: bytes) -> None:
    readers.send()
    assert readers.desk.settle(content, now=LATER).effect is Effect.IGNORED
    assert readers.state() is SubscriberState.ACTIVE
