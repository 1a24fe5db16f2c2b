"""The moves that one sender makes: it claims rows, fences each before it hands over, and settles it after.

One commit a message settles the one before and fences the next. It is the fence that keeps anyone from a second copy:
it is there before the message leaves, and whatever is found behind it without a result is never sent again by itself.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from sqlalchemy import Connection, Engine, bindparam, exists, or_, select, update

from digest.model import DeliveryState, SubscriberState
from digest.store.boot import DURABLE, boot_of
from digest.store.deliveries import AT_ONCE, FREED, HELD, deliveries, is_due
from digest.store.engine import told, writing
from digest.store.subscribers import subscribers, suppress

_d = deliveries.c
_TEXT_LIMIT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One delivery that this sender alone may make. `key` is the secret part of the reader's own links."""

    id: int
    subscriber_id: int
    address: str
    name: str
    key: str
    attempts: int
    created: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """How a claimed delivery ended. `suppress` says that there is no such mailbox: it is mailed no more."""

    claim: Claim
    state: DeliveryState
    next_at: datetime
    code: int | None = None
    text: str = ""
    suppress: bool = False


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
    .where(*_mine, or_(*(_d.state == state for state in (*HELD, DeliveryState.UNKNOWN))))
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
        with told(engine):
            self._connection = _own_connection(engine, durable=self._boot == DURABLE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def claim(self, limit: int, *, now: datetime) -> list[Claim]:
        """Take up to `limit` rows that are due, durably. Rows whose subscriber is active no more are cancelled."""
        while True:
            with writing(self._engine) as connection:
                ids = self._take(connection, limit, now)
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
        with told(self._engine), self._connection.begin():
            for one in settled:
                self._settle(self._connection, one, now)
            return self._fence(fence, now)

    def settle(self, settled: Sequence[Settled], *, now: datetime) -> None:
        """Settle what is over, durably, and with it everything that was committed before."""
        with writing(self._engine) as connection:
            for one in settled:
                self._settle(connection, one, now)

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

    def _take(self, connection: Connection, limit: int, now: datetime) -> list[int]:
        due = select(_d.id).where(*is_due(self._issue_id, now)).order_by(_d.next_at, _d.id).limit(limit)
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

    def _fence(self, claim: Claim, now: datetime) -> bool:
        row = {"row": claim.id, "mine": self._token, "at": now}
        if self._connection.execute(_FENCE, {**row, "lease": now + self._lease}).rowcount:
            return True
        self._connection.execute(_CANCEL, row)
        return False

    def _settle(self, connection: Connection, one: Settled, now: datetime) -> None:
        connection.execute(
            _SETTLE,
            {
                "row": one.claim.id,
                "mine": self._token,
                "to": one.state,
                "next": one.next_at,
                "code": one.code,
                "said": one.text[:_TEXT_LIMIT],
                "at": now,
            },
        )
        if one.suppress:
            suppress(connection, one.claim.subscriber_id, now=now, note=one.text[:_TEXT_LIMIT])


def _own_connection(engine: Engine, *, durable: bool) -> Connection:
    connection = engine.connect()
    connection.detach()  # it is never handed to others, who rely on every commit being on disk
    if engine.dialect.name == "sqlite" and not durable:
        # Only outside a transaction, and SQLAlchemy begins one with the first statement: hence the driver's own.
        driver = connection.connection.dbapi_connection
        assert driver is not None  # noqa: S101 - a connection that was just opened has one
        driver.cursor().execute("PRAGMA synchronous=NORMAL")
    return connection


def _claims(connection: Connection, ids: Sequence[int]) -> list[Claim]:
    """The rows with these ids whose subscriber is active."""
    s = subscribers.c
    # No condition on the state of the subscriber: SQLite would begin with all that are active, and they are many.
    query = (
        select(_d.id, _d.subscriber_id, _d.address, s.name, s.token, s.state, _d.attempts, _d.created)
        .join(subscribers, s.id == _d.subscriber_id)
        .where(_d.id.in_(ids))
    )
    rows = sorted(connection.execute(query), key=lambda row: ids.index(row.id))
    return [
        Claim(
            id=row.id,
            subscriber_id=row.subscriber_id,
            address=row.address,
            name=row.name,
            key=row.token,
            attempts=row.attempts,
            created=row.created,
        )
        for row in rows
        if row.state == SubscriberState.ACTIVE
    ]


__all__ = ["Claim", "Journal", "Settled"]
