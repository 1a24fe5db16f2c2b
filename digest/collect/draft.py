"""An article as a parser read it, before the store knows it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)  # no slots: with them it takes twice as long to go from process to process
class Draft:
    """What one item says of itself. `text` holds paragraphs apart by one newline; `removed` the furniture taken out.

    `guid` is the item's own identifier in its feed or mailbox, "" when it has none. `author` is as the item names it.
    `publisher` is whom a feed that gathers from others names for the item, "" when it names nobody.
    `twins` are other addresses of the same item, by which it is known too. `remark` says what of it could not be had.
    """

    title: str
    text: str = ""
    url: str | None = None
    author: str | None = None
    published: datetime | None = None
    language: str = ""
    image: str | None = None
    image_alt: str = ""
    publisher: str = ""
    guid: str = ""
    removed: tuple[str, ...] = ()
    twins: tuple[str, ...] = ()
    remark: str = ""


class Rejected(Exception):  # noqa: N818 - it is a verdict on the input, not a fault of ours
    """The input will never be an article; the reason is the message. Reading it again would not help."""
