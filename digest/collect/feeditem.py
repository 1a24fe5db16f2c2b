"""What the items of a feed say, as the feed says it: before anything is cleaned or judged."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Media:
    """A file that comes with an item. `address` is as the feed writes it; `beside` marks an enclosure."""

    address: str
    type: str = ""
    medium: str = ""
    beside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item. `title` and `markup` may hold HTML; `plain` says that the feed means its text as it stands.

    `publisher` is the source that the item names as its own. `links` are addresses to try in order, and `guid` comes
    last of them; `dates` likewise. `base` is what relative links start at, "" when the item does not say.
    """

    title: str = ""
    markup: str = ""
    plain: bool = False
    described: str = ""
    links: tuple[str, ...] = ()
    guid: str = ""
    author: str = ""
    publisher: str = ""
    language: str = ""
    dates: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()
    media_title: str = ""
    base: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """The items of a feed in its order. When there are more than were asked for, `items` are the first of them and
    `last` the last, so many of each; `beyond` counts what is left out of either.
    """

    title: str
    link: str
    author: str
    language: str
    items: tuple[Item, ...]
    last: tuple[Item, ...] = ()
    beyond: int = 0


def both_ends(entries: Sequence[Any], most: int, item: Callable[[Any], Item]) -> dict[str, Any]:
    """The items of so many entries as Items holds them."""
    beyond = max(0, len(entries) - most)
    last = tuple(map(item, entries[-most:])) if beyond else ()
    return {"items": tuple(map(item, entries[:most])), "last": last, "beyond": beyond}


def is_oldest_first(first: datetime | None, last: datetime | None) -> bool:
    """Whether a list begins with its oldest item, by the dates of its first and its last."""
    return first is not None and last is not None and first < last


def beyond(count: int, most: int, *, last: bool) -> str:
    """Why items of a long feed are left out."""
    return f"{count} items beyond the {'last' if last else 'first'} {most}"
