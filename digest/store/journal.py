"""The moves that one sender makes: it claims rows, fences each before it hands over, and settles it after.

One commit a message settles the one before and fences the next. It is the fence that keeps anyone from a second copy:
it is there before the message leaves, and whatever is found behind it without a result is never sent again by itself.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Integer,
    and_,
    bindparam,
    case,
    exists,
    literal,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from digest.model import DeliveryState, SubscriberState
from digest.store.boot import DURABLE, boot_in, boot_of
from digest.store.deliveries import AT_ONCE, FREED, HELD, deliveries, is_due
from digest.store.engine import told, turn, writing
from digest.store.prepared import Prepared
from digest.store.subscribers import subscribers, suppress

_d = deliveries.c
_TEXT_LIMIT = 500
_CHECKPOINT_PAGES = 8192  # 32 MB: a checkpoint waits for the disk, and each message adds some pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One delivery that this sender alone may make. `key` is the secret part of the reader's own links."""

    id: int
    subscriber_id: int
    address: str
    domain: str
    name: str
    key: str
    attempts: int
    created: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """How a claimed delivery ended."""

    claim: Claim
    state: DeliveryState
    next_at: datetime
    code: int | None = None
    text: str = ""


_active = exists().where(subscribers.c.id == _d.subscriber_id, subscribers.c.state == SubscriberState.ACTIVE)
_mine = (_d.id == bindparam("row"), _d.token == bindparam("mine"))

_is_fenceable = and_(*_mine, _d.state == DeliveryState.CLAIMED, _active)
_FENCED: dict[str, Any] = {
    "state": literal(DeliveryState.SENDING.value),
    "lease_until": bindparam("lease", type_=_d.lease_until.type),
    "updated_at": bindparam("at", type_=_d.updated_at.type),
}
_FENCE = update(deliveries).where(_is_fenceable).values(_FENCED)
_CANCEL = (
    update(deliveries)
    .where(*_mine, _d.state == DeliveryState.CLAIMED, ~_active)
    .values(state=DeliveryState.CANCELLED, updated_at=bindparam("at"), **FREED)
)
# A row that was given up as unknown while its sender was frozen still has the token: what the sender knows settles it.
_is_settleable = and_(
    _d.id == bindparam("over"),
    _d.token == bindparam("mine"),
    or_(*(_d.state == state for state in (*HELD, DeliveryState.UNKNOWN))),
)
_SETTLED: dict[str, Any] = {
    "state": bindparam("to", type_=_d.state.type),
    "attempts": _d.attempts + 1,
    "next_at": bindparam("next", type_=_d.next_at.type),
    "lease_until": null(),
    "smtp_code": bindparam("code", type_=_d.smtp_code.type),
    "smtp_text": bindparam("said", type_=_d.smtp_text.type),
    "updated_at": bindparam("at", type_=_d.updated_at.type),
}
_SETTLE = update(deliveries).where(_is_settleable).values(_SETTLED)
# Both in one statement, which is one commit: half the work on a file, and one journey to a server.
_SETTLE_AND_FENCE = (
    update(deliveries)
    .where(or_(_is_settleable, _is_fenceable))
    .values(
        {
            name: case((_d.id == bindparam("over"), value), else_=_FENCED.get(name, _d[name]))
            for name, value in _SETTLED.items()
        }
    )
    .returning(_d.id)
)
_REOPEN = (
    update(deliveries)
    .where(*_mine, _d.state == DeliveryState.BOUNCED)
    .values(state=DeliveryState.DEFERRED, next_at=bindparam("next"), updated_at=bindparam("at"))
)


def _take(*more: ColumnElement[bool]) -> ReturningUpdate[int]:
    due = is_due(bindparam("issue", type_=_d.issue_id.type), bindparam("now", type_=_d.next_at.type))
    first = select(_d.id).where(*due, *more).order_by(_d.next_at, _d.id).limit(bindparam("most", type_=Integer()))
    # A common table expression is evaluated once; as a subquery it may lock, and take, more than the limit.
    chosen = first.with_for_update(skip_locked=True).cte("chosen")
    return (
        update(deliveries)
        .where(_d.id.in_(select(chosen.c.id)))
        .values(
            state=DeliveryState.CLAIMED,
            token=bindparam("mine"),
            lease_until=bindparam("lease"),
            boot=bindparam("of_boot"),
            updated_at=bindparam("now"),
        )
        .returning(_d.id)
    )


# Made once: to make them takes longer than to run them.
_TAKE = _take()
_TAKE_OF_OTHERS = _take(_d.domain.not_in(bindparam("without", expanding=True)))
_s = subscribers.c
# No condition on the state of the subscriber: SQLite would begin with all that are active, and they are many.
_TAKEN = (
    select(_d.id, _d.subscriber_id, _d.address, _d.domain, _s.name, _s.token, _s.state, _d.attempts, _d.created)
    .join(subscribers, _s.id == _d.subscriber_id)
    .where(_d.id.in_(bindparam("ids", expanding=True)))
    .order_by(_d.next_at, _d.id)  # as they were taken: an update returns its rows in any order
)


