"""Tells whether the machine was started anew since a row was written, and with it whether a commit may be lost."""

from functools import cache
from pathlib import Path

from sqlalchemy import Engine

_LINUX = Path("/proc/sys/kernel/random/boot_id")

# Stands in rows whose every change was on disk before it counted: no power cut takes anything from them.
DURABLE = "durable"


def boot_of(engine: Engine) -> str:
    """What the ledger marks its claims with: the id of this boot, or DURABLE.

    On SQLite the commit of each message is left to the operating system's cache: it survives the end of the process and
    not a power cut, which is known by another boot id. A server may restart without us, and some systems tell no boot
    id; there each commit is durable instead.
    """
    return (_boot_id() or DURABLE) if engine.dialect.name == "sqlite" else DURABLE


@cache
def _boot_id() -> str:
    try:
        return _LINUX.read_text(encoding="ascii").strip()
    except OSError:
        return ""  # no Linux, or none that tells
