"""Which letters of the mailbox for reports were read, so that each counts once however often it is found."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Column, Engine, String, Table, select

from digest.store.bulk import batches, insert_missing
from digest.store.engine import reading, writing
from digest.store.schema import UtcDateTime, metadata

letters_read = Table(
    "letters_read",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)


class LettersRead:
    """The letters that were read, by hash. Each call is one transaction; all raise StoreError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def known(self, keys: Iterable[str]) -> set[str]:
        """Those of these keys that were read before."""
        found: set[str] = set()
        with reading(self._engine) as connection:
            for batch in batches(keys):
                query = select(letters_read.c.key).where(letters_read.c.key.in_(batch))
                found.update(connection.execute(query).scalars())
        return found

    def remember(self, keys: Iterable[str], *, now: datetime) -> None:
        """Keep these keys as read."""
        with writing(self._engine) as connection:
            insert_missing(connection, letters_read, [{"key": key, "at": now} for key in keys])
