"""Engines for SQLite and PostgreSQL, set up so that a committed transaction survives what the ledger needs it to."""

import logging
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from digest.errors import BrokenStoreError, StoreError

_BUSY_MS = 30_000
_READING = "digest_reading"
# What a server and a connection to it are asked for, unless the address asks otherwise or they do better already.
# A commit that counts is on disk. Who waits for a row waits as long as for a SQLite file; and whoever was frozen with
# rows in hand loses them, before which nobody else could have them.
_SESSION = """
SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'
UNION ALL SELECT set_config('lock_timeout', '30s', false) WHERE current_setting('lock_timeout') = '0'
UNION ALL SELECT set_config('idle_in_transaction_session_timeout', '5min', false)
 WHERE current_setting('idle_in_transaction_session_timeout') = '0'
"""
_NETWORK = {
    "connect_timeout": 30,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,  # milliseconds
}
# On a Mac only fullfsync has a disk write down what it holds; elsewhere it changes nothing.
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "fullfsync=ON", "foreign_keys=ON")
_READ_ONLY_PRAGMAS = ("query_only=ON",)
_turns: WeakKeyDictionary[Engine, threading.RLock] = WeakKeyDictionary()


def make_engine(url: str, *, read_only: bool = False) -> Engine:
    """An engine for `sqlite:///FILE` or `postgresql://…`. Connects lazily. `read_only`: the database refuses writes."""
    if url.startswith("sqlite:///"):
        return _sqlite_engine(url, _READ_ONLY_PRAGMAS if read_only else _PRAGMAS)
    engine = _server_engine(make_url(url.replace("postgresql://", "postgresql+psycopg://", 1)))
    return engine.execution_options(postgresql_readonly=True) if read_only else engine


def _server_engine(url: URL) -> Engine:
    # A connection that breaks is told of where it breaks; the pool adds a page of traceback when it is given back.
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)
    network = {key: value for key, value in _NETWORK.items() if key not in url.query}
    engine = create_engine(url, pool_pre_ping=True, connect_args=network)

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _: ConnectionPoolEntry) -> None:
        connection.autocommit = True
        connection.execute(_SESSION)
        connection.autocommit = False

    return engine


def _sqlite_engine(url: str, pragmas: Sequence[str]) -> Engine:
    # Not as text: a "?" in the name of a folder would begin a query, and the store would be another file.
    place = URL.create("sqlite", database=url.removeprefix("sqlite:///"))
    engine = create_engine(place, connect_args={"timeout": _BUSY_MS / 1000, "check_same_thread": False})
    _turns[engine] = threading.RLock()

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late and too weak: we emit it below
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A write transaction takes its lock at once: one that starts as a reader fails with "locked" when it upgrades.
        reading = connection.get_execution_options().get(_READING, False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads, and waits for no writer. Raises StoreError."""
    with told(engine), engine.connect().execution_options(**{_READING: True}) as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that is durable once the block is left without an error. Raises StoreError."""
    with told(engine), turn(engine), engine.begin() as connection:
        yield connection


def turn(engine: Engine) -> AbstractContextManager[object]:
    """Be the one thread of this process that writes to a SQLite file. A server has its own ways.

    Without it SQLite lets a thread sleep for milliseconds and try again, while the one before needs but a fraction.
    """
    return _turns[engine] if engine in _turns else nullcontext()


@contextmanager
def told(engine: Engine) -> Iterator[None]:
    """Turn what the database says into a StoreError with a remedy."""
    try:
        yield
    except (SQLAlchemyError, engine.dialect.loaded_dbapi.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
        kind = BrokenStoreError if _is_broken(str(cause)) else StoreError
        raise kind(str(cause), where=_where(engine), remedy=_remedy(error, str(cause))) from error


def _where(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=True)


# What a PostgreSQL server says to a login or a database that will not do before a person changes something.
_REFUSED = re.compile(r"FATAL: .*(authentication failed|does not exist|no pg_hba\.conf entry)|fe_sendauth: no password")
_NO_SCHEMA = "no schema has been selected"
_NO_RIGHT = "permission denied"


def _is_broken(said: str) -> bool:
    lasting = ("malformed", "not a database", "readonly", "unable to open", _NO_SCHEMA, _NO_RIGHT)
    return any(each in said for each in lasting) or _REFUSED.search(said) is not None


def _remedy(error: Exception, said: str) -> str:
    if "disk is full" in said or "No space left" in said or "disk I/O error" in said:
        return "free some space and run again; what was committed is kept"
    if "database is locked" in said or "lock timeout" in said:
        return "another program holds the store; wait for it to end and run again"
    if "UNIQUE constraint" in said or "duplicate key" in said:
        return "another program added the same at the same time; run again"
    if "readonly" in said or "unable to open" in said:
        return (
            "check that the folder exists, that its owner runs digest, and that it may be written to, "
            "with the files beside it that end in -wal and -shm"
        )
    if "malformed" in said or "not a database" in said:
        return "the file is damaged or is no store of digest; restore it from a backup, or name another in [store] url"
    if _NO_SCHEMA in said:
        return "the schema that [store] url names, or public, is not there: make it with CREATE SCHEMA"
    if _NO_RIGHT in said:
        return "give this user the right to create and change tables there"
    if _REFUSED.search(said):
        return (
            "check user, password and database in [store] url (or in PGPASSWORD, ~/.pgpass); CREATE DATABASE makes one"
        )
    if isinstance(error, OperationalError) or type(error).__name__ == "OperationalError":
        return "check that the database server runs and that [store] url names it"
    return "this is a defect of digest; please report it"


def sqlite_file(engine: Engine) -> Path | None:
    """The file of a SQLite store, or None for a server."""
    return Path(engine.url.database) if engine.dialect.name == "sqlite" and engine.url.database else None
