"""Brings a store to the schema of this version of digest."""

from sqlalchemy import Engine

from digest.store.schema import metadata


def migrate(engine: Engine) -> None:
    """Make what is missing."""
    metadata.create_all(engine)
