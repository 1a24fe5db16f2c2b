"""The ledger: one row per issue and address, and the moves between the states that are made for a whole issue.

The moves that one sender makes for one message are in `digest.store.journal`.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    Connection,
    Engine,
    ForeignKey,
    Index,
    Insert,
    Integer,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy import Column as Col

from digest.errors import StoreError
from digest.model import Delivery, DeliveryState, IssueState, SubscriberState
from digest.store.boot import boot_in
from digest.store.bulk import insert_into
from digest.store.engine import reading, writing
from digest.store.issues import issues
from digest.store.schema import AHEAD, UtcDateTime, metadata
from digest.store.subscribers import subscribers, suppress

_PAGE = 1000
_STATES = ", ".join(f"'{state.value}'" for state in DeliveryState)

# `token` is the secret of the claim that moved the row last. It stays when the row is settled, so that what a sender
# learns late about its own message still counts; whoever takes the row away from a sender clears it.
deliveries = Table(
    "deliveries",
    metadata,
    Col("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Col("issue_id", String(120), ForeignKey("issues.id"), nullable=False),
    Col("subscriber_id", Integer, ForeignKey("subscribers.id"), nullable=False, index=True),
    Col("address", Text, nullable=False),
    Col("address_key", Text, nullable=False),
    Col("domain", Text, nullable=False),
    Col("state", String(16), nullable=False),
    Col("attempts", Integer, nullable=False),
    Col("created", UtcDateTime, nullable=False),
    Col("next_at", UtcDateTime, nullable=False),
    Col("token", String(32)),
    Col("lease_until", UtcDateTime),
    Col("boot", String(64)),
    Col("smtp_code", Integer),
    Col("smtp_text", Text, nullable=False),
    Col("updated_at", UtcDateTime, nullable=False),
    UniqueConstraint("issue_id", "address_key"),
    CheckConstraint(f"state IN ({_STATES})", name="state"),
    CheckConstraint("(state IN ('claimed', 'sending')) = (lease_until IS NOT NULL)", name="lease"),
    CheckConstraint("state NOT IN ('claimed', 'sending') OR (token IS NOT NULL AND boot IS NOT NULL)", name="claim"),
    CheckConstraint("attempts >= 0", name="attempts"),
)

_d = deliveries.c
OPEN = (DeliveryState.QUEUED, DeliveryState.CLAIMED, DeliveryState.SENDING, DeliveryState.DEFERRED)
TAKEABLE = (DeliveryState.QUEUED, DeliveryState.DEFERRED)
HELD = (DeliveryState.CLAIMED, DeliveryState.SENDING)
# When a queued row is due: always, also when the clock was moved back since it was queued.
AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
FREED: dict[str, None] = {"token": None, "lease_until": None, "boot": None}

# The conditions are spelled as the queries spell them: a partial index is used only where the planner can see that.
_is_takeable = _d.state.in_([literal(state.value, literal_execute=True) for state in TAKEABLE])
_is_held = _d.state.in_([literal(state.value, literal_execute=True) for state in HELD])
# In PostgreSQL they hold the same rows alone (migration 0001); to say so here would load its dialect at each start.
Index("ix_deliveries_due", _d.issue_id, _d.next_at, _d.id, sqlite_where=_is_takeable)
Index("ix_deliveries_lease", _d.lease_until, sqlite_where=_is_held)


class Deliveries:
    """The ledger of one store. Each call is one durable transaction; all raise StoreError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, issue_id: str, *, now: datetime) -> int:
        """Queue a waiting issue for every active subscriber, and mark it as being sent, both or neither.

        Returns how many were queued: none when the issue left the waiting state before. So whoever subscribes after an
        issue began to go out does not get it. With nobody to queue it for, the issue goes on waiting. Raises StoreError
        when there is no such issue.
        """
        with writing(self._engine) as connection:
            state = _locked_state(connection, issue_id)
            if state is None:
                raise StoreError(f"the store has no issue {issue_id!r}", remedy="build one with `digest build`")
            if state != IssueState.WAITING:
                return 0
            connection.execute(_enqueue(connection, issue_id, now))
            of_it = select(func.count()).select_from(deliveries).where(_d.issue_id == issue_id)
            queued: int = connection.execute(of_it).scalar_one()
            if queued:
                _set_issue(connection, issue_id, IssueState.SENDING)
            return queued

    def recover(self, issue_id: str, *, now: datetime, alone: bool) -> int:
        """Settle what senders left that are no more; returns how many rows that were.

        A sender counts as gone when its lease has run out, when the machine was started anew since, when the clock was
        moved back since, or, with `alone`, in any case: the caller then holds the run lock. What was only claimed is
        queued again. What was being sent is unknown from now on, and so is whatever another boot had claimed: a commit
        of it may be lost. Neither is ever queued by itself. A sender that was given up and lives on is stopped by the
        fence. What was put off by a clock that was ahead is due at once.
        """
        was_ahead = _d.updated_at > now + AHEAD
        with writing(self._engine) as connection:
            boot = boot_in(connection)
            gone = or_(literal(alone), _d.lease_until <= now, _d.boot != boot, was_ahead)
            untouched = and_(_d.state == DeliveryState.CLAIMED, _d.boot == boot)
            mine = update(deliveries).where(_d.issue_id == issue_id, _is_held, gone)
            queued = connection.execute(
                mine.where(untouched).values(state=DeliveryState.QUEUED, next_at=AT_ONCE, updated_at=now, **FREED)
            )
            lost = connection.execute(
                # The token stays: a sender that was only frozen may still tell how it ended.
                mine.where(~untouched).values(
                    state=DeliveryState.UNKNOWN,
                    lease_until=None,
                    smtp_text="the run ended while this was being handed over",
                    updated_at=now,
                )
            )
            connection.execute(
                update(deliveries)
                .where(_d.issue_id == issue_id, _is_takeable, _d.state == DeliveryState.DEFERRED, was_ahead)
                .values(next_at=AT_ONCE, updated_at=now)
            )
            return queued.rowcount + lost.rowcount

    def requeue_unknown(self, issue_id: str, *, now: datetime) -> int:
        """Queue again what is unknown, because a person says so: some readers may get a second copy."""
        unknown = and_(_d.issue_id == issue_id, _d.state == DeliveryState.UNKNOWN)
        with writing(self._engine) as connection:
            _locked_state(connection, issue_id)
            queued = connection.execute(
                update(deliveries)
                .where(unknown)
                .values(state=DeliveryState.QUEUED, next_at=AT_ONCE, updated_at=now, smtp_text="", **FREED)
            )
            if queued.rowcount:
                _set_issue(connection, issue_id, IssueState.SENDING)
            return queued.rowcount

    def settle_unknown(self, delivery: Delivery, *, arrived: bool, now: datetime) -> None:
        """Settle one unknown delivery by what the transport can prove: it arrived, or it never left."""
        unknown = and_(_d.id == delivery.id, _d.state == DeliveryState.UNKNOWN)
        values: dict[str, Any] = {"state": DeliveryState.SENT} if arrived else {"state": DeliveryState.QUEUED}
        values |= {} if arrived else {"next_at": AT_ONCE}
        with writing(self._engine) as connection:
            _locked_state(connection, delivery.issue_id)
            settled = connection.execute(
                update(deliveries).where(unknown).values(updated_at=now, smtp_text="", **values, **FREED)
            )
            if settled.rowcount and not arrived:
                _set_issue(connection, delivery.issue_id, IssueState.SENDING)

    def come_back(self, delivery: Delivery, *, code: int | None, text: str, gone: bool, now: datetime) -> bool:
        """A delivery report says that a letter did not arrive after all; returns whether that was news.

        With `gone` the mailbox is not there: its reader is suppressed in the same transaction. What is still being
        handed over is not touched.
        """
        settled = _d.state.in_([DeliveryState.SENT, DeliveryState.UNKNOWN])
        values = {"state": DeliveryState.BOUNCED, "smtp_code": code, "smtp_text": text, "updated_at": now, **FREED}
        with writing(self._engine) as connection:
            back = connection.execute(update(deliveries).where(_d.id == delivery.id, settled).values(values))
            if gone:
                suppress(connection, delivery.subscriber_id, now=now, note=text)
            return bool(back.rowcount)

    def cancel_open(self, issue_id: str, *, now: datetime) -> int:
        """Cancel what is queued or deferred of an issue; returns how many. What is held must be recovered before."""
        with writing(self._engine) as connection:
            cancelled = connection.execute(
                update(deliveries)
                .where(_d.issue_id == issue_id, _is_takeable)
                .values(state=DeliveryState.CANCELLED, updated_at=now)
            )
            return cancelled.rowcount

    def give_up(self, issue_id: str, *, now: datetime) -> int:
        """Give up what servers put off of an issue; returns how many. What they said last stays with each."""
        put_off = and_(_d.issue_id == issue_id, _d.state == DeliveryState.DEFERRED, _is_takeable)
        values = {"state": DeliveryState.BOUNCED, "smtp_text": literal("given up: ").concat(_d.smtp_text)}
        with writing(self._engine) as connection:
            _locked_state(connection, issue_id)
            given_up = connection.execute(update(deliveries).where(put_off).values(updated_at=now, **values, **FREED))
            return given_up.rowcount

    def finish(self, issue_id: str) -> bool:
        """Mark an issue that is being sent as sent, if nothing of it is open any more; returns whether it is.

        One that was marked so goes on being sent when something is open after all: a sender that was given up may learn
        late that a server wants its letter again later.
        """
        is_open = or_(*(exists().where(_d.issue_id == issue_id, state) for state in (_is_takeable, _is_held)))
        ours = update(issues).where(issues.c.id == issue_id)
        with writing(self._engine) as connection:
            done = connection.execute(
                ours.where(issues.c.state == IssueState.SENDING, ~is_open).values(state=IssueState.SENT)
            )
            connection.execute(ours.where(issues.c.state == IssueState.SENT, is_open).values(state=IssueState.SENDING))
            return bool(done.rowcount)

    def counts(self, issue_id: str) -> dict[DeliveryState, int]:
        """How many deliveries of an issue are in each state that any is in."""
        query = select(_d.state, func.count()).where(_d.issue_id == issue_id).group_by(_d.state)
        with reading(self._engine) as connection:
            return {DeliveryState(state): count for state, count in connection.execute(query)}

    def due(self, issue_id: str, *, now: datetime, unknown: bool = False) -> int:
        """How many deliveries could be taken up now. Before an issue begins: how many subscribers are active.

        With `unknown`, what is unknown counts as well.
        """
        with reading(self._engine) as connection:
            source, wanted = _due_of(connection, issue_id, now, unknown)
            return connection.execute(select(func.count()).select_from(source).where(wanted)).scalar_one()

    def due_domains(self, issue_id: str, *, now: datetime, unknown: bool = False) -> dict[str, int]:
        """The same, by the domain of the address, most first. What an ended run had claimed counts: it is queued again.

        For the holder of the run lock.
        """
        with reading(self._engine) as connection:
            source, wanted = _due_of(connection, issue_id, now, unknown)
            if source is deliveries:
                held = [DeliveryState.CLAIMED, *([DeliveryState.SENDING] if unknown else [])]
                wanted = or_(wanted, and_(_d.issue_id == issue_id, _d.state.in_(held)))
            column = source.c.domain
            query = select(column, func.count()).where(wanted).group_by(column)
            return {row[0]: row[1] for row in connection.execute(query.order_by(func.count().desc(), column))}

    def began(self, issue_id: str) -> datetime | None:
        """When an issue began to go out; None when it did not yet."""
        query = select(func.min(_d.created)).where(_d.issue_id == issue_id)
        with reading(self._engine) as connection:
            when: datetime | None = connection.execute(query).scalar()
            return when

    def next_due(self, issue_id: str) -> datetime | None:
        """When the first of what is queued or deferred of an issue may be taken up; None when nothing is."""
        query = select(func.min(_d.next_at)).where(_d.issue_id == issue_id, _is_takeable)
        with reading(self._engine) as connection:
            when: datetime | None = connection.execute(query).scalar()
            return when

    def of_issue(self, issue_id: str, state: DeliveryState | None = None) -> Iterator[Delivery]:
        """Every delivery of an issue, or those in one state, in the order in which they were queued. Page by page."""
        conditions = [_d.issue_id == issue_id] + ([_d.state == state] if state else [])
        last = 0
        while page := self._page(conditions, last):
            yield from page
            last = page[-1].id

    def of_subscriber(self, subscriber_id: int) -> list[tuple[Delivery, datetime]]:
        """Every delivery to one subscriber with the time of its last move, oldest first."""
        query = select(deliveries).where(_d.subscriber_id == subscriber_id).order_by(_d.id)
        with reading(self._engine) as connection:
            return [(_delivery(row), row.updated_at) for row in connection.execute(query)]

    def latest_unknown_issue(self) -> str | None:
        """The newest issue of which some delivery is unknown."""
        query = select(_d.issue_id).where(_d.state == DeliveryState.UNKNOWN).order_by(_d.id.desc()).limit(1)
        with reading(self._engine) as connection:
            return connection.execute(query).scalar()

    def _page(self, conditions: list[ColumnElement[bool]], after: int) -> list[Delivery]:
        query = select(deliveries).where(*conditions, _d.id > after).order_by(_d.id).limit(_PAGE)
        with reading(self._engine) as connection:
            return [_delivery(row) for row in connection.execute(query)]


