"""What the address of a page tells of it: an article, a list of them, a file, something of another site."""

import re
from urllib.parse import parse_qsl, urlsplit

from digest.collect.identity import canonical, http_url, url_key

_NO_ARTICLE = re.compile(
    r"/(tags?|topics?|categor(y|ies)|sections?|authors?|people|search|login|signin|sign-in|signup|register|subscribe"
    r"|account|cart|about|contact|imprint|impressum|privacy|terms|jobs|careers|feed|rss|page/\d+|wp-login\.php"
    r"|newsletters?|profiles?|users?|members?)(/|$|\.\w+$)|/(tag|category|author|page|rubrik|thema|user)/|/@[^/]+/?$",
    re.IGNORECASE,
)
_FILE = re.compile(r"\.(jpe?g|png|gif|webp|svg|pdf|zip|gz|mp3|mp4|xml|rss|css|js|ics|epub|docx?|xlsx?)$", re.IGNORECASE)
_DATED = re.compile(r"/(19|20)\d\d([/-]?\d{1,2}){1,2}(/|-|_|\.|$)")
_MONTH_OR_YEAR = re.compile(r"/(19|20)\d\d(/(0?[1-9]|1[0-2]))?/?$")
_SLUG = re.compile(r"[^/]+[-_][^/]+[-_][^/]+")
_NUMBER = re.compile(r"\d{5,}")
_QUERIED = re.compile(r"(^|&)([ans]?id|p|(art|story|news|doc|item|post)\w*)=\d{2,}(&|$)", re.IGNORECASE)


def reads_like_article(url: str) -> bool:
    """Whether an address is made as those of articles are: with a headline, a date or a number."""
    parts = urlsplit(url)
    last = parts.path.rstrip("/").rpartition("/")[2]
    named = _DATED.search(parts.path) or _SLUG.search(last) or _NUMBER.search(last)
    return bool(named or _QUERIED.search(parts.query))


def reads_like_list(url: str) -> bool:
    """Whether an address is made as those of tags, sections, authors and the like are.

    With a date in it, it is an article, though its section be called "People" or "Jobs".
    """
    path = urlsplit(url).path
    return _DATED.search(path) is None and _NO_ARTICLE.search(path) is not None


def reads_like_file(url: str) -> bool:
    """Whether an address is that of a picture, a document or another file, and of no page."""
    return _FILE.search(urlsplit(url).path) is not None


def may_be_article(target: str, url: str) -> bool:
    """Whether what a page at `url` leads to may be an article, and is not the page itself or another sheet of it."""
    there, here = urlsplit(target), urlsplit(url)
    if canonical(target) == canonical(url) or url_key(target) is None:
        return False
    if reads_like_file(target) or reads_like_list(target) or _MONTH_OR_YEAR.search(there.path):
        return False
    return (there.netloc, there.path) != (here.netloc, here.path) or bool(_QUERIED.search(there.query))


def goal(raw: str | None, base: str) -> str | None:
    """Where a link leads, behind a redirector: without fragment, for "12 comments" leads to the article too."""
    found = http_url(raw, base)
    if found is None:
        return None
    parts = urlsplit(found)
    inner = next((value for _, value in parse_qsl(parts.query) if value.startswith(("http://", "https://"))), None)
    # What has a headline in its own address is no redirector.
    if inner and not _SLUG.search(parts.path.rpartition("/")[2]) and (behind := http_url(inner)) is not None:
        found = behind
    return found.partition("#")[0]


def url_shape(url: str) -> tuple[str, ...]:
    """How an address is made: the kind of each part of its path, and the names in its query."""
    parts = urlsplit(url)
    kinds = (_kind(part) for part in parts.path.strip("/").split("/"))
    return (*kinds, *sorted(name for name, _ in parse_qsl(parts.query)))


def is_below(target: str, url: str) -> bool:
    """Whether an address is one in the folder that a page is, or is the front of."""
    there, here = urlsplit(target), urlsplit(url)
    folder, _, last = here.path.rpartition("/")
    folder = folder if "." in last else here.path.rstrip("/")
    return bool(folder) and there.netloc == here.netloc and there.path.startswith(f"{folder}/")


def same_site(target: str, url: str) -> bool:
    """Whether both are of one site: the same host, or one below the other's."""
    there, here = (_host(address) for address in (target, url))
    return there == here or there.endswith(f".{here}") or here.endswith(f".{there}")


def _kind(part: str) -> str:
    if part.isdigit():
        return "number"
    return "name" if _SLUG.search(part) or _NUMBER.search(part) else "word"


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
