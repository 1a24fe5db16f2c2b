"""What is remembered of each source: its validators, its health, and what it asked of us."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, Engine, Integer, Row, String, Table, Text, delete, insert, select, update

from digest.store.bulk import batches
from digest.store.engine import reading, writing
from digest.store.schema import UtcDateTime, metadata

sources = Table(
    "sources",
    metadata,
    Column("ref", String(2048), primary_key=True),
    Column("etag", Text, nullable=False),
    Column("last_modified", Text, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("last_success", UtcDateTime),
    Column("last_error", UtcDateTime),
    Column("error", Text, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("retry_after", UtcDateTime),
    Column("moved_to", Text, nullable=False),
    Column("moved_count", Integer, nullable=False),
    Column("title", Text, nullable=False, server_default=""),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """One source as the last runs left it. `ref` is SourceSettings.ref.

    `etag`, `last_modified` and `content_hash` (SHA-256, hex) are of what was last read whole. `error` is the text of
    the last error, "" after a success; `failures` counts failures in a row. A paused source is not read until a person
    resumes it. Before `retry_after` the host asked us not to come back. `moved_to` is where permanent redirects led
    the last `moved_count` times in a row. `title` is what the source calls itself, "" when it does not say.
    """

    ref: str
    etag: str = ""
    last_modified: str = ""
    content_hash: str = ""
    last_success: datetime | None = None
    last_error: datetime | None = None
    error: str = ""
    failures: int = 0
    paused: bool = False
    retry_after: datetime | None = None
    moved_to: str = ""
    moved_count: int = 0
    title: str = ""


class Sources:
    """The sources of one store. Each call is one transaction; all raise StoreError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def health(self) -> dict[str, SourceHealth]:
        """Every source that was ever read, by its reference."""
        with reading(self._engine) as connection:
            return {row.ref: _health(row) for row in connection.execute(select(sources))}

    def record(self, states: Iterable[SourceHealth]) -> None:
        """Remember these sources as they are now."""
        rows = [_row(state) for state in states]
        if not rows:
            return
        with writing(self._engine) as connection:
            # Delete and insert in one transaction is an upsert that both databases spell alike.
            for refs in batches(str(row["ref"]) for row in rows):
                connection.execute(delete(sources).where(sources.c.ref.in_(refs)))
            connection.execute(insert(sources), rows)

    def set_paused(self, ref: str, paused: bool) -> None:
        """Stop reading a source, or read it again. Failures in a row end here; resuming forgets what they were."""
        with writing(self._engine) as connection:
            changes: dict[str, Any] = {"paused": paused, "failures": 0}
            if not paused:
                changes |= {"error": "", "retry_after": None}
            done = connection.execute(update(sources).where(sources.c.ref == ref).values(**changes))
            if done.rowcount == 0:
                connection.execute(insert(sources).values(**_row(SourceHealth(ref=ref, paused=paused))))


_FIELDS = tuple(field.name for field in fields(SourceHealth))


def _row(state: SourceHealth) -> dict[str, object]:
    return {name: getattr(state, name) for name in _FIELDS}


def _health(row: Row[Any]) -> SourceHealth:
    return SourceHealth(**{name: getattr(row, name) for name in _FIELDS})


__all__ = ["SourceHealth", "Sources", "sources"]
