"""Tells a page that is an article from one that lists articles, and picks the links to them."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from digest.collect.draft import Draft, Rejected
from digest.collect.encoding import decode
from digest.collect.extract import extract_page
from digest.collect.identity import canonical, http_url, url_key
from digest.collect.prose import clean, count_words, one_line

_FEWEST = 4  # links to articles, from which a page without an article of its own is a list of them
_LINKS_MAX = 300
_SCORE = 3
_ARTICLE_WORDS = 150
_SHORT_WORDS = 60  # where the address reads like a headline
_PROSE_WORDS = 100  # in the paragraphs under one element: that is an article, and no lead of one
_LONG_TEXTS = 2  # more of them are the front page of a blog that shows its articles whole
_BESIDE = frozenset({"nav", "footer", "aside", "form"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
_NO_ARTICLE = re.compile(
    r"/(tags?|topics?|categor(y|ies)|sections?|authors?|people|search|login|signin|sign-in|signup|register|subscribe"
    r"|account|cart|about|contact|imprint|impressum|privacy|terms|jobs|careers|feed|rss|page/\d+|wp-login\.php"
    r"|newsletters?|profiles?|users?|members?)(/|$|\.\w+$)|/(tag|category|author|page|rubrik|thema|user)/|/@[^/]+/?$",
    re.IGNORECASE,
)
_FILE = re.compile(r"\.(jpe?g|png|gif|webp|svg|pdf|zip|mp3|mp4|xml|rss|css|js|ics|epub)$", re.IGNORECASE)
_DATED = re.compile(r"/(19|20)\d\d([/-]\d{1,2}){1,2}(/|-|$)")
_SLUG = re.compile(r"[^/]+[-_][^/]+[-_][^/]+")
_NUMBER = re.compile(r"\d{5,}")
_QUERIED = re.compile(r"(^|&)([ans]?id|p|(art|story|news|doc|item|post)\w*)=\d{2,}(&|$)", re.IGNORECASE)
_SAYS_ARTICLE = re.compile(r"\"@type\"\s*:\s*\[?\s*\"(News|Blog|Report)?(Article|Posting)\"")


@dataclass(frozen=True, slots=True)
class Link:
    """A link to what is likely an article."""

    url: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page as what it is: one article, or links to articles in the order of the page."""

    article: Draft | None = None
    links: tuple[Link, ...] = ()


def read_listing(data: bytes, *, charset: str | None, url: str, now: datetime) -> Listing:
    """The article of a page or, where the page is a list, its links. Raises Rejected when it is neither."""
    import lxml.html
    from lxml.etree import LxmlError

    text = clean(decode(data, charset))
    try:
        tree = (
            lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=_parser()) if text.strip() else None
        )
    except (LxmlError, ValueError) as error:
        raise Rejected(f"it cannot be read as HTML: {error}") from error
    links = pick_links(tree, url) if tree is not None else ()
    if len(links) < _FEWEST:
        return Listing(article=extract_page(data, charset=charset, url=url, now=now))
    if urlsplit(url).path in {"", "/"}:
        return Listing(links=links)  # the front page of a site
    try:
        article = extract_page(data, charset=charset, url=url, now=now)
    except Rejected:
        return Listing(links=links)
    enough = _SHORT_WORDS if _SLUG.search(urlsplit(url).path.rstrip("/").rpartition("/")[2]) else _ARTICLE_WORDS
    if _says_article(tree) or (count_words(article.text) >= enough and not _is_list(tree)):
        return Listing(article=article)
    return Listing(links=links)


def pick_links(tree: Any, url: str) -> tuple[Link, ...]:
    """The links of a page that likely lead to articles of the same site, each address once, in order."""
    best: dict[str, tuple[int, str, str]] = {}
    here = canonical(url)
    for anchor in tree.iter("a"):
        target = http_url(anchor.get("href"), url)
        if target is None or not _same_site(target, url) or canonical(target) == here:
            continue
        target = target.partition("#")[0]  # "12 comments" leads to the article too
        score, text = _score(anchor, target)
        key = url_key(target)
        if key is None or score < 0:
            continue
        known = best.get(key)
        if known is None:
            best[key] = (score, target, text)
        else:  # a picture and a headline often link to one article
            best[key] = (max(score, known[0]), known[1], max(text, known[2], key=len))
        if len(best) > 20 * _LINKS_MAX:
            break
    found = [Link(target, text) for score, target, text in best.values() if score >= _SCORE]
    return tuple(found[:_LINKS_MAX])


def _score(anchor: Any, target: str) -> tuple[int, str]:
    """How likely a link leads to an article, less than 0 when it does not, and what it says."""
    parts = urlsplit(target)
    path = parts.path
    dated = _DATED.search(path)  # then it is an article, though its section be called "People" or "Jobs"
    if (_NO_ARTICLE.search(path) and not dated) or _FILE.search(path) or _is_beside(anchor):
        return -1, ""
    heading = _heading(anchor)
    text = one_line((heading if heading is not None else anchor).text_content())[:300]
    words = count_words(text)
    last = path.rstrip("/").rpartition("/")[2]
    score = 2 * (heading is not None) + (words >= 4) + (words >= 7)
    named = dated or _SLUG.search(last) or _NUMBER.search(last) or _QUERIED.search(parts.query)
    score += 2 * bool(named)
    score += any(element.tag == "article" for element in anchor.iterancestors())
    return score, text


def _heading(anchor: Any) -> Any:
    for element in anchor.iterancestors():
        if element.tag in _HEADINGS:
            return element
        if element.tag in {"article", "li", "div", "body"}:
            break
    return next((element for element in anchor.iterdescendants() if element.tag in _HEADINGS), None)


def _is_beside(anchor: Any) -> bool:
    """Whether the link stands in navigation rather than in what the page is about."""
    for element in anchor.iterancestors():
        if element.tag == "article":
            return False
        if element.tag in _BESIDE or element.get("role") == "navigation":
            return True
    return False


def _is_list(tree: Any) -> bool:
    """Whether a page with much text shows several articles, or leads of them, rather than one."""
    prose: dict[Any, int] = {}
    for paragraph in tree.iter("p"):
        linked = sum(count_words(anchor.text_content()) for anchor in paragraph.iter("a"))
        parent = paragraph.getparent()
        prose[parent] = prose.get(parent, 0) + count_words(paragraph.text_content()) - linked
    long = sum(words >= _PROSE_WORDS for words in prose.values())
    return long > _LONG_TEXTS or (not long and len(tree.findall(".//article")) >= _FEWEST)


def _says_article(tree: Any) -> bool:
    if any(_SAYS_ARTICLE.search(script.text or "") for script in tree.iter("script")):
        return True
    kinds = tree.xpath("//meta[@property='og:type']/@content")
    return any(str(kind).lower() == "article" for kind in kinds)


def _same_site(target: str, url: str) -> bool:
    """Whether both are of one site: the same host, or one below the other's."""
    there, here = (_host(address) for address in (target, url))
    return there == here or there.endswith(f".{here}") or here.endswith(f".{there}")


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _parser() -> Any:
    import lxml.html

    return lxml.html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
