"""What follows from a letter that came back: the ledger learns of it, and who cannot or will not read is left alone.

Only a letter that proves to be about one of ours counts (`digest.deliver.marks`): else anybody could have anybody
struck off by a forged report.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from digest.config import BouncesSettings, mailable, split_mailbox
from digest.deliver.marks import message_id
from digest.deliver.reports import Bounce, Complaint, Incoming, Other, Proof, Request, read_letter
from digest.model import Delivery, DeliveryState, Subscriber, SubscriberState
from digest.store import Store

_SOFT_SPAN = timedelta(days=90)
_ISSUES_MAX = 100_000
_COMES_BACK = frozenset({"added", "imported"})


class Effect(StrEnum):
    """What a letter changed."""

    SUPPRESSED = "suppressed"  # there is no such mailbox, or it failed too often: mailed no more
    BOUNCED = "bounced"  # one issue did not arrive
    UNSUBSCRIBED = "unsubscribed"  # the reader asked for it
    COMPLAINED = "complained"  # the reader called it spam: unsubscribed as well
    ASKED = "asked"  # somebody asks without a key of ours: a person decides
    IGNORED = "ignored"  # nothing that concerns the list
    LATER = "later"  # the issue is still being handed over: read again next time


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What one letter led to. `address` and `issue` are empty where there is none."""

    effect: Effect
    address: str = ""
    issue: str = ""
    text: str = ""


class BounceDesk:
    """Settles letters one by one. All calls raise StoreError."""

    def __init__(self, store: Store, settings: BouncesSettings) -> None:
        self._store = store
        self._settings = settings
        self._numbers: dict[str, int] = {}
        address = split_mailbox(settings.address)[1]
        self._address = mailable(address) if address else ""

    def _number(self, issue_id: str) -> int | None:
        if issue_id not in self._numbers:
            self._numbers = {row.id: row.number for row in self._store.issues.list(_ISSUES_MAX)}
        return self._numbers.get(issue_id)

    def settle(self, content: bytes, *, now: datetime) -> Settled:
        """Do what one letter asks for. Settling the same letter twice changes nothing more."""
        letter: Incoming = read_letter(content, address=self._address, separator=self._settings.separator)
        match letter:
            case Other():
                return Settled(effect=Effect.IGNORED, text=letter.why)
            case Request():
                return self._request(letter, now)
            case Complaint():
                return self._complaint(letter, now)
            case Bounce():
                return self._bounce(letter, now)

    def _request(self, letter: Request, now: datetime) -> Settled:
        reader = self._store.subscribers.by_token(letter.token) if letter.token else None
        if reader is None:
            what = "asks to be taken off the list, without the key of a letter; `digest subscribers remove` does it"
            return Settled(effect=Effect.ASKED, address=letter.sender, text=what)
        return self._take_off(reader, Effect.UNSUBSCRIBED, "by mail", now)

    def _complaint(self, letter: Complaint, now: datetime) -> Settled:
        reader, delivery = self._subject(letter.proof)
        if reader is None:
            return Settled(
                effect=Effect.IGNORED, text="is a complaint that does not prove to be about a letter of ours"
            )
        return self._take_off(reader, Effect.COMPLAINED, "called spam", now, delivery)

    def _take_off(
        self, reader: Subscriber, effect: Effect, note: str, now: datetime, delivery: Delivery | None = None
    ) -> Settled:
        if reader.state is not SubscriberState.UNSUBSCRIBED:
            self._store.subscribers.set_state(reader.id, SubscriberState.UNSUBSCRIBED, effect.value, now=now, note=note)
        return Settled(effect=effect, address=reader.address, issue=delivery.issue_id if delivery else "", text=note)

    def _bounce(self, letter: Bounce, now: datetime) -> Settled:
        reader, delivery = self._subject(letter.proof)
        if reader is None or delivery is None:
            return Settled(effect=Effect.IGNORED, text="is a report that does not prove to be about a letter of ours")
        told = {"address": reader.address, "issue": delivery.issue_id, "text": letter.text}
        if delivery.state in {DeliveryState.QUEUED, DeliveryState.CLAIMED, DeliveryState.SENDING}:
            return Settled(effect=Effect.LATER, **told)
        self._store.deliveries.come_back(delivery, code=letter.code, text=letter.text, gone=letter.gone, now=now)
        if letter.gone:
            return Settled(effect=Effect.SUPPRESSED, **told)
        if reader.state is SubscriberState.ACTIVE and self._failures(reader, now) >= self._settings.soft_limit:
            note = f"{self._settings.soft_limit} issues came back, at last: {letter.text}"
            self._store.subscribers.set_state(
                reader.id, SubscriberState.SUPPRESSED, Effect.SUPPRESSED.value, now=now, note=note
            )
            return Settled(effect=Effect.SUPPRESSED, **told | {"text": note})
        return Settled(effect=Effect.BOUNCED, **told)

    def _failures(self, reader: Subscriber, now: datetime) -> int:
        """How many issues came back lately. What was before the reader was last taken in does not count."""
        entered = [event.at for event in self._store.subscribers.events(reader.id) if event.event in _COMES_BACK]
        since = max([now - _SOFT_SPAN, *entered])
        return sum(
            delivery.state is DeliveryState.BOUNCED and at >= since
            for delivery, at in self._store.deliveries.of_subscriber(reader.id)
        )

    def _subject(self, proof: Proof) -> tuple[Subscriber | None, Delivery | None]:
        """Whom a letter is about, and which issue: by its mark, else by our own headers that it brings back."""
        for mark in proof.marks:
            reader = self._store.subscribers.get(mark.subscriber_id)
            if reader is not None and mark.is_genuine(reader.token):
                return reader, self._delivery(reader, number=mark.issue_number)
        for token in proof.tokens:
            reader = self._store.subscribers.by_token(token)
            if reader is not None:
                return reader, self._delivery(reader, message_ids=proof.message_ids)
        return None, None

    def _delivery(
        self, reader: Subscriber, *, number: int | None = None, message_ids: tuple[str, ...] = ()
    ) -> Delivery | None:
        for delivery, _ in reversed(self._store.deliveries.of_subscriber(reader.id)):
            if message_id(delivery.issue_id, reader.id, reader.token) in message_ids:
                return delivery
            if number is not None and self._number(delivery.issue_id) == number:
                return delivery
        return None
