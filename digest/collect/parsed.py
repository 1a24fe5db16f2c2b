"""What the parsing of a feed gives. Apart from the parser, which the process that asks for it need not load."""

from dataclasses import dataclass

from digest.collect.article import Measure
from digest.collect.draft import Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """The items of a feed, as it orders them, and of each the keys in the source `ref` and the measure.

    `skipped` are items that could not be one, each with its reason. `shared` are keys that mark no item, as several
    have them.
    """

    title: str
    drafts: tuple[Draft, ...]
    keys: tuple[tuple[str, ...], ...] = ()
    measures: tuple[Measure, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()
    shared: frozenset[str] = frozenset()
