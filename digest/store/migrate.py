"""Brings a store to the schema of this version of digest."""

import logging
import re
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from digest.errors import BrokenStoreError
from digest.store.engine import reading
from digest.store.schema import metadata

# The newest file in migrations/versions. Kept here so that a store that is up to date is known without importing
# Alembic, which costs more than all else that opening a store does.
HEAD = "0009"

_MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(engine: Engine) -> None:
    """Run the migrations that this store has not had.

    Raises BrokenStoreError when a newer digest has been at it, or when it belongs to another program.
    """
    with reading(engine) as connection:
        current = _current(connection)
        if current is None and (strange := _strange_tables(connection)):
            raise _foreign(engine, f"it holds the table {strange[0]!r}")
    if current == HEAD:
        return
    if current is not None:
        _check_known(engine, current)
    _upgrade(engine)


def is_filled(engine: Engine) -> bool:
    """Whether digest has made its tables in this store. Changes nothing.

    Raises BrokenStoreError when they are of an older or newer digest, or of another program.
    """
    with reading(engine) as connection:
        current = _current(connection)
    if current is None or current == HEAD:
        return current is not None
    _check_known(engine, current)
    raise BrokenStoreError(
        f"the store is of an older version of digest (schema {current}, this one knows {HEAD})",
        where=engine.url.render_as_string(hide_password=True),
        remedy="`digest check` brings it up to date",
    )


def _check_known(engine: Engine, current: str) -> None:
    """Raises BrokenStoreError when the schema is none of ours, or one of a newer digest."""
    if not re.fullmatch(r"\d{4}", current):
        raise _foreign(engine, f"its schema is {current!r}")
    if current > HEAD:
        raise BrokenStoreError(
            f"the store is of a newer version of digest (schema {current}, this one knows {HEAD})",
            where=engine.url.render_as_string(hide_password=True),
            remedy="upgrade digest on this machine: pip install --upgrade article-digest",
        )


def _strange_tables(connection: Connection) -> list[str]:
    """What is in a store that digest has never opened. A server may well hold tables of others beside ours."""
    there = inspect(connection).get_table_names()
    ours = set(metadata.tables)
    return sorted(there) if connection.dialect.name == "sqlite" else sorted(ours.intersection(there))


def _foreign(engine: Engine, why: str) -> BrokenStoreError:
    return BrokenStoreError(
        f"the database is one of another program: {why}",
        where=engine.url.render_as_string(hide_password=True),
        remedy="name another in [store] url; digest makes it where there is none",
    )


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return version


def _upgrade(engine: Engine) -> None:
    from alembic import command
    from alembic.config import Config

    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
