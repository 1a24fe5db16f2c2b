"""Finds the parts that can be exchanged: sources, summarizers, transports, themes. Built-ins use the same table.

A package offers one through an entry point in the group `digest.sources`, `digest.summarizers`, `digest.transports`
or `digest.themes`; see docs/plugins.md.
"""

import difflib
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Literal

from digest.errors import ConfigError

Group = Literal["sources", "summarizers", "transports", "themes"]


@cache  # to look through the metadata of every installed package takes milliseconds, and each source asks
def find(group: Group, name: str) -> EntryPoint | None:
    """The entry point called `name`, or None."""
    return next(iter(entry_points(group=f"digest.{group}", name=name)), None)


def names(group: Group) -> tuple[str, ...]:
    """Every name in a group, sorted."""
    return tuple(sorted({entry.name for entry in entry_points(group=f"digest.{group}")}))


def load(group: Group, name: str, *, where: str) -> Any:
    """Import and return what `name` stands for. Raises ConfigError, with `where` in it, when that cannot be done."""
    entry = find(group, name)
    if entry is None:
        known = names(group)
        close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
        remedy = f"did you mean {close[0]!r}?" if close else f"known: {', '.join(known) or 'none'}"
        raise ConfigError(f"there is no {name!r} among the {group}", where=where, remedy=remedy)
    try:
        return entry.load()
    except Exception as error:  # a stranger's module may do anything when it is imported
        raise ConfigError(
            f"the plug-in {name!r} ({entry.value}) cannot be loaded: {type(error).__name__}: {error}",
            where=where,
            remedy="install it again, or choose another",
        ) from error
