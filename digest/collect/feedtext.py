"""Parses the bytes of a feed (RSS, Atom, RDF, JSON Feed) into the items that it holds."""

import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from digest.collect.dates import parse_date
from digest.collect.draft import Draft, Rejected
from digest.collect.identity import http_url
from digest.collect.jsonfeed import read_json_feed
from digest.collect.language import detect_language
from digest.collect.markup import Image, fragment_image, fragment_text, title_text
from digest.collect.metadata import clean_author
from digest.collect.prose import clean, fold, one_line
from digest.collect.trailer import without_trailer

_ENTRIES_MAX = 500
_TEXT_MAX = 2_000_000  # characters of one item's markup; the rest of it is cut off
_LEADING = re.compile(rb"\A[\s\xef\xbb\xbf]+")
_HTML = re.compile(rb"\A\s*(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_DECLARED = re.compile(rb"\A(\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"'])[^\"']*([\"'])")
_ROOT = re.compile(rb"<(\?xml|rss|feed|rdf:RDF|channel)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """The items of a feed, as it orders them. `skipped` are items that could not be one, each with its reason."""

    title: str
    drafts: tuple[Draft, ...]
    skipped: tuple[tuple[str, str], ...] = ()
    shared_urls: frozenset[str] = frozenset()


def parse_feed(data: bytes, *, content_type: str | None = None, url: str | None = None, now: datetime) -> ParsedFeed:
    """Read a feed of any kind. `url` is where it came from, which relative links start at.

    Raises Rejected when it is no feed. A feed without items is none of that.
    """
    if not data.strip(b"\x00\t\r\n \xef\xbb\xbf"):
        raise Rejected("it is empty")
    if _HTML.search(data[:2000]):
        raise Rejected("it is an HTML page, not a feed")
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        title, drafts, skipped = read_json_feed(data, url=url, now=now)
    else:
        title, drafts, skipped = _read_xml(data, content_type, url, now)
    if len(drafts) > _ENTRIES_MAX:
        skipped.append((title or url or "feed", f"{len(drafts) - _ENTRIES_MAX} items beyond the first {_ENTRIES_MAX}"))
        drafts = drafts[:_ENTRIES_MAX]
    return _distinct(title, drafts, skipped)


def _distinct(title: str, drafts: list[Draft], skipped: list[tuple[str, str]]) -> ParsedFeed:
    """Take guids and addresses that several items share for what they are: no mark of any of them."""
    guids = _repeated(draft.guid for draft in drafts)
    urls = _repeated(draft.url or "" for draft in drafts)
    return ParsedFeed(
        title=title,
        drafts=tuple(replace(draft, guid="") if draft.guid in guids else draft for draft in drafts),
        skipped=tuple(skipped),
        shared_urls=frozenset(urls),
    )


def _repeated(values: Iterator[str]) -> set[str]:
    return {value for value, times in Counter(values).items() if value and times > 1}


def _read_xml(
    data: bytes, content_type: str | None, url: str | None, now: datetime
) -> tuple[str, list[Draft], list[tuple[str, str]]]:
    import feedparser

    # From memory always: given the bytes themselves, feedparser would open a file that they happen to name.
    data, content_type = _as_utf8(_from_root(data), content_type)
    headers = {"content-type": content_type} if content_type else {}
    parsed = feedparser.parse(
        io.BytesIO(data), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    if not parsed.get("version") and not parsed.entries:
        reason = parsed.get("bozo_exception")
        raise Rejected(f"it is not a feed{f' ({one_line(str(reason))[:120]})' if reason else ''}")
    feed = parsed.feed
    base = http_url(dict.get(feed, "link"), url or "") or url or ""
    defaults = _Defaults(base, url or base, clean_author(_text(feed, "author")), _text(feed, "language"), now)
    drafts, skipped = [], []
    for number, entry in enumerate(parsed.entries, 1):
        draft = _draft(entry, defaults)
        if draft.title or draft.text:
            drafts.append(draft)
        else:
            skipped.append((draft.url or f"item {number}", "it has neither a title nor a text"))
    return title_text(_text(feed, "title")), drafts, skipped


def _from_root(data: bytes) -> bytes:
    """The bytes from where the document starts: warnings of a broken site may stand before it."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data
    found = _ROOT.search(data[:20_000])
    return data[found.start() :] if found else data


def _as_utf8(data: bytes, content_type: str | None) -> tuple[bytes, str | None]:
    """Declare as UTF-8 what is valid UTF-8 beyond ASCII: it is that, whatever server or document say."""
    if data.isascii():
        return data, content_type
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return data, content_type
    return _DECLARED.sub(rb"\1utf-8\2", data, count=1), "application/xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class _Defaults:
    base: str
    url: str
    author: str | None
    language: str
    now: datetime


def _draft(entry: Any, defaults: _Defaults) -> Draft:
    link = _link(entry, defaults.url)
    base = link or defaults.base
    markup = _markup(entry)
    title = title_text(_text(entry, "title"))
    text = without_trailer(markup if _is_plain(entry) else fragment_text(markup), title)
    text = text or fold(fragment_text(_text(entry, "media_description")))
    image = _media(entry, base) or fragment_image(markup, base)
    return Draft(
        title=title or _title_of(text),
        text=text,
        url=link,
        author=clean_author(_author(entry)) or defaults.author,
        published=_published(entry, defaults.now),
        language=detect_language(f"{title}\n{text}", _text(entry, "language") or defaults.language),
        image=image.url if image else None,
        image_alt=image.alt if image else "",
        guid=one_line(_text(entry, "id"))[:2000],
    )


def _text(thing: Any, key: str) -> str:
    """A value as the feed has it: feedparser's own lookup answers for other keys, with warnings."""
    value = dict.get(thing, key)
    return value if isinstance(value, str) else ""


def _markup(entry: Any) -> str:
    """The longest of what the item says, for feeds put their text now in one place, now in another."""
    values = [content.get("value") or "" for content in dict.get(entry, "content") or []]
    values.append(_text(entry, "summary"))
    return str(max(values, key=len))[:_TEXT_MAX]


def _is_plain(entry: Any) -> bool:
    details = [*(dict.get(entry, "content") or []), dict.get(entry, "summary_detail") or {}]
    longest: dict[str, str] = max(details, key=lambda detail: len(detail.get("value") or ""), default={})
    # Of RSS feedparser says HTML always; only an Atom feed says that its text is plain, and means it.
    return longest.get("type") == "text/plain" and "<" not in (longest.get("value") or "")


def _author(entry: Any) -> str:
    names = [author.get("name") or "" for author in dict.get(entry, "authors") or []]
    joined = ", ".join(dict.fromkeys(name for name in names if name))
    return joined or re.sub(r"^\S+@\S+\s*\((.+)\)$", r"\1", _text(entry, "author"))


def _link(entry: Any, base: str) -> str | None:
    for link in dict.get(entry, "links") or []:
        if link.get("rel", "alternate") == "alternate" and (found := http_url(link.get("href"), _base(link, base))):
            return found
    for raw in (_text(entry, "feedburner_origlink"), _text(entry, "link"), _text(entry, "id")):
        if raw.startswith(("http://", "https://")) and (found := http_url(raw)):
            return found
    return None


def _base(thing: Any, base: str) -> str:
    return urljoin(base, thing.get("base") or "") if isinstance(thing.get("base"), str) else base


def _published(entry: Any, now: datetime) -> datetime | None:
    for key in ("published", "created", "updated"):
        if found := parse_date(_text(entry, key), now=now):
            return found
    return None


def _media(entry: Any, base: str) -> Image | None:
    """A picture given beside the text: media:content, an enclosure, media:thumbnail."""
    alt = one_line(fragment_text(_text(entry, "media_title")))
    enclosures = [link for link in dict.get(entry, "links") or [] if link.get("rel") == "enclosure"]
    for item in (*(dict.get(entry, "media_content") or []), *enclosures, *(dict.get(entry, "media_thumbnail") or [])):
        raw = item.get("url") or item.get("href")
        if _is_picture(item, raw, thumbnail=item not in enclosures) and (url := http_url(raw, base)):
            return Image(url, alt)
    return None


def _is_picture(item: Any, raw: str | None, *, thumbnail: bool) -> bool:
    kind, medium = item.get("type") or "", item.get("medium") or ""
    if kind.startswith("image/") or medium == "image":
        return True
    named = re.search(r"\.(jpe?g|png|webp|gif|avif)($|[?#])", raw or "", re.IGNORECASE) is not None
    return (named and not kind.startswith(("video/", "audio/"))) or (thumbnail and not kind and not medium)


def _title_of(text: str) -> str:
    """A title for an item that has none: how its text begins."""
    first = clean(text).split("\n", 1)[0]
    return first if len(first) <= 100 else first[:90].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
