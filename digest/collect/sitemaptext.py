"""Parses the bytes of a sitemap or of an index of sitemaps, compressed or not (sitemaps.org, Google News)."""

import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from digest.collect.dates import parse_date
from digest.collect.draft import Rejected
from digest.collect.encoding import decode
from digest.collect.identity import http_url
from digest.collect.markup import title_text

_END = re.compile(rb"</\s*(\w+:)?(urlset|sitemapindex)\s*>", re.IGNORECASE)
_GZIP = b"\x1f\x8b"
_LINKS_MAX = 50_000  # the most that one file may hold, by the protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A page or a sitemap that is listed. `changed` is `lastmod`; title and `published` are those of Google News."""

    url: str
    changed: datetime | None = None
    title: str = ""
    published: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedSitemap:
    """What one sitemap lists, in its order: pages, or further sitemaps. `dropped` entries name no web address."""

    pages: tuple[Listed, ...] = ()
    sitemaps: tuple[Listed, ...] = ()
    dropped: int = 0


def parse_sitemap(data: bytes, *, url: str | None, most_bytes: int, now: datetime) -> ParsedSitemap:
    """Read a sitemap: XML, or plain text with one address a line. Raises Rejected when it is none."""
    data = _unpacked(data, most_bytes)
    start = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        raise Rejected("it is empty")
    found = _read_xml(data, url or "", now) if start.startswith(b"<") else _read_lines(data, url or "")
    if not found.pages and not found.sitemaps and found.dropped:
        raise Rejected("it lists no web address")
    return found


def _unpacked(data: bytes, most_bytes: int) -> bytes:
    """Sitemaps are often stored compressed: then that is their content, not its transfer. It may come in pieces."""
    if not data.startswith(_GZIP):
        return data
    text = bytearray()
    while data.startswith(_GZIP):
        stream = zlib.decompressobj(wbits=31)
        try:
            text += stream.decompress(data, most_bytes + 1 - len(text))
        except zlib.error as error:
            raise Rejected(f"it is broken gzip data ({error})") from error
        if len(text) > most_bytes:
            raise Rejected(f"it is larger than {most_bytes / 1_000_000:g} MB when it is unpacked")
        if not stream.eof:
            raise Rejected("it ends in the middle of its gzip data")
        data = stream.unused_data
    return bytes(text)


def _read_lines(data: bytes, base: str) -> ParsedSitemap:
    lines = [line.strip() for line in decode(data).splitlines()[:_LINKS_MAX] if line.strip()]
    urls = [found for line in lines if (found := http_url(line, base)) and line.startswith(("http://", "https://"))]
    if len(urls) * 2 < len(lines):
        raise Rejected("it is not a sitemap")
    return ParsedSitemap(pages=tuple(Listed(url=found) for found in urls), dropped=len(lines) - len(urls))


def _read_xml(data: bytes, base: str, now: datetime) -> ParsedSitemap:
    pages, sitemaps, dropped = [], [], 0
    for element in _entries(data):
        listed = _listed(element, base, now)
        if listed is None:
            dropped += 1
        elif _name(element) == "sitemap":
            sitemaps.append(listed)
        else:
            pages.append(listed)
        element.clear()
        if len(pages) + len(sitemaps) >= _LINKS_MAX:
            break
    if not _END.search(data[-500:]):
        del (sitemaps or pages)[-1:]  # the document is cut off, and the last address may be too
    return ParsedSitemap(pages=tuple(pages), sitemaps=tuple(sitemaps), dropped=dropped)


def _entries(data: bytes) -> Iterator[Any]:
    """The elements of the entries, as far as the document can be read."""
    from lxml import etree

    reader = etree.iterparse(
        io.BytesIO(data),
        events=("start", "end"),
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    root = ""
    try:
        for event, element in reader:
            if event == "start":
                root = root or _name(element)
                if root not in {"urlset", "sitemapindex"}:
                    raise Rejected("it is not a sitemap")
            elif _name(element) in {"url", "sitemap"}:
                yield element
    except etree.XMLSyntaxError as error:
        if not root:
            raise Rejected(f"it cannot be read as XML: {error.msg}") from error
    if not root:
        raise Rejected("it cannot be read as XML")


def _listed(entry: Any, base: str, now: datetime) -> Listed | None:
    values: dict[str, str] = {}
    for element in (*entry, *entry.iterdescendants()):  # its own address goes before those of its pictures
        values.setdefault(_name(element), (element.text or "").strip())
    url = http_url(values.get("loc"), base)
    if url is None:
        return None
    news = "publication_date" in values
    return Listed(
        url=url,
        changed=parse_date(values.get("lastmod"), now=now),
        title=title_text(values.get("title", "")) if news else "",
        published=parse_date(values.get("publication_date"), now=now),
    )


def _name(element: Any) -> str:
    """A tag without its namespace, which many sitemaps get wrong."""
    return str(element.tag).rpartition("}")[2].lower() if isinstance(element.tag, str) else ""
