"""Finds what at an address can be followed: a feed, the feed of a page, a sitemap, or the page itself."""

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from digest.collect.caller import Caller
from digest.collect.draft import Rejected
from digest.collect.fetch import Fetched, Fetcher, FetchError
from digest.collect.identity import http_url
from digest.collect.opml import Subscriptions
from digest.collect.workers import Workers
from digest.config import CollectSettings
from digest.errors import SourceError

_KINDS = (
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/json",
    "application/rdf+xml",
)
_USUAL = ("feed", "rss", "feed.xml", "rss.xml", "atom.xml", "index.xml", "feed.json")
_LESS = re.compile(r"comment|kommentar|commentaire|reply|replies|/oembed|wp-json", re.IGNORECASE)
# A link for people: what it leads to and what it says both speak of a feed.
_FEED = re.compile(r"(?<![a-z])(rss|feeds?|atom|xml)(?![a-z])", re.IGNORECASE)
_LINKS_MAX = 20
_TRIED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What can be followed: the type of source, its address, and what it calls itself ("" when it does not say).

    `others` are addresses of more feeds that the same page names.
    """

    type: str
    url: str
    title: str = ""
    entries: int = 0
    others: tuple[str, ...] = ()


def discover(url: str, settings: CollectSettings, *, clock: Callable[[], datetime], user_agent: str = "") -> Found:
    """Find out what to follow at an address; a page that names no feed is followed itself.

    Raises SourceError when it cannot be fetched, or holds neither a feed nor articles.
    """
    return asyncio.run(_discover(url, settings, clock, Caller(user_agent=user_agent)))


def read_subscriptions(data: bytes) -> Subscriptions:
    """The feeds of an OPML file. Raises Rejected when it is none."""

    async def read() -> Subscriptions:
        async with Workers(1) as workers:
            return await workers.opml(data)

    return asyncio.run(read())


async def _discover(url: str, settings: CollectSettings, clock: Callable[[], datetime], caller: Caller) -> Found:
    async with Fetcher(settings, clock) as fetcher, Workers(1) as workers:
        search = _Search(fetcher, workers, caller, clock())
        fetched = await fetcher.feed(url, caller=caller)  # a site may well answer with its feed
        if (found := await search.as_feed(fetched)) is not None:
            return found
        if (found := await search.as_sitemap(fetched)) is not None:
            return found
        named = await search.named(fetched)
        for candidate in [*named[:_TRIED], *_usual(fetched.url)]:
            if (found := await search.feed_at(candidate)) is not None:
                return replace(found, others=tuple(url for url in named if url not in {candidate, found.url}))
        return await search.as_page(fetched)


class _Search:
    def __init__(self, fetcher: Fetcher, workers: Workers, caller: Caller, now: datetime) -> None:
        self._fetcher = fetcher
        self._workers = workers
        self._caller = caller
        self._now = now

    async def as_feed(self, fetched: Fetched) -> Found | None:
        try:
            parsed = await self._workers.feed(
                fetched.body or b"", content_type=fetched.content_type, url=fetched.url, ref=fetched.url, now=self._now
            )
        except Rejected:
            return None
        return Found(type="feed", url=fetched.url, title=parsed.title, entries=len(parsed.drafts))

    async def as_sitemap(self, fetched: Fetched) -> Found | None:
        body = fetched.body or b""
        if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"\x1f\x8b")):
            return None  # a text with addresses is more likely an article than a list of pages
        try:
            parsed = await self._workers.sitemap(body, url=fetched.url, most_bytes=50_000_000, now=self._now)
        except Rejected:
            return None
        return Found(type="sitemap", url=fetched.url, entries=len(parsed.pages) + len(parsed.sitemaps))

    async def named(self, fetched: Fetched) -> Sequence[str]:
        """The feeds that a page names."""
        try:
            links = await self._workers.feed_links(fetched.body or b"", charset=fetched.charset, url=fetched.url)
        except Rejected:
            return ()
        return links

    async def feed_at(self, url: str) -> Found | None:
        try:
            fetched = await self._fetcher.feed(url, caller=self._caller)
        except FetchError:
            return None  # a page may name a feed that is not there; the next may be
        return await self.as_feed(fetched)

    async def as_page(self, fetched: Fetched) -> Found:
        """The page itself, asked for once more as every run will: robots.txt is heeded for pages, not for feeds."""
        try:
            fetched = await self._fetcher.page(fetched.url, caller=self._caller)
            listing = await self._workers.listing(
                fetched.body or b"", charset=fetched.charset, url=fetched.url, now=self._now
            )
        except Rejected as error:
            remedy = "give the address of a feed, of a sitemap, or of a page that lists articles"
            raise SourceError(f"there is no feed, and {error}", where=fetched.url, remedy=remedy) from error
        return Found(type="page", url=fetched.url, title=listing.title, entries=len(listing.links) or 1)


def feed_links(data: bytes, *, charset: str | None, url: str) -> tuple[str, ...]:
    """The addresses of the feeds that a page names, in its order, those of comments last. Raises Rejected."""
    import lxml.html
    from lxml.etree import LxmlError

    from digest.collect.encoding import decode
    from digest.collect.prose import clean

    text = clean(decode(data, charset))
    if not text.strip():
        raise Rejected("it is empty")
    try:
        tree = lxml.html.document_fromstring(text.encode("utf-8", "replace"))
    except (LxmlError, ValueError) as error:
        raise Rejected(f"it cannot be read as HTML: {error}") from error
    base = http_url(next(iter(tree.xpath("//base/@href")), ""), url) or url
    named = [
        (http_url(link.get("href"), base), link.get("title") or "", link.tag)
        for link in tree.iter("link", "a")
        if _names(link)
    ]
    # Those for programs first, then those for people; of either kind the comments last.
    ranked = sorted(
        ((bool(_LESS.search(f"{found} {title}")), tag == "a", found) for found, title, tag in named if found),
        key=lambda rank: rank[:2],
    )
    return tuple(dict.fromkeys(found for *_, found in ranked))[:_LINKS_MAX]


def _names(link: Any) -> bool:
    kind = (link.get("type") or "").partition(";")[0].strip().lower()
    rels = (link.get("rel") or "").lower().split()
    if link.tag == "a":
        said = " ".join(
            (str(link.text_content()), *(link.get(name) or "" for name in ("title", "aria-label", "class")))
        )
        return kind in _KINDS[:3] or bool(_FEED.search(link.get("href") or "") and _FEED.search(said[:200]))
    return kind in _KINDS and "alternate" in rels


def _usual(url: str) -> Sequence[str]:
    """Where feeds of a site usually are: below the page, and below its root."""
    parts = urlsplit(url)
    below = url if parts.path.endswith("/") else f"{url}/"
    places = [
        urljoin(below.partition("?")[0], _USUAL[0]),
        *(f"{parts.scheme}://{parts.netloc}/{name}" for name in _USUAL),
    ]
    return tuple(dict.fromkeys(places))
