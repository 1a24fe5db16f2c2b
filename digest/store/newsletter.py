"""Whose store this is: two newsletters in one would mail each other's issues to each other's readers."""

from sqlalchemy import Column, Engine, Integer, Table, Text, delete, insert, select

from digest.errors import ConfigError
from digest.store.engine import reading, writing
from digest.store.schema import metadata

newsletter = Table(
    "newsletter",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
)


def claim(engine: Engine, name: str, *, formerly: str = "") -> None:
    """Note that the store is of the newsletter `name`, which may have been called `formerly`.

    Raises ConfigError when it is of another, StoreError.
    """
    if check_owner(engine, name, formerly=formerly) == name:
        return
    with writing(engine) as connection:
        connection.execute(delete(newsletter))
        connection.execute(insert(newsletter).values(id=1, name=name))


def check_owner(engine: Engine, name: str, *, formerly: str = "") -> str | None:
    """Whose store it is, if that is known. Raises ConfigError when it is of another newsletter, StoreError."""
    with reading(engine) as connection:
        owner: str | None = connection.execute(select(newsletter.c.name)).scalar()
    if owner not in {None, name, formerly}:
        raise ConfigError(
            f"the store is that of the newsletter {owner!r}, and this one is {name!r}",
            where=f"[store] url = {engine.url.render_as_string(hide_password=True)!r}",
            remedy="name a database of its own in [store] url; if the newsletter was only renamed, "
            f"add formerly = {owner!r} to [newsletter]",
        )
    return owner


__all__ = ["check_owner", "claim", "newsletter"]
