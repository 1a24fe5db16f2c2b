"""Brings a store to the schema of this version of digest."""

import logging
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from digest.errors import BrokenStoreError
from digest.store.engine import reading

# The newest file in migrations/versions. Kept here so that a store that is up to date is known without importing
# Alembic, which costs more than all else that opening a store does.
HEAD = "0004"

_MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(engine: Engine) -> None:
    """Run the migrations that this store has not had. Raises BrokenStoreError when a newer digest has been at it."""
    with reading(engine) as connection:
        current = _current(connection)
    if current == HEAD:
        return
    if current is not None and current > HEAD:
        raise BrokenStoreError(
            f"the store is of a newer version of digest (schema {current}, this one knows {HEAD})",
            where=engine.url.render_as_string(hide_password=True),
            remedy="upgrade digest on this machine: pip install --upgrade article-digest",
        )
    _upgrade(engine)


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
