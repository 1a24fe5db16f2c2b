"""The moves that one sender makes: it claims rows, fences each before it hands over, and settles it after.

One commit a message settles the one before and fences the next. It is the fence that keeps anyone from a second copy:
it is there before the message leaves, and whatever is found behind it without a result is never sent again by itself.
"""

import contextlib
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from sqlalchemy import Connection, Engine, bindparam, exists, or_, select, update

from digest.model import DeliveryState, SubscriberState
from digest.store.boot import DURABLE, boot_of
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

_FENCE = (
    update(deliveries)
    .where(*_mine, _d.state == DeliveryState.CLAIMED, _active)
    .values(state=DeliveryState.SENDING, lease_until=bindparam("lease"), updated_at=bindparam("at"))
)
_CANCEL = (
    update(deliveries)
    .where(*_mine, _d.state == DeliveryState.CLAIMED, ~_active)
    .values(state=DeliveryState.CANCELLED, updated_at=bindparam("at"), **FREED)
)
# A row that was given up as unknown while its sender was frozen still has the token: what the sender knows settles it.
_SETTLE = (
    update(deliveries)
    .where(
        _d.id == bindparam("over"),
        _d.token == bindparam("mine"),
        or_(*(_d.state == state for state in (*HELD, DeliveryState.UNKNOWN))),
    )
    .values(
        state=bindparam("to"),
        attempts=_d.attempts + 1,
        next_at=bindparam("next"),
        lease_until=None,
        smtp_code=bindparam("code"),
        smtp_text=bindparam("said"),
        updated_at=bindparam("at"),
    )
)
# Both at once, where a statement is a journey to a server and back.
_SETTLE_AND_FENCE = _FENCE.add_cte(_SETTLE.returning(_d.id).cte("settled"))
_REOPEN = (
    update(deliveries)
    .where(*_mine, _d.state == DeliveryState.BOUNCED)
    .values(state=DeliveryState.DEFERRED, next_at=bindparam("next"), updated_at=bindparam("at"))
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
        with told(engine):
            self._connection = _own_connection(engine, durable=self._boot == DURABLE)
            self._cursor: Any = self._connection.connection.cursor()
        self._advance = self._advance_file if engine.dialect.name == "sqlite" else self._advance_server
        self._both = None if engine.dialect.name == "sqlite" else Prepared(_SETTLE_AND_FENCE, engine)

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
        row = {"row": fence.id, "mine": self._token, "at": self._fence.stored(now)}
        row["lease"] = self._fence.stored(now + self._lease)
        with told(self._engine):
            return self._advance([self._values(one, now) for one in settled], row)

    def settle(self, settled: Sequence[Settled], *, now: datetime) -> None:
        """Settle what is over, durably, and with it everything that was committed before."""
        with writing(self._engine) as connection:
            for one in settled:
                connection.execute(_SETTLE, self._values(one, now, stored=False))

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
        """Give back, durably, what was claimed and not tried; returns how many."""
        with writing(self._engine) as connection:
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
        due = select(_d.id).where(*is_due(self._issue_id, now)).order_by(_d.next_at, _d.id).limit(limit)
        if without:
            due = due.where(_d.domain.not_in(without))
        # A common table expression is evaluated once; as a subquery it may lock, and take, more than the limit.
        chosen = due.with_for_update(skip_locked=True).cte("chosen")
        taken = connection.execute(
            update(deliveries)
            .where(_d.id.in_(select(chosen.c.id)))
            .values(
                state=DeliveryState.CLAIMED,
                token=self._token,
                lease_until=now + self._lease,
                boot=self._boot,
                updated_at=now,
            )
            .returning(_d.next_at, _d.id)
        )
        return [row.id for row in sorted(taken)]  # returned in any order

    def _advance_file(self, settled: Sequence[Mapping[str, object]], fence: Mapping[str, object]) -> bool:
        """One transaction of several statements: on a file they cost next to nothing, and the commit little."""
        with turn(self._engine):
            self._cursor.execute("BEGIN IMMEDIATE")
            try:
                for one in settled:
                    self._over.execute(self._cursor, one)
                stands = self._fence.execute(self._cursor, fence) == 1
                if not stands:
                    self._cancel.execute(self._cursor, fence)
                self._cursor.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(Exception):  # what went wrong is told; that it cannot be undone is no news
                    self._cursor.execute("ROLLBACK")
                raise
        return stands

    def _advance_server(self, settled: Sequence[Mapping[str, object]], fence: Mapping[str, object]) -> bool:
        """One statement, which is one journey and one commit; what more there is to settle goes before, each alone."""
        assert self._both is not None  # noqa: S101 - made for servers
        for one in settled[:-1]:
            self._over.execute(self._cursor, one)
        if settled:
            stands = self._both.execute(self._cursor, {**settled[-1], **fence}) == 1
        else:
            stands = self._fence.execute(self._cursor, fence) == 1
        if not stands:
            self._cancel.execute(self._cursor, fence)
        return stands

    def _values(self, one: Settled, now: datetime, *, stored: bool = True) -> dict[str, object]:
        values: dict[str, object] = {
            "over": one.claim.id,
            "mine": self._token,
            "to": one.state,
            "next": one.next_at,
            "code": one.code,
            "said": one.text[:_TEXT_LIMIT],
            "at": now,
        }
        return {name: self._over.stored(value) for name, value in values.items()} if stored else values


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
    s = subscribers.c
    # No condition on the state of the subscriber: SQLite would begin with all that are active, and they are many.
    query = (
        select(_d.id, _d.subscriber_id, _d.address, _d.domain, s.name, s.token, s.state, _d.attempts, _d.created)
        .join(subscribers, s.id == _d.subscriber_id)
        .where(_d.id.in_(ids))
    )
    place = {row: number for number, row in enumerate(ids)}
    rows = sorted(connection.execute(query), key=lambda row: place[row.id])
    return [
        Claim(
            id=row.id,
            subscriber_id=row.subscriber_id,
            address=row.address,
            domain=row.domain,
            name=row.name,
            key=row.token,
            attempts=row.attempts,
            created=row.created,
        )
        for row in rows
        if row.state == SubscriberState.ACTIVE
    ]


__all__ = ["Claim", "Journal", "Settled"]
