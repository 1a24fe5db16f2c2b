"""A page as lists of its elements, with what each of them holds: characters, commas, links, pictures, fields."""

import re
from dataclasses import dataclass
from typing import Any

from digest.collect.markup import SILENT

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BLOCKS = HEADINGS | {
    *("article", "blockquote", "dl", "div", "figure", "form", "header", "img", "main", "ol", "p", "pre", "section"),
    *("table", "ul"),
}
_GONE = (SILENT - {"form"}) | {"aside", "figcaption", "fieldset", "footer"}
_UNLIKELY = re.compile(
    r"-ad-|ad-?break|agegate|author-?(bio|box|info)|banner|breadcrumb|byline|caption|carousel|combx|comment|community"
    r"|consent|cookie|copyright|credit|\bdate\b|dateline|disqus|embed|extra|footer|gallery|gdpr|header|legends|menu"
    r"|most-?read|newsletter|outbrain|pager|pagination|popup|promo|recirc|related|remark|replies|rss|share|shoutbox"
    r"|sidebar|signup|skyscraper|slideshow|social|sponsor|subscribe|supplemental|taboola|tag-?list|teaser|timestamp"
    r"|trending|\bvideo",
    re.IGNORECASE,
)
# What a page shows only while the pointer is over a word. The word itself is in what wraps the two ("tooltip").
_HOVERING = re.compile(
    r"(tool-?tip|pop-?over|roll-?over|hover-?card)[\w-]*?[-_]?(text|content|body|block|inner|box)\b", re.IGNORECASE
)
_LIKELY = re.compile(r"\band\b|article|body|column|content|main|shadow", re.IGNORECASE)
_SIGNED = re.compile(r"byline|author|dateline|writtenby", re.IGNORECASE)
_SIGNED_CHARS = 100  # of a line that names the author; what is longer is more than that
_ROLES = frozenset({"menu", "menubar", "complementary", "navigation", "alert", "alertdialog", "dialog", "tooltip"})
_COMMA = re.compile("[,،﹐︐︑⹁⸴⸲，、]")
_WORD_END = re.compile(r"[-_]+")
_ID_WORDS = 3
_HASH_LINK = 0.3  # how much a link within the page counts as a link


@dataclass(slots=True)
class Figures:
    """What an element and all that is in it hold; `linked` are the characters in links, `headed` those in headings."""

    chars: int = 0
    commas: int = 0
    linked: float = 0.0
    headed: int = 0
    paragraphs: int = 0
    items: int = 0
    images: int = 0
    inputs: int = 0

    def add(self, other: "Figures", sign: int = 1) -> None:
        """Count what another element holds as well, or with -1 no more."""
        self.chars += sign * other.chars
        self.commas += sign * other.commas
        self.linked += sign * other.linked
        self.headed += sign * other.headed
        self.paragraphs += sign * other.paragraphs
        self.items += sign * other.items
        self.images += sign * other.images
        self.inputs += sign * other.inputs

    @property
    def link_density(self) -> float:
        """How much of the text is in links, from 0 to 1."""
        return self.linked / self.chars if self.chars else 0.0


def text_figures(text: str | None) -> tuple[int, int]:
    """Characters, white space folded, and commas of any script."""
    if not text or text.isspace():
        return 0, 0
    return len(" ".join(text.split())), len(_COMMA.findall(text))


def own_names(element: Any) -> tuple[str, str]:
    """What an element says of itself by its class and id; an id of many words is the headline of what is in it."""
    number = element.get("id") or ""
    return element.get("class") or "", number if len(_WORD_END.split(number)) <= _ID_WORDS else ""


def paragraph_chars(root: Any) -> dict[Any, int]:
    """How many characters stand in the paragraphs of each element under `root`, and of itself."""
    elements = list(root.iter())
    held = dict.fromkeys(elements, 0)
    for element in reversed(elements):
        if element.tag == "p":
            held[element] += len(element.text_content())
        if element is not root:
            held[element.getparent()] += held[element]
    return held


class Outline:
    """The elements of a page in their order, each by its number; what is in an element comes after it.

    `lenient` leaves in what is furniture by its name alone. `dropped` are the elements that were left out.
    """

    def __init__(self, body: Any, *, lenient: bool) -> None:
        self.elements: list[Any] = []
        self.parent: list[int] = []
        self.children: list[list[int]] = []
        self.figures: list[Figures] = []
        self.has_blocks: list[bool] = []
        self.dropped: set[Any] = set()
        self._prose = paragraph_chars(body)
        self._gather(body, lenient)
        self._sum()

    def tag(self, i: int) -> str:
        """The name of an element."""
        return str(self.elements[i].tag)

    def above(self, i: int) -> list[int]:
        """The elements around one, the nearest first."""
        found = []
        while (i := self.parent[i]) >= 0:
            found.append(i)
        return found

    def under(self, i: int) -> range:
        """The elements in one."""
        last = i
        while self.children[last]:
            last = self.children[last][-1]
        return range(i + 1, last + 1)

    def drop(self, i: int) -> None:
        """Leave an element out, so that it no longer counts for those around it."""
        self.dropped.add(self.elements[i])
        for number in self.above(i):
            self.figures[number].add(self.figures[i], -1)

    def _gather(self, body: Any, lenient: bool) -> None:
        waiting = [(body, -1, lenient)]
        while waiting:
            element, above, named = waiting.pop()
            if above >= 0 and self._is_out(element, named):
                self.dropped.add(element)
                continue
            number = len(self.elements)
            self.elements.append(element)
            self.parent.append(above)
            self.children.append([])
            if above >= 0:
                self.children[above].append(number)
            # Within tables and code, names are about the data.
            inner = named or element.tag in {"table", "code"}
            waiting.extend((child, number, inner) for child in reversed(element) if isinstance(child.tag, str))

    def _is_out(self, element: Any, named: bool) -> bool:
        if element.tag in _GONE:
            return True
        if named or element.tag == "a" or not _is_unlikely(element):
            return False
        return self._prose[element] * 2 < self._prose[self.elements[0]] or not self._prose[self.elements[0]]

    def _sum(self) -> None:
        self.figures = [_own(element) for element in self.elements]
        self.has_blocks = [False] * len(self.elements)
        for i in range(len(self.elements) - 1, 0, -1):
            mine, element, above = self.figures[i], self.elements[i], self.parent[i]
            if element.tag == "a":
                mine.linked = mine.chars * (_HASH_LINK if (element.get("href") or "").startswith("#") else 1.0)
            elif element.tag in HEADINGS:
                mine.headed = mine.chars
            self.figures[above].add(mine)
            if self.has_blocks[i] or element.tag in BLOCKS:
                self.has_blocks[above] = True


def _own(element: Any) -> Figures:
    found, tag = Figures(), element.tag
    for text in (element.text, *(child.tail for child in element)):
        chars, commas = text_figures(text)
        found.chars += chars
        found.commas += commas
    found.paragraphs = int(tag == "p")
    found.items = int(tag == "li")
    found.images = int(tag == "img")
    found.inputs = int(tag == "input")
    return found


def _is_unlikely(element: Any) -> bool:
    """Whether an element says of itself that it is no part of the article."""
    if element.get("role") in _ROLES:
        return True
    name = " ".join(own_names(element))
    if name == " ":
        return False
    if _HOVERING.search(name):
        return True
    if _SIGNED.search(name):
        return len(element.text_content().strip()) < _SIGNED_CHARS
    if _UNLIKELY.search(name) is None or _LIKELY.search(name) is not None:
        return False
    return next(element.iter("blockquote"), None) is None  # what quotes others stands in the article, whatever its name
