"""Reads feeds of any make with feedparser, which knows how to read what is broken."""

import io
import re
from typing import Any

from digest.collect.draft import Rejected
from digest.collect.feeditem import Item, Items, Media, both_ends
from digest.collect.prose import one_line


def read_loose(data: bytes, content_type: str | None, *, most: int) -> Items:
    """The items of a feed. Raises Rejected when it is none."""
    import feedparser

    headers = {"content-type": content_type} if content_type else {}
    # From memory always: given the bytes themselves, feedparser would open a file that they happen to name.
    parsed = feedparser.parse(
        io.BytesIO(data), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    if not parsed.get("version") and not parsed.entries:
        raise Rejected(f"it is not a feed{_why(parsed.get('bozo_exception'))}")
    feed = parsed.feed
    return Items(
        title=_text(feed, "title"),
        link=_text(feed, "link"),
        author=_text(feed, "author"),
        language=_text(feed, "language"),
        **both_ends(parsed.entries, most, _item),
    )


def _why(error: Any) -> str:
    """Where and why it cannot be read, as far as the parser tells."""
    if error is None:
        return ""
    line, column = (getattr(error, name, lambda: None)() for name in ("getLineNumber", "getColumnNumber"))
    what = getattr(error, "getMessage", lambda: str(error))()
    place = f"line {line}, column {column}: " if line else ""
    return f" ({place}{one_line(str(what))[:120]})"


def _item(entry: Any) -> Item:
    base = entry.get("base")
    details = [*(dict.get(entry, "content") or []), dict.get(entry, "summary_detail") or {}]
    longest: dict[str, str] = max(details, key=lambda detail: len(detail.get("value") or ""), default={})
    return Item(
        title=_text(entry, "title"),
        markup=_markup(entry),
        # Of RSS feedparser says HTML always; only an Atom feed says that its text is plain, and means it.
        plain=longest.get("type") == "text/plain" and "<" not in (longest.get("value") or ""),
        described=_text(entry, "media_description"),
        links=tuple(_links(entry)),
        guid=_text(entry, "id"),
        author=_author(entry),
        publisher=_text(dict.get(entry, "source") or {}, "title"),
        language=_text(entry, "language"),
        dates=tuple(_text(entry, key) for key in ("published", "created", "updated")),
        media=tuple(_media(entry)),
        media_title=_text(entry, "media_title"),
        base=base if isinstance(base, str) else "",
    )


def _text(thing: Any, key: str) -> str:
    """A value as the feed has it: feedparser's own lookup answers for other keys, with warnings."""
    value = dict.get(thing, key)
    return value if isinstance(value, str) else ""


def _markup(entry: Any) -> str:
    """The longest of what the item says, for feeds put their text now in one place, now in another."""
    values = [content.get("value") or "" for content in dict.get(entry, "content") or []]
    values.append(_text(entry, "summary"))
    return str(max(values, key=len))


def _author(entry: Any) -> str:
    names = [author.get("name") or "" for author in dict.get(entry, "authors") or []]
    joined = ", ".join(dict.fromkeys(name for name in names if name))
    return joined or re.sub(r"^\S+@\S+\s*\((.+)\)$", r"\1", _text(entry, "author"))


def _links(entry: Any) -> list[str]:
    links = dict.get(entry, "links") or []
    named = [link.get("href") or "" for link in links if link.get("rel", "alternate") == "alternate"]
    others = (_text(entry, key) for key in ("feedburner_origlink", "link"))
    return [*named, *(raw for raw in others if raw.startswith(("http://", "https://")))]


def _media(entry: Any) -> list[Media]:
    contents = [(each, False) for each in dict.get(entry, "media_content") or []]
    enclosures = [(link, True) for link in dict.get(entry, "links") or [] if link.get("rel") == "enclosure"]
    thumbnails = [(each, False) for each in dict.get(entry, "media_thumbnail") or []]
    return [
        Media(
            address=each.get("url") or each.get("href") or "",
            type=each.get("type") or "",
            medium=each.get("medium") or "",
            beside=beside,
        )
        for each, beside in (*contents, *enclosures, *thumbnails)
    ]
