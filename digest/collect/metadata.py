"""What a page says about its article: JSON-LD first, then OpenGraph and other meta elements, then what it shows."""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from digest.collect.bylines import clean_author, find_byline, joined
from digest.collect.dates import parse_date
from digest.collect.identity import http_url
from digest.collect.linkeddata import LinkedData
from digest.collect.markup import Image, title_text
from digest.collect.prose import one_line
from digest.collect.titles import likeness, title_of_page, without_site

_TITLE_KEYS = (
    *("dc:title", "dc.title", "dcterms.title", "dcterm:title", "og:title", "weibo:article:title"),
    *("weibo:webpage:title", "parsely-title", "twitter:title", "title", "citation_title"),
)
_AUTHOR_KEYS = (
    *("dc:creator", "dc.creator", "dcterms.creator", "dcterm:creator", "author", "parsely-author", "article:author"),
    *("og:article:author", "sailthru.author", "byl", "citation_author"),
)
_DATE_KEYS = (
    *("article:published_time", "og:article:published_time", "datepublished", "parsely-pub-date", "dc.date.issued"),
    *("sailthru.date", "publishdate", "pubdate", "date", "dc.date", "citation_publication_date"),
)
_IMAGE_KEYS = ("og:image", "og:image:secure_url", "og:image:url", "twitter:image", "twitter:image:src", "image")
_SITE_KEYS = ("og:site_name", "application-name", "dc.publisher", "twitter:app:name:iphone")
_HEADINGS_MAX = 3


@dataclass(frozen=True, slots=True)
class Metadata:
    """What was found; a field is None or "" where the page does not say. Addresses are absolute http(s).

    `body` is the article as the page says it beside what it shows, maybe as HTML; `base` is what the
    relative addresses on it are relative to.
    """

    title: str = ""
    author: str | None = None
    published: datetime | None = None
    image: Image | None = None
    url: str | None = None
    language: str = ""
    body: str = ""
    base: str = ""


def read_metadata(tree: Any, *, url: str | None, now: datetime) -> Metadata:
    """Read the head of a page. `tree` is an lxml document, `url` where it came from."""
    meta, linked = _Meta(tree), LinkedData(tree)
    base = _base(tree, url)
    canonical = http_url(_link(tree, "canonical") or meta.first("og:url"), base)
    return Metadata(
        title=_title(tree, meta, linked, canonical or url),
        author=_author(tree, meta, linked),
        published=_published(tree, meta, linked, now),
        image=_image(meta, linked, base or canonical or ""),
        url=_own_address(canonical, url),
        language=_language(tree, meta),
        base=base or canonical or "",
        body=linked.text("articleBody"),
    )


class _Meta:
    """The meta elements of a page by their names in lower case; those of microdata are apart, for they may be about
    anything on the page."""

    def __init__(self, tree: Any) -> None:
        self._named: dict[str, list[str]] = {}
        self._items: dict[str, list[str]] = {}
        for element in tree.iter("meta"):
            content = (element.get("content") or "").strip()
            for attribute in ("property", "name", "http-equiv", "itemprop"):
                for name in (element.get(attribute) or "").lower().split():
                    if content:
                        (self._items if attribute == "itemprop" else self._named).setdefault(name, []).append(content)

    def all(self, *keys: str) -> list[str]:
        """What is said under the first of these names that is there at all."""
        return next((self._named[key] for key in keys if key in self._named), [])

    def items(self, key: str) -> list[str]:
        """What microdata says."""
        return self._items.get(key, [])

    def first(self, *keys: str) -> str:
        """What is said under these names, "" when nothing is."""
        return next(iter(self.all(*keys)), "")

    def each(self, *keys: str) -> Iterator[str]:
        """What is said under each of these names, the named before microdata."""
        for named in (self._named, self._items):
            yield from (named[key][0] for key in keys if key in named)


def _own_address(canonical: str | None, url: str | None) -> str | None:
    """The canonical address, unless it is the front page of a site while the page itself is not."""
    if canonical and re.fullmatch(r"https?://[^/]+/?", canonical) and url and len(url) > len(canonical) + 1:
        return http_url(url)
    return canonical or http_url(url)


def _base(tree: Any, url: str | None) -> str:
    found = tree.xpath("string(//base/@href)")
    return http_url(found, url or "") or url or ""


def _link(tree: Any, rel: str) -> str | None:
    return next((e.get("href") for e in tree.iter("link") if rel in (e.get("rel") or "").lower().split()), None)


def _language(tree: Any, meta: _Meta) -> str:
    own = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
    return str(own or meta.first("content-language", "dc.language", "og:locale", "language"))


def _title(tree: Any, meta: _Meta, linked: LinkedData, url: str | None) -> str:
    sites = [*linked.sites, *meta.each(*_SITE_KEYS), *_hosts(url)]
    headings = [one_line(str(heading.text_content())) for heading in islice(tree.iter("h1"), _HEADINGS_MAX)]
    shown = title_text(tree.xpath("string(//head/title | //body/title)"))
    for value in (_headline(linked, shown), *meta.each(*_TITLE_KEYS)):
        if title := without_site(title_text(value), sites, headings):
            return title
    return title_of_page(shown, sites, headings)


def _headline(linked: LinkedData, shown: str) -> str:
    """The title in JSON-LD. Some sites put their own name into `name`; then the title of the page tells."""
    name, headline = linked.text("name") if linked.is_article else "", linked.text("headline")
    return max(headline, name, key=lambda title: likeness(title, shown)) if name and headline else headline or name


def _hosts(url: str | None) -> list[str]:
    """The name of a host, whole and without what all hosts have."""
    host = (urlsplit(url or "").hostname or "").removeprefix("www.")
    return [host, host.rpartition(".")[0]]


def _author(tree: Any, meta: _Meta, linked: LinkedData) -> str | None:
    for named in (linked.authors, *(meta.all(key) for key in _AUTHOR_KEYS)):
        if found := _names(named):
            return found
    return find_byline(tree) or _names(meta.items("author"))


def _names(values: Iterable[str]) -> str | None:
    return joined([name for name in map(clean_author, values) if name])


def _published(tree: Any, meta: _Meta, linked: LinkedData, now: datetime) -> datetime | None:
    times = [str(v) for v in tree.xpath("//time[@itemprop='datePublished' or @pubdate]/@datetime")[:1]]
    values = (linked.text("datePublished"), linked.text("dateCreated"), *meta.each(*_DATE_KEYS), *times)
    return next((found for value in values if (found := parse_date(value, now=now))), None)


def _image(meta: _Meta, linked: LinkedData, base: str) -> Image | None:
    found = linked.article.get("image")
    for item in found if isinstance(found, list) else [found]:
        raw = item.get("url") if isinstance(item, dict) else item
        raw = raw[0] if isinstance(raw, list) and raw else raw
        if isinstance(raw, str) and (url := http_url(raw, base)):
            alt = item.get("caption") if isinstance(item, dict) else ""
            return Image(url, one_line(alt) if isinstance(alt, str) else "")
    for value in meta.each(*_IMAGE_KEYS):
        if url := http_url(html.unescape(value), base):
            return Image(url, one_line(html.unescape(meta.first("og:image:alt", "twitter:image:alt"))))
    return None
