"""Finds the author whom a page names to its readers, and cleans names of what stands around them."""

import html
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from digest.collect.markup import element_text, is_hidden
from digest.collect.prose import one_line

_NAME_MAX = 120
_BYLINE_MAX = 100  # characters; what is longer says more than who wrote it
_AUTHORS_MAX = 4
_NAME_WORDS = 4  # of one name in words alone
_TRIED_MAX = 100  # elements
_BY = re.compile(
    r"(?:(?:written|posted|published|reported|reporting|story|text|words|article|review) )?by:?\s+(?=\S)"
    r"|(?:von|par|por|di|door|av|przez)\s+(?=\S+\s+\S)"  # a single word after it: "Di Wu" is a name
    r"|(?:authors?|autor(?:in|a|es)?|auteur|autore|text[eo]?|testo|автор|текст|作者|文|記者|记者|執筆|撰文)\s*[:：／]\s*",
    re.IGNORECASE,
)
_NOT_NAMES = re.compile(
    r"https?:|www\.|@|^\W*$|^(admin|administrator|editor|staff|null|undefined|none|unknown|author|by)$", re.IGNORECASE
)
_MONTHS = r"jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec"
_DAYS = r"mon|tue|wed|thu|fri|sat|sun"
# A name holds no number of its own: there the date begins, or how long ago that was.
_FROM_NUMBER = re.compile(
    rf"(?:\W*\b(?:(?:{_MONTHS})[a-z]*|(?:{_DAYS})[a-z]*|(?:last )?(?:updated|published|posted|on|at|am)\b\.?))*"
    r"\W*(?<![\w.])\d.*$",
    re.IGNORECASE,
)
_PART = re.compile(r"\s+[|·•/]\s+|\s+[–—]\s+")
_SIGNED = re.compile(r"by-?line|author|written-?by", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"comment|related|side-?bar|recirc|repl(y|ies)|promo|teaser|most-?(read|popular)|trending|newsletter|recommend|footer"
    r"|\bmore-",
    re.IGNORECASE,
)
_BESIDE = frozenset({"nav", "aside"})
_ARTICLES = frozenset({"article", "main"})


def clean_author(value: str) -> str | None:
    """A name as it may stand in a digest, or None when it is none."""
    name = one_line(html.unescape(re.sub(r"<[^<>]*>", " ", value))).strip(" ,;|·-–—")
    if found := _BY.match(name):
        name = name[found.end() :].strip(" ,;|·-–—")
    return None if not name or len(name) > _NAME_MAX or _NOT_NAMES.search(name) else name


def joined(names: list[str]) -> str | None:
    """Several names as one, each once; None when there is none."""
    return ", ".join(list(dict.fromkeys(names))[:_AUTHORS_MAX]) or None


def find_byline(tree: Any, *, listed: bool = False) -> str | None:
    """The first author that the page shows: by rel, microdata, or the name of an element; not those of other articles,
    of comments and the like. `listed`: the tree is such another article, as a list shows it."""
    for element in islice(_signed(tree, listed=listed), _TRIED_MAX):
        text = element_text(element)
        if not 0 < len(text) < _BYLINE_MAX:
            continue
        inner = _inmost(element)
        lines = [element_text(part) for part in inner] if inner else text.split("\n")
        names = [name for name in map(_name, lines) if name]
        if found := joined(names if inner else names[:1]):
            return found
    return None


def signed_line(line: str) -> str | None:
    """The name in a line that is a byline by its words alone: "by Anna Brandt, 12 November"; None in any other."""
    if len(line) >= _BYLINE_MAX or not _BY.match(line.strip(" |·•")):
        return None
    found = _name(line)
    names = found.split() if found else []
    # "By the end of the year" begins so too.
    return found if 1 < len(names) <= _NAME_WORDS and all(name[0].isupper() for name in names) else None


def _signed(tree: Any, *, listed: bool) -> Iterator[Any]:
    """The elements that call themselves a byline, in their order."""
    from lxml.etree import iterwalk

    around = {above for heading in tree.iter("h1") for above in heading.iterancestors()}
    walk = iterwalk(tree, events=("start",))
    for _, element in walk:
        if not isinstance(element.tag, str):
            continue
        if element not in around and (is_hidden(element) or (not listed and _is_elsewhere(element))):
            walk.skip_subtree()
        elif _names_author(element) or _SIGNED.search(_own_name(element)):
            yield element


def _inmost(byline: Any) -> list[Any]:
    """The parts of a byline that hold a name and nothing else, as far as it says which these are."""
    inner = [element for element in byline.iter() if element is not byline and isinstance(element.tag, str)]
    for is_name in (_is_named, _names_author):
        if found := [element for element in inner if is_name(element)]:
            return [element for element in found if not any(part in found for part in element.iterdescendants())]
    classes = [element.get("class") for element in inner]
    first = next((name for name in classes if name and "author" in name.lower()), None)
    return [element for element, name in zip(inner, classes, strict=True) if first and name == first]


def _is_named(element: Any) -> bool:
    return "name" in (element.get("itemprop") or "").split()


def _names_author(element: Any) -> bool:
    return element.get("rel") == "author" or "author" in (element.get("itemprop") or "").split()


def _own_name(element: Any) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"


def _is_elsewhere(element: Any) -> bool:
    """Whether what stands here is no part of the article."""
    if element.tag == "footer":
        return not any(above.tag in _ARTICLES for above in element.iterancestors())
    return element.tag in _BESIDE or _ELSEWHERE.search(_own_name(element)) is not None


def _name(line: str) -> str | None:
    found = clean_author(_PART.split(line.strip(" |·•"))[0])
    return clean_author(_FROM_NUMBER.sub("", found)) if found else None
