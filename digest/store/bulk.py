"""Many rows at once: within the limits of bound values, and beside other processes that add the same rows."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import ARRAY, Column, ColumnElement, Connection, String, Table, any_, bindparam, func, select

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

_BATCH = 500  # below SQLite's limit of bound values, and PostgreSQL's
T = TypeVar("T")


def batches(items: Iterable[T]) -> Iterator[tuple[T, ...]]:
    """The distinct items, in order, in tuples small enough for one statement."""
    rest = iter(dict.fromkeys(items))
    while batch := tuple(islice(rest, _BATCH)):
        yield batch


def among(column: Column[str], dialect: str) -> ColumnElement[bool]:
    """Whether a column holds one of the values that `bound` binds: however many they are, the statement is the same."""
    if dialect == "postgresql":
        return column == any_(bindparam("values", type_=ARRAY(String)))
    return column.in_(select(func.json_each(bindparam("values")).table_valued("value").c.value))


def bound(connection: Connection, values: Iterable[str]) -> dict[str, object]:
    """What to execute a statement with that looks `among` these values."""
    listed = list(values)
    return {"values": listed if connection.dialect.name == "postgresql" else json.dumps(listed)}


def insert_missing(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert the rows whose primary key is not there yet; those that are there stay as they are."""
    if not rows:
        return
    connection.execute(insert_into(connection, table).on_conflict_do_nothing(), list(rows))


def insert_into(connection: Connection, table: Table) -> "postgresql.Insert | sqlite.Insert":
    """An insert that may leave what is there. The dialect of a server is loaded only where there is one."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table)