class Journal:
    """What one sender writes into the ledger, over a connection of its own. For one thread; all raise StoreError."""

    def __init__(self, engine: Engine, issue_id: str, *, lease: timedelta) -> None:
        self._engine = engine
        self._issue_id = issue_id
        self._lease = lease
        self._boot = boot_of(engine)
        self._token = secrets.token_hex(16)
        self._fence = Prepared(_FENCE, engine)
        self._cancel = Prepared(_CANCEL, engine)
        self._over = Prepared(_SETTLE, engine)
        self._both = Prepared(_SETTLE_AND_FENCE, engine)
        with told(engine):
            self._connection = _own_connection(engine, durable=self._boot == DURABLE)
            self._cursor: Any = self._connection.connection.cursor()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def claim(self, limit: int, *, now: datetime, without: Collection[str] = ()) -> list[Claim]:
        """Take up to `limit` rows that are due, durably, of no domain in `without`.

        Rows whose subscriber is active no more are cancelled.
        """
        while True:
            with writing(self._engine) as connection:
                ids = self._take(connection, limit, now, without)
                claims = _claims(connection, ids)
                for row in set(ids) - {claim.id for claim in claims}:
                    connection.execute(_CANCEL, {"row": row, "mine": self._token, "at": now})
            if claims or not ids:
                return claims

    def advance(self, settled: Sequence[Settled], fence: Claim, *, now: datetime) -> bool:
        """In one commit, settle what is over and fence what comes next; returns whether the fence stands.

        It does not when the claim was lost meanwhile, or when the subscriber is active no more: nothing may be handed
        over then. The commit outlives the process; with a boot id it is left to the operating system to write it down.
        """
        stored = self._fence.stored
        at = stored(now)
        row = {"row": fence.id, "mine": self._token, "at": at, "lease": stored(now + self._lease)}
        over = [self._values(one, at, stored(one.next_at)) for one in settled]
        with told(self._engine), turn(self._engine):
            return self._advance(over, row)

    def settle(self, settled: Sequence[Settled], *, now: datetime) -> None:
        """Settle what is over, durably, and with it everything that was committed before."""
        with writing(self._engine) as connection:
            for one in settled:
                connection.execute(_SETTLE, self._values(one, now, one.next_at))

    def suppress(self, gone: Sequence[Settled], *, now: datetime) -> None:
        """Mail those who turned out to have no mailbox no more."""
        with writing(self._engine) as connection:
            for one in gone:
                suppress(connection, one.claim.subscriber_id, now=now, note=one.text[:_TEXT_LIMIT])

    def reopen(self, bounced: Sequence[Settled], *, next_at: datetime, now: datetime) -> None:
        """Put off what was settled as bounced, because the server turned out to refuse everything alike."""
        with writing(self._engine) as connection:
            for one in bounced:
                connection.execute(_REOPEN, {"row": one.claim.id, "mine": self._token, "next": next_at, "at": now})

    def release(self, *, now: datetime) -> int:
        """Give back, durably, what was claimed and not tried; returns how many.

        None when a database server went down since the claim: it may have forgotten that some of it was handed over.
        Recovery settles these.
        """
        with writing(self._engine) as connection:
            if boot_in(connection) != self._boot:
                return 0
            released = connection.execute(
                update(deliveries)
                .where(_d.token == self._token, _d.state == DeliveryState.CLAIMED)
                .where(_d.issue_id == self._issue_id)
                .values(state=DeliveryState.QUEUED, next_at=AT_ONCE, updated_at=now, **FREED)
            )
            return released.rowcount

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()

    def _take(self, connection: Connection, limit: int, now: datetime, without: Collection[str]) -> list[int]:
        values: dict[str, object] = {
            "issue": self._issue_id, "now": now, "most": limit, "mine": self._token,
            "lease": now + self._lease, "of_boot": self._boot,
        }  # fmt: skip
        if without:
            return list(connection.execute(_TAKE_OF_OTHERS, {**values, "without": list(without)}).scalars())
        return list(connection.execute(_TAKE, values).scalars())

    def _advance(self, settled: Sequence[Mapping[str, object]], fence: Mapping[str, object]) -> bool:
        """Each statement is a commit. There is one as a rule; what more there is to settle goes before, each alone."""
        for one in settled[:-1]:
            self._over.execute(self._cursor, one)
        if settled:
            stands = fence["row"] in self._both.ids(self._cursor, {**settled[-1], **fence})
        else:
            stands = self._fence.execute(self._cursor, fence) == 1
        if not stands:
            self._cancel.execute(self._cursor, fence)
        return stands

    def _values(self, one: Settled, at: object, next_at: object) -> dict[str, object]:
        return {
            "over": one.claim.id,
            "mine": self._token,
            "to": one.state.value,
            "next": next_at,
            "code": one.code,
            "said": one.text[:_TEXT_LIMIT],
            "at": at,
        }


def _own_connection(engine: Engine, *, durable: bool) -> Connection:
    """A connection whose commits are left to a cache, unless they have to be durable."""
    connection = engine.connect()
    connection.detach()  # it is never handed to others, who rely on every commit being on disk
    driver: Any = connection.connection.dbapi_connection
    if engine.dialect.name != "sqlite":
        driver.autocommit = True
        driver.execute("SET synchronous_commit TO off")
    elif not durable:
        driver.execute("PRAGMA synchronous=NORMAL")
        driver.execute(f"PRAGMA wal_autocheckpoint={_CHECKPOINT_PAGES}")
    return connection


def _claims(connection: Connection, ids: Sequence[int]) -> list[Claim]:
    """The rows with these ids whose subscriber is active."""
    return [
        Claim(
            id=row_id,
            subscriber_id=subscriber_id,
            address=address,
            domain=domain,
            name=name,
            key=key,
            attempts=attempts,
            created=created,
        )
        for row_id, subscriber_id, address, domain, name, key, state, attempts, created in connection.execute(
            _TAKEN, {"ids": ids}
        )
        if state == SubscriberState.ACTIVE
    ]


__all__ = ["Claim", "Journal", "Settled"]
