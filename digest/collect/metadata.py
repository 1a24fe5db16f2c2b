"""What a page says about its article: JSON-LD first, then OpenGraph and other meta elements."""

import html
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from digest.collect.dates import parse_date
from digest.collect.identity import http_url
from digest.collect.markup import Image, title_text
from digest.collect.prose import fold, one_line

_ARTICLE = re.compile(r"(\w*Article|\w*Posting|Report|Review|\w*CreativeWork|WebPage|Recipe)$")
_JSON_MAX = 1_000_000  # characters of one script
_OBJECTS_MAX = 2000
_NAME_MAX = 120
_HEADING_MIN = 8
_SEPARATOR = re.compile(r"\s+[|\-–—·»:]\s+")
_NOT_NAMES = re.compile(
    r"https?:|www\.|@|^\W*$|^(admin|administrator|editor|staff|null|undefined|none)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What was found; a field is None or "" where the page does not say. Addresses are absolute http(s)."""

    title: str = ""
    author: str | None = None
    published: datetime | None = None
    image: Image | None = None
    url: str | None = None
    site: str = ""
    language: str = ""


def read_metadata(tree: Any, *, url: str | None, now: datetime) -> Metadata:
    """Read the head of a page. `tree` is an lxml document, `url` where it came from."""
    meta = _meta(tree)
    base = _base(tree, url)
    canonical = http_url(_link(tree, "canonical") or meta.get("og:url"), base)
    linked = _article_object(tree)
    site = one_line(meta.get("og:site_name", ""))
    image = _image(linked.get("image"), base or canonical or "") or _meta_image(meta, base or canonical or "")
    return Metadata(
        title=_title(tree, meta, linked, site),
        author=_author(linked) or _meta_author(meta, tree),
        published=_published(tree, meta, linked, now),
        image=image,
        url=_own_address(canonical, url),
        site=site,
        language=str(tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or ""),
    )


def clean_author(value: str) -> str | None:
    """A name as it may stand in a digest, or None when it is none."""
    name = one_line(html.unescape(re.sub(r"<[^<>]*>", " ", value)))
    name = re.sub(r"^(by|von|por|par|di|door)\s+(?=\S)", "", name, flags=re.IGNORECASE).strip(" ,;|·-–—")
    return None if not name or len(name) > _NAME_MAX or _NOT_NAMES.search(name) else name


def _own_address(canonical: str | None, url: str | None) -> str | None:
    """The canonical address, unless it is the front page of a site while the page itself is not."""
    if canonical and re.fullmatch(r"https?://[^/]+/?", canonical) and url and len(url) > len(canonical) + 1:
        return http_url(url)
    return canonical or http_url(url)


def _base(tree: Any, url: str | None) -> str:
    found = tree.xpath("string(//base/@href)")
    return http_url(found, url or "") or url or ""


def _meta(tree: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        content = (element.get("content") or "").strip()
        for attribute in ("property", "name", "itemprop"):
            for name in (element.get(attribute) or "").lower().split():
                if content:
                    found.setdefault(name, content)
    return found


def _link(tree: Any, rel: str) -> str | None:
    return next((e.get("href") for e in tree.iter("link") if rel in (e.get("rel") or "").lower().split()), None)


def _article_object(tree: Any) -> dict[str, Any]:
    """The first object of JSON-LD that describes an article, else nothing."""
    page: dict[str, Any] = {}
    for thing in _objects(tree):
        kinds = thing.get("@type")
        kinds = [kinds] if isinstance(kinds, str) else kinds if isinstance(kinds, list) else []
        if any(isinstance(kind, str) and _ARTICLE.search(kind) for kind in kinds):
            if "headline" in thing and "WebPage" not in kinds:
                return thing
            page = page or thing
    return page


def _objects(tree: Any) -> Iterator[dict[str, Any]]:
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        text = (script.text or "").strip()
        if len(text) > _JSON_MAX:
            continue
        try:
            waiting = [json.loads(re.sub(r"^\s*(<!--|//<!\[CDATA\[)|(-->|//\]\]>)\s*$", "", text), strict=False)]
        except (ValueError, RecursionError):
            continue  # half of what is wrong in JSON-LD is one comma; the meta elements say the same
        for _ in range(_OBJECTS_MAX):
            if not waiting:
                break
            thing = waiting.pop(0)
            if isinstance(thing, list):
                waiting.extend(thing)
            elif isinstance(thing, dict):
                yield thing
                waiting.extend(value for key, value in thing.items() if key in {"@graph", "mainEntity", "item"})


_TITLE_KEYS = ("dc:title", "dc.title", "dcterms.title", "og:title", "parsely-title", "twitter:title", "title")


def _title(tree: Any, meta: dict[str, str], linked: dict[str, Any], site: str) -> str:
    headings = [one_line(str(element.text_content())) for element in list(tree.iter("h1"))[:3]]
    for value in (linked.get("headline"), *(meta.get(key) for key in _TITLE_KEYS)):
        if isinstance(value, str) and (title := without_site(title_text(value), site, headings)):
            return title
    return without_site(title_text(tree.xpath("string(//head/title | //body/title)")), site, headings)


def without_site(title: str, site: str, headings: Sequence[str] = ()) -> str:
    """A title without the name of its site before or after it, known by `site` or by a heading that lacks it."""
    parts = _SEPARATOR.split(title)
    for known in headings:
        if len(parts) > 1 and len(known) > _HEADING_MIN and title.startswith(known):
            return known
    if len(parts) > 1 and site and site.casefold() in {parts[-1].casefold(), parts[0].casefold()}:
        rest = title[len(parts[0]) :] if parts[0].casefold() == site.casefold() else title[: -len(parts[-1])]
        return rest.strip(" |-–—·»:")
    return title


def _author(linked: dict[str, Any]) -> str | None:
    authors = linked.get("author") or linked.get("creator")
    names: list[str] = []
    for author in authors if isinstance(authors, list) else [authors]:
        value = author.get("name") if isinstance(author, dict) else author
        for name in value if isinstance(value, list) else [value]:
            if isinstance(name, str) and (found := clean_author(name)) and found not in names:
                names.append(found)
    return ", ".join(names[:4]) or None


_AUTHOR_KEYS = (
    "dc:creator",
    "dc.creator",
    "dcterms.creator",
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "byl",
)
_BYLINES = (
    '//*[@itemprop="author"]//*[@itemprop="name"]',
    '//*[@itemprop="author"][not(self::meta)]',
    '//*[@rel="author"]',
    '//*[contains(concat(" ", normalize-space(@class), " "), " author-name ")]',
    '//*[contains(concat(" ", normalize-space(@class), " "), " byline ")]',
    '//*[contains(concat(" ", normalize-space(@class), " "), " author ")]',
)
_BYLINE_MAX = 80


def _meta_author(meta: dict[str, str], tree: Any) -> str | None:
    for key in _AUTHOR_KEYS:
        if found := clean_author(meta.get(key, "")):
            return found
    for place in _BYLINES:
        for element in tree.xpath(place)[:3]:
            name = re.split(r"\s+[|·•]\s+|\n", fold(str(element.text_content())), maxsplit=1)[0]
            if len(name) <= _BYLINE_MAX and not re.search(r"\d{3}", name) and (found := clean_author(name)):
                return found
    return None


_DATE_KEYS = (
    "article:published_time",
    "datepublished",
    "parsely-pub-date",
    "dc.date.issued",
    "sailthru.date",
    "publishdate",
    "pubdate",
    "date",
    "dc.date",
)


def _published(tree: Any, meta: dict[str, str], linked: dict[str, Any], now: datetime) -> datetime | None:
    values = [linked.get("datePublished"), linked.get("dateCreated"), *(meta.get(key) for key in _DATE_KEYS)]
    values += [str(v) for v in tree.xpath("//time[@itemprop='datePublished' or @pubdate]/@datetime")[:1]]
    for value in values:
        if isinstance(value, str) and (found := parse_date(value, now=now)):
            return found
    return None


def _image(value: Any, base: str) -> Image | None:
    for item in value if isinstance(value, list) else [value]:
        raw = item.get("url") if isinstance(item, dict) else item
        raw = raw[0] if isinstance(raw, list) and raw else raw
        if isinstance(raw, str) and (url := http_url(raw, base)):
            alt = item.get("caption") if isinstance(item, dict) else ""
            return Image(url, one_line(alt) if isinstance(alt, str) else "")
    return None


def _meta_image(meta: dict[str, str], base: str) -> Image | None:
    for key in ("og:image", "og:image:secure_url", "og:image:url", "twitter:image", "twitter:image:src", "image"):
        if url := http_url(html.unescape(meta.get(key, "")), base):
            return Image(url, one_line(html.unescape(meta.get("og:image:alt") or meta.get("twitter:image:alt") or "")))
    return None
