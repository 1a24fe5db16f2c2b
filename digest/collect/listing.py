"""Tells a page that is an article from one that lists articles, and picks the links to them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from digest.collect.addresses import (
    goal,
    may_be_article,
    reads_like_article,
    reads_like_file,
    reads_like_list,
    same_site,
)
from digest.collect.draft import Draft, Rejected
from digest.collect.encoding import decode
from digest.collect.extract import extract_page
from digest.collect.headlines import Headlines, Link, find_headlines
from digest.collect.linkeddata import LinkedData
from digest.collect.markup import element_text
from digest.collect.prose import clean, count_words, one_line

_LISTED_LEAST = 3  # by structured data
_ARTICLE_WORDS = 150  # beside the headlines of a page and what belongs to them: that is an article
_SHORT_WORDS = 60  # where the address reads like that of an article
_INTRODUCTION_WORDS = 300  # where it reads like that of a tag or a section
_LINE_WORDS = 10  # of a line of prose
_FEW_WORDS = 60  # within a site, for what nothing says is an article, where its address is that of a list
_VERY_FEW_WORDS = 25
_FILES = 3
_TITLE_MAX = 200
_BESIDE = ("nav", "footer", "aside", "form", "header")
_NOTHING = "it lists no articles yet, and is none itself"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page as what it is: one article, or links to articles in the order of the page. `title` is that of the page."""

    article: Draft | None = None
    links: tuple[Link, ...] = ()
    title: str = ""


def read_listing(data: bytes, *, charset: str | None, url: str, now: datetime) -> Listing:
    """The article of a page or, where the page is a list, its links. Raises Rejected when it is neither."""
    tree = _parse(clean(decode(data, charset)))
    if tree is None:
        return Listing(article=extract_page(data, charset=charset, url=url, now=now))
    linked = LinkedData(tree)
    found = find_headlines(tree, url, now=now, front=_is_front(url))
    listed = _listed(linked, url)
    if len(found.links) < _LISTED_LEAST <= len(listed):
        found = Headlines(listed)
    if found.links and not _is_article(tree, linked, found, url):
        return Listing(links=found.links, title=_title(tree))
    try:
        article = extract_page(data, charset=charset, url=url, now=now)
    except Rejected:
        if found.links:
            return Listing(links=found.links, title=_title(tree))
        raise
    if not reads_like_article(url) and not _says_article(tree, linked, url):
        _refuse_empty_list(tree, article, url, _prose_words(tree, found))
    return Listing(article=article, title=article.title)


def _title(tree: Any) -> str:
    return one_line(next((title.text_content() for title in tree.iter("title")), ""))[:_TITLE_MAX]


def _refuse_empty_list(tree: Any, article: Draft, url: str, prose: int) -> None:
    """Raise Rejected for a page that nothing says is an article and that shows only what stands around a list."""
    files = [link for link in tree.iter("a") if reads_like_file(link.get("href") or "")]
    if len(files) >= _FILES and 2 * sum(count_words(one_line(link.text_content())) for link in files) > count_words(
        article.text
    ):
        raise Rejected("it lists files, and no articles")
    if prose < (_FEW_WORDS if reads_like_list(url) else _VERY_FEW_WORDS) and any(
        next(element.iter("a"), None) is not None for element in tree.iter("nav", "header", "footer")
    ):
        raise Rejected(_NOTHING)


def _parse(text: str) -> Any:
    import lxml.html
    from lxml.etree import LxmlError

    if not text.strip():
        return None
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        return lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (LxmlError, ValueError) as error:
        raise Rejected(f"it cannot be read as HTML: {error}") from error


def _listed(linked: LinkedData, url: str) -> tuple[Link, ...]:
    """What the structured data of a page lists, each address once."""
    found: dict[str, Link] = {}
    for raw, name in linked.listed:
        target = goal(raw, url)
        if target is not None and same_site(target, url) and may_be_article(target, url):
            found.setdefault(target, Link(target, one_line(name)))
    return tuple(found.values())


def _is_article(tree: Any, linked: LinkedData, found: Headlines, url: str) -> bool:
    """Whether a page with headlines is an article all the same, and they are those of others."""
    if _is_front(url):
        return False
    if _says_article(tree, linked, url):
        return True
    most = _SHORT_WORDS if reads_like_article(url) else _ARTICLE_WORDS
    return _prose_words(tree, found) >= (_INTRODUCTION_WORDS if reads_like_list(url) else most)


def _says_article(tree: Any, linked: LinkedData, url: str) -> bool:
    """Whether a page says of itself that it is one article. Many sections tell social networks that they are."""
    if linked.is_collection:
        return False
    if linked.is_article:
        return True
    is_object = any(str(kind).lower() == "article" for kind in tree.xpath("//meta[@property='og:type']/@content"))
    return is_object and (reads_like_article(url) or bool(tree.xpath("//meta[@property='article:published_time']")))


def _prose_words(tree: Any, found: Headlines) -> int:
    """How many words of prose belong to no headline."""
    beside = {element for element in tree.iter(*_BESIDE) if next(element.iter("h1", "main", "article"), None) is None}
    lines = element_text(tree, found.elements | beside).split("\n")
    return sum(words for line in lines if (words := count_words(line)) >= _LINE_WORDS)


def _is_front(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in {"", "/"} and not parts.query
