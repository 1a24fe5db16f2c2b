"""Who gets what: subscribers one at a time and by CSV, and what happened to each."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from digest.errors import UsageError
from digest.model import Skipped, Subscriber, SubscriberState
from digest.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """What an import did: `known` were there before and stay as they are. `readable` rows hold an address at all."""

    added: int
    known: int
    readable: int
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened with a subscriber."""

    at: datetime
    event: str
    detail: str


def add(store: Store, address: str, name: str = "", *, now: datetime | None = None) -> Subscriber:
    """Subscribe one address, or subscribe it again; one that gets the issues already stays as it is.

    Raises InputError when it is no address.
    """
    from digest.subscribers.address import clean_name, read_address
    from digest.subscribers.token import new_token

    read = read_address(address)
    at = now or datetime.now(UTC)
    known = store.subscribers.find(read.key)
    if known is None:
        store.subscribers.insert([read.as_new(clean_name(name), new_token())], "added", now=at)
    elif known.state is not SubscriberState.ACTIVE:
        store.subscribers.set_state(known.id, SubscriberState.ACTIVE, "added", now=at, name=clean_name(name))
    return _known(store, address)


def remove(store: Store, who: str, *, now: datetime | None = None) -> Subscriber:
    """Unsubscribe one reader, by address or by the key that the links of their letters hold.

    What was sent stays on record. Raises InputError for what is neither, UsageError when unknown.
    """
    known = _by_key(store, who) or _known(store, who)
    if known.state is not SubscriberState.UNSUBSCRIBED:
        at = now or datetime.now(UTC)
        store.subscribers.set_state(known.id, SubscriberState.UNSUBSCRIBED, "removed", now=at)
    return _known(store, known.address)


def iterate(store: Store, state: SubscriberState | None = None) -> Iterator[Subscriber]:
    """Every subscriber, or those in one state, in the order in which they came."""
    return store.subscribers.iterate(state)


def import_csv(store: Store, content: bytes, *, name: str, now: datetime | None = None) -> ImportResult:
    """Subscribe every address of a CSV file; see `digest.subscribers.csvfile` for what it may look like.

    Those who unsubscribed or were suppressed are not taken in again: that wants a person, by `add`. `name` is the
    file's, for the reasons. Raises InputError when the file is no such list at all.
    """
    from digest.subscribers.csvfile import import_rows

    added, known, readable, skipped = import_rows(store, content, name=name, now=now or datetime.now(UTC))
    return ImportResult(added=added, known=known, readable=readable, skipped=tuple(skipped))


def export_csv(store: Store, state: SubscriberState | None = None) -> str:
    """The subscribers as CSV that can be imported again, and opened in a spreadsheet without running anything."""
    from digest.subscribers.csvfile import export_rows

    return export_rows(store.subscribers.iterate(state))


def history(store: Store, address: str) -> list[Event]:
    """What happened with one subscriber, oldest first: events and deliveries. Raises InputError, UsageError."""
    known = _known(store, address)
    events = [Event(at=e.at, event=e.event, detail=e.note) for e in store.subscribers.events(known.id)]
    for delivery, at in store.deliveries.of_subscriber(known.id):
        detail = f"{delivery.issue_id} {delivery.smtp_text}".strip()
        events.append(Event(at=at, event=str(delivery.state), detail=detail))
    return sorted(events, key=lambda event: event.at)


def _by_key(store: Store, key: str) -> Subscriber | None:
    """Whose letters hold this key; None for what does not look like one."""
    from digest.subscribers.token import is_token

    if not is_token(key):
        return None
    known = store.subscribers.by_token(key)
    if known is None:
        raise UsageError(f"no letter holds the key {key}", remedy="look whether it was copied whole")
    return known


def _known(store: Store, address: str) -> Subscriber:
    from digest.subscribers.address import read_address

    known = store.subscribers.find(read_address(address).key)
    if known is None:
        raise UsageError(f"{address} is not on the list", remedy="`digest subscribers list` shows who is")
    return known
