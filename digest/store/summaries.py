"""Summaries that were made before, by what went into them."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Boolean, Column, Engine, Integer, String, Table, Text, delete, select

from digest.model import Origin, Passage, Summary
from digest.store.bulk import batches, insert_missing
from digest.store.engine import reading, writing
from digest.store.schema import UtcDateTime, metadata

summaries = Table(
    "summaries",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("text", Text, nullable=False),
    Column("origin", String(16), nullable=False),
    Column("model", Text, nullable=False),
    Column("sentences", Integer, nullable=False),
    Column("grounded", Boolean, nullable=False),
    Column("passages", Text, nullable=False, server_default="[]"),
    Column("findings", Text, nullable=False, server_default="[]"),
    Column("created", UtcDateTime, nullable=False, index=True),
)


class Summaries:
    """The summaries of one store. Each call is one transaction; all raise StoreError.

    A key stands for everything that a summary depends on (text, model, weights, settings), so an entry never grows old.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, keys: Iterable[str]) -> dict[str, Summary]:
        """The summaries kept under these keys; keys without one are left out."""
        found: dict[str, Summary] = {}
        with reading(self._engine) as connection:
            for batch in batches(keys):
                for row in connection.execute(select(summaries).where(summaries.c.key.in_(batch))):
                    found[row.key] = Summary(
                        text=row.text,
                        origin=Origin(row.origin),
                        model=row.model,
                        sentences=row.sentences,
                        grounded=row.grounded,
                        passages=tuple(Passage(text=text, source=source) for source, text in json.loads(row.passages)),
                        findings=tuple(json.loads(row.findings)),
                    )
        return found

    def put(self, made: Mapping[str, Summary], now: datetime) -> None:
        """Keep summaries by their keys. One that is there already stays."""
        rows = [
            {
                "key": key,
                "text": summary.text,
                "origin": summary.origin.value,
                "model": summary.model,
                "sentences": summary.sentences,
                "grounded": summary.grounded,
                "passages": json.dumps([[passage.source, passage.text] for passage in summary.passages]),
                "findings": json.dumps(summary.findings),
                "created": now,
            }
            for key, summary in made.items()
        ]
        with writing(self._engine) as connection:
            insert_missing(connection, summaries, rows)

    def forget_before(self, moment: datetime) -> int:
        """Remove what was made before `moment`; returns how many."""
        with writing(self._engine) as connection:
            return connection.execute(delete(summaries).where(summaries.c.created < moment)).rowcount


__all__ = ["Summaries", "summaries"]
