"""Subscribers: who gets the issues, and what happened to each of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    Connection,
    Engine,
    ForeignKey,
    Integer,
    Row,
    String,
    Table,
    Text,
    func,
    insert,
    select,
    update,
)

from digest.model import Subscriber, SubscriberState
from digest.store.engine import reading, writing
from digest.store.schema import UtcDateTime, metadata

_STATES = ", ".join(f"'{state.value}'" for state in SubscriberState)
_PAGE = 1000
_ID_MAX = 2**31 - 1  # what the column of a server holds: to ask for more is an error there

subscribers = Table(
    "subscribers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("address", Text, nullable=False),
    Column("address_key", Text, nullable=False, unique=True),
    Column("domain", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("token", String(64), nullable=False, unique=True),
    Column("created", UtcDateTime, nullable=False),
    CheckConstraint(f"state IN ({_STATES})", name="state"),
)

subscriber_events = Table(
    "subscriber_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subscriber_id", Integer, ForeignKey("subscribers.id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("event", String(32), nullable=False),
    Column("note", Text, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSubscriber:
    """A subscriber before the store knows one. `key` is the address as it is compared: one mailbox, one key."""

    address: str
    key: str
    domain: str
    name: str
    token: str
    state: SubscriberState = SubscriberState.ACTIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriberEvent:
    """Something that happened to a subscriber: added, imported, removed, suppressed. `note` says by what."""

    at: datetime
    event: str
    note: str


class Subscribers:
    """The subscribers of one store. Each call is one transaction; all raise StoreError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, key: str) -> Subscriber | None:
        """The subscriber with this address key."""
        return self._one(subscribers.c.address_key == key)

    def get(self, subscriber_id: int) -> Subscriber | None:
        """The subscriber with this id, which anybody may have written: of one that is too large there is none."""
        return self._one(subscribers.c.id == subscriber_id) if subscriber_id <= _ID_MAX else None

    def by_token(self, token: str) -> Subscriber | None:
        """The subscriber whose own links hold this token."""
        return self._one(subscribers.c.token == token)

    def _one(self, condition: ColumnElement[bool]) -> Subscriber | None:
        with reading(self._engine) as connection:
            row = connection.execute(select(subscribers).where(condition)).first()
        return _subscriber(row) if row else None

    def states(self, keys: Sequence[str]) -> dict[str, SubscriberState]:
        """The states of those of these address keys that are known."""
        query = select(subscribers.c.address_key, subscribers.c.state).where(subscribers.c.address_key.in_(keys))
        with reading(self._engine) as connection:
            return {row.address_key: SubscriberState(row.state) for row in connection.execute(query)}

    def insert(self, new: Sequence[NewSubscriber], event: str, *, now: datetime, note: str = "") -> None:
        """Take in subscribers that are not yet known, all or none."""
        if not new:
            return
        with writing(self._engine) as connection:
            connection.execute(insert(subscribers), [_values(one, now) for one in new])
            keys = [one.key for one in new]
            ids = connection.execute(select(subscribers.c.id).where(subscribers.c.address_key.in_(keys))).scalars()
            rows = [{"subscriber_id": i, "at": now, "event": event, "note": note} for i in ids]
            connection.execute(insert(subscriber_events), rows)

    def set_state(
        self, subscriber_id: int, state: SubscriberState, event: str, *, now: datetime, note: str = "", name: str = ""
    ) -> None:
        """Move a subscriber to another state, and remember why. `name` replaces the name unless it is empty."""
        values: dict[str, object] = {"state": state} | ({"name": name} if name else {})
        with writing(self._engine) as connection:
            connection.execute(update(subscribers).where(subscribers.c.id == subscriber_id).values(values))
            _record(connection, subscriber_id, event, now, note)

    def iterate(self, state: SubscriberState | None = None) -> Iterator[Subscriber]:
        """Every subscriber, or those in one state, in the order in which they came. Reads page by page."""
        last = 0
        while page := self._page(state, last):
            yield from page
            last = page[-1].id

    def _page(self, state: SubscriberState | None, after: int) -> list[Subscriber]:
        query = select(subscribers).where(subscribers.c.id > after).order_by(subscribers.c.id).limit(_PAGE)
        if state is not None:
            query = query.where(subscribers.c.state == state)
        with reading(self._engine) as connection:
            return [_subscriber(row) for row in connection.execute(query)]

    def counts(self) -> dict[SubscriberState, int]:
        """How many subscribers are in each state that any is in."""
        query = select(subscribers.c.state, func.count()).group_by(subscribers.c.state)
        with reading(self._engine) as connection:
            return {SubscriberState(state): count for state, count in connection.execute(query)}

    def events(self, subscriber_id: int) -> list[SubscriberEvent]:
        """What happened to one subscriber, oldest first."""
        query = select(subscriber_events).where(subscriber_events.c.subscriber_id == subscriber_id)
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(subscriber_events.c.id))
            return [SubscriberEvent(at=row.at, event=row.event, note=row.note) for row in rows]


def suppress(connection: Connection, subscriber_id: int, *, now: datetime, note: str) -> None:
    """Within a transaction of the ledger: mail this subscriber no more, because the mailbox is not there."""
    changed = connection.execute(
        update(subscribers)
        .where(subscribers.c.id == subscriber_id, subscribers.c.state == SubscriberState.ACTIVE)
        .values(state=SubscriberState.SUPPRESSED)
    )
    if changed.rowcount:
        _record(connection, subscriber_id, "suppressed", now, note)


def _record(connection: Connection, subscriber_id: int, event: str, now: datetime, note: str) -> None:
    values = {"subscriber_id": subscriber_id, "at": now, "event": event, "note": note}
    connection.execute(insert(subscriber_events).values(values))


def _values(new: NewSubscriber, now: datetime) -> dict[str, object]:
    return {
        "address": new.address,
        "address_key": new.key,
        "domain": new.domain,
        "name": new.name,
        "state": new.state,
        "token": new.token,
        "created": now,
    }


def _subscriber(row: Row[Any]) -> Subscriber:
    return Subscriber(
        id=row.id,
        address=row.address,
        name=row.name,
        state=SubscriberState(row.state),
        token=row.token,
        created=row.created,
    )


__all__ = ["NewSubscriber", "SubscriberEvent", "Subscribers", "subscriber_events", "subscribers", "suppress"]