def is_due(
    issue_id: str | ColumnElement[str], now: datetime | ColumnElement[datetime]
) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which a sender may take a row up."""
    return _d.issue_id == issue_id, _is_takeable, _d.next_at <= now


def _due_of(connection: Connection, issue_id: str, now: datetime, unknown: bool) -> tuple[Table, ColumnElement[bool]]:
    """Where to look for what is due, and which rows of it: before an issue begins, its readers are subscribers."""
    if _state(connection, issue_id) == IssueState.WAITING:
        return subscribers, subscribers.c.state == SubscriberState.ACTIVE
    due = and_(*is_due(issue_id, now))
    return deliveries, or_(due, and_(_d.issue_id == issue_id, _d.state == DeliveryState.UNKNOWN)) if unknown else due


def _state(connection: Connection, issue_id: str) -> str | None:
    return connection.execute(select(issues.c.state).where(issues.c.id == issue_id)).scalar()


def _locked_state(connection: Connection, issue_id: str) -> str | None:
    """The state of the issue, with its row held until the transaction ends (SQLite holds the whole file anyway)."""
    return connection.execute(select(issues.c.state).where(issues.c.id == issue_id).with_for_update()).scalar()


def _set_issue(connection: Connection, issue_id: str, state: IssueState) -> None:
    connection.execute(update(issues).where(issues.c.id == issue_id).values(state=state))


def _enqueue(connection: Connection, issue_id: str, now: datetime) -> Insert:
    s = subscribers.c
    time = UtcDateTime()
    rows = (
        select(
            literal(issue_id),
            s.id,
            s.address,
            s.address_key,
            s.domain,
            literal(DeliveryState.QUEUED.value),
            literal(0),
            literal(now, time),
            literal(AT_ONCE, time),
            literal(""),
            literal(now, time),
        )
        .where(s.state == SubscriberState.ACTIVE)
        .order_by(s.id)
    )
    columns = (
        "issue_id",
        "subscriber_id",
        "address",
        "address_key",
        "domain",
        "state",
        "attempts",
        "created",
        "next_at",
        "smtp_text",
        "updated_at",
    )
    return insert_into(connection, deliveries).from_select(columns, rows).on_conflict_do_nothing()


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        issue_id=row.issue_id,
        subscriber_id=row.subscriber_id,
        address=row.address,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        smtp_code=row.smtp_code,
        smtp_text=row.smtp_text,
    )


__all__ = ["AT_ONCE", "FREED", "HELD", "OPEN", "TAKEABLE", "Deliveries", "deliveries", "is_due"]
