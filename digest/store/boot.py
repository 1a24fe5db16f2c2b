"""Tells whether the machine was started anew since a row was written, and with it whether a commit may be lost.

What a message needs committed is left to a cache: of the operating system, or of the database server. That survives the
end of our process, and not a power cut; so every claim carries the id of the boot that it was made in.
"""

import secrets
from functools import cache
from pathlib import Path

from sqlalchemy import Column, Connection, Engine, Integer, String, Table, select

from digest.store.bulk import insert_missing
from digest.store.engine import writing
from digest.store.schema import metadata

_LINUX = Path("/proc/sys/kernel/random/boot_id")

# Stands in rows whose every change was on disk before it counted: no power cut takes anything from them.
DURABLE = "durable"

# Unlogged: PostgreSQL empties it whenever it has to recover from a crash, and a server that takes over from another
# begins with an empty one. The id that is found here has thus seen every commit since it was written.
boot = Table(
    "boot",
    metadata,
    Column("slot", Integer, primary_key=True, autoincrement=False),
    Column("id", String(64), nullable=False),
)
_SLOT = 1


def boot_of(engine: Engine) -> str:
    """What the ledger marks its claims with: the id of this boot of what caches its commits, or DURABLE.

    That is the operating system for SQLite, and the server for PostgreSQL. Some systems tell no boot id; there each
    commit is durable instead. Raises StoreError.
    """
    with writing(engine) as connection:
        return boot_in(connection)


def boot_in(connection: Connection) -> str:
    """The same, for what is decided in this transaction: a server that goes down ends the transaction with it."""
    if connection.dialect.name == "sqlite":
        return _boot_id() or DURABLE
    own = {"slot": _SLOT, "id": secrets.token_hex(16)}
    insert_missing(connection, boot, [own])
    found: str = connection.execute(select(boot.c.id).where(boot.c.slot == _SLOT)).scalar_one()
    return found


@cache
def _boot_id() -> str:
    try:
        return _LINUX.read_text(encoding="ascii").strip()
    except OSError:
        return ""  # no Linux, or none that tells
