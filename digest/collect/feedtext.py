"""Reads the bytes of a feed (RSS, Atom, RDF, JSON Feed) into the items that it holds."""

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin

from digest.collect.article import measure
from digest.collect.bylines import clean_author
from digest.collect.dates import parse_date
from digest.collect.draft import Draft, Rejected
from digest.collect.feeditem import Item, Items, Media, beyond, is_oldest_first
from digest.collect.feedloose import read_loose
from digest.collect.feedxml import read_strict
from digest.collect.identity import distinct_keys, http_url
from digest.collect.jsonfeed import read_json_feed
from digest.collect.language import detect_languages
from digest.collect.markup import Image, fragment_image, fragment_text, title_text
from digest.collect.parsed import ParsedFeed
from digest.collect.prose import clean, fold, one_line
from digest.collect.references import mend_references
from digest.collect.titles import without_site
from digest.collect.trailer import without_trailer

_ENTRIES_MAX = 500
_TEXT_MAX = 2_000_000  # characters of one item's markup; the rest of it is cut off
_TELLING = 400  # characters of a text, from which its language is told
_HTML = re.compile(rb"\A\s*(<!--.*?-->\s*)*+<(!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_DECLARED = re.compile(rb"\A(\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"'])[^\"']*([\"'])")
_ROOT = re.compile(rb"<(\?xml|rss|feed|rdf:RDF|channel)\b", re.IGNORECASE)


def parse_feed(
    data: bytes, *, content_type: str | None = None, url: str | None = None, ref: str = "", now: datetime
) -> ParsedFeed:
    """Read a feed of any kind. `url` is where it came from, which relative links start at.

    Raises Rejected when it is no feed. A feed without items is none of that.
    """
    if not data.strip(b"\x00\t\r\n \xef\xbb\xbf"):
        raise Rejected("it is empty")
    if _HTML.search(data[:2000]):
        raise Rejected("it is an HTML page, not a feed")
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        title, drafts, skipped = read_json_feed(data, url=url, most=_ENTRIES_MAX, now=now)
    else:
        title, drafts, skipped = _read_xml(data, content_type, url, now)
    return _distinct(ref, title, drafts, skipped)


def _distinct(ref: str, title: str, drafts: list[Draft], skipped: list[tuple[str, str]]) -> ParsedFeed:
    """Each item once, with the keys that mark it and no other."""
    marks = distinct_keys(ref, drafts)
    kept = [(draft, keys) for draft, keys in zip(drafts, marks.keys, strict=True) if keys]
    if again := len(drafts) - len(kept):
        skipped.append((title or ref or "feed", f"{again} items stand in it more than once"))
    return ParsedFeed(
        title=title,
        drafts=tuple(draft for draft, _ in kept),
        keys=tuple(keys for _, keys in kept),
        measures=tuple(measure(draft) for draft, _ in kept),
        skipped=tuple(skipped),
        shared=marks.shared,
    )


def _read_xml(
    data: bytes, content_type: str | None, url: str | None, now: datetime
) -> tuple[str, list[Draft], list[tuple[str, str]]]:
    data = mend_references(_from_root(data))
    found = _read_items(data, content_type)
    base = http_url(found.link, url or "") or url or ""
    title = title_text(found.title)
    defaults = _Defaults(title, base, url or base, clean_author(found.author), found.language, now)
    drafts, skipped = [], []
    backwards = bool(found.last) and is_oldest_first(_dated(found.items[0], now), _dated(found.last[-1], now))
    told = [_telling(item, defaults) for item in (found.last if backwards else found.items)]
    languages = detect_languages((f"{each.title}\n{each.text[:_TELLING]}", each.language) for each in told)
    for number, (each, language) in enumerate(zip(told, languages, strict=True), 1):
        draft = _draft(each, language, defaults)
        if draft.title or draft.text:
            drafts.append(draft)
        else:
            skipped.append((draft.url or f"item {number}", "it has neither a title nor a text"))
    if found.beyond:
        skipped.append((title or url or "feed", beyond(found.beyond, _ENTRIES_MAX, last=backwards)))
    return title, drafts, skipped


def _read_items(data: bytes, content_type: str | None) -> Items:
    """What is valid UTF-8 is that, whatever server or document say."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return read_loose(data, content_type, most=_ENTRIES_MAX)
    if (found := read_strict(data, most=_ENTRIES_MAX)) is not None:
        return found
    if not data.isascii():
        data, content_type = _DECLARED.sub(rb"\1utf-8\2", data, count=1), "application/xml; charset=utf-8"
    return read_loose(data, content_type, most=_ENTRIES_MAX)


def _from_root(data: bytes) -> bytes:
    """The bytes from where the document starts: warnings of a broken site may stand before it."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data
    found = _ROOT.search(data[:20_000])
    return data[found.start() :] if found else data


@dataclass(frozen=True, slots=True)
class _Defaults:
    title: str
    base: str
    url: str
    author: str | None
    language: str
    now: datetime


@dataclass(frozen=True, slots=True)
class _Telling:
    """An item, and its words as plain text. `language` is the one that it or its feed declares."""

    item: Item
    markup: str
    publisher: str
    title: str
    text: str
    language: str


def _telling(item: Item, defaults: _Defaults) -> _Telling:
    markup = item.markup[:_TEXT_MAX]
    publisher = _publisher(item, defaults)
    title = without_site(title_text(item.title), (publisher,))
    text = without_trailer(markup if item.plain else fragment_text(markup), title)
    text = text or fold(fragment_text(item.described))
    return _Telling(item, markup, publisher, title, text, item.language or defaults.language)


def _draft(telling: _Telling, language: str, defaults: _Defaults) -> Draft:
    item = telling.item
    link = _link(item, defaults.url)
    base = link or defaults.base
    image = _media(item, base) or fragment_image(telling.markup, base)
    return Draft(
        title=telling.title or _title_of(telling.text),
        text=telling.text,
        url=link,
        author=clean_author(item.author) or defaults.author,
        publisher=telling.publisher,
        published=_dated(item, defaults.now),
        language=language,
        image=image.url if image else None,
        image_alt=image.alt if image else "",
        guid=one_line(item.guid)[:2000],
    )


def _publisher(item: Item, defaults: _Defaults) -> str:
    """Whom a feed that gathers from others names for an item; a feed that names itself says nothing by it."""
    name = title_text(item.publisher)
    return "" if name.casefold() == defaults.title.casefold() else name


def _dated(item: Item, now: datetime) -> datetime | None:
    return next((found for raw in item.dates if (found := parse_date(raw, now=now))), None)


def _link(item: Item, url: str) -> str | None:
    base = urljoin(url, item.base) if item.base else url
    guid = (item.guid,) if item.guid.startswith(("http://", "https://")) else ()
    return next((found for raw in (*item.links, *guid) if (found := http_url(raw, base))), None)


def _media(item: Item, base: str) -> Image | None:
    """A picture given beside the text: media:content, an enclosure, media:thumbnail."""
    for media in item.media:
        if _is_picture(media) and (url := http_url(media.address, base)):
            return Image(url, one_line(fragment_text(item.media_title)))
    return None


def _is_picture(media: Media) -> bool:
    kind, medium = media.type, media.medium
    if "gravatar.com" in media.address:
        return False  # whoever wrote it, not what it is about
    if kind.startswith("image/") or medium == "image":
        return True
    named = re.search(r"\.(jpe?g|png|webp|gif|avif)($|[?#])", media.address, re.IGNORECASE) is not None
    return (named and not kind.startswith(("video/", "audio/"))) or (not media.beside and not kind and not medium)


def _title_of(text: str) -> str:
    """A title for an item that has none: how its text begins."""
    first = clean(text).split("\n", 1)[0]
    return first if len(first) <= 100 else first[:90].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
