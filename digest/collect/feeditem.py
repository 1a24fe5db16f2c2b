"""What the items of a feed say, as the feed says it: before anything is cleaned or judged."""

from dataclasses import dataclass


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

    `links` are addresses to try in order, and `guid` comes last of them; `dates` likewise. `base` is what relative
    links start at, "" when the item does not say.
    """

    title: str = ""
    markup: str = ""
    plain: bool = False
    described: str = ""
    links: tuple[str, ...] = ()
    guid: str = ""
    author: str = ""
    language: str = ""
    dates: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()
    media_title: str = ""
    base: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """The items of a feed in its order, at most as many as were asked for; `beyond` counts the others."""

    title: str
    link: str
    author: str
    language: str
    items: tuple[Item, ...]
    beyond: int = 0
