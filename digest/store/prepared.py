"""Statements that run once a message: compiled once, and given to the driver as they are."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from sqlalchemy import Dialect, Engine, UpdateBase
from sqlalchemy.dialects import sqlite


class Prepared:
    """One statement for one kind of database. `execute` takes values by the names of the statement's bindparams."""

    def __init__(self, statement: UpdateBase, engine: Engine) -> None:
        self._sqlite = engine.dialect.name == "sqlite"
        dialect: Dialect = sqlite.dialect(paramstyle="named") if self._sqlite else engine.dialect
        compiled = statement.compile(dialect=dialect)
        self._sql = str(compiled)
        self._fixed = {name: self.stored(value) for name, value in compiled.params.items()}

    def execute(self, cursor: Any, values: Mapping[str, object]) -> int:
        """Run it on a driver's cursor, and say how many rows it changed. Raises what the driver raises."""
        cursor.execute(self._sql, {**self._fixed, **values})
        changed: int = cursor.rowcount
        return changed

    def ids(self, cursor: Any, values: Mapping[str, object]) -> list[int]:
        """Run one that returns ids, and read them all: only then is it over. Raises what the driver raises."""
        cursor.execute(self._sql, {**self._fixed, **values})
        return [row[0] for row in cursor.fetchall()]

    def stored(self, value: object) -> object:
        """A value as the driver takes it, and as SQLAlchemy's own types would have stored it."""
        if isinstance(value, Enum):
            return value.value
        if isinstance(value, datetime) and self._sqlite:
            return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
        return value
