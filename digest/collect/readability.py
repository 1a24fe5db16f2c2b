"""Finds the part of a page that reads like an article, by how its paragraphs, commas and links are spread.

An implementation of the algorithm that arc90's Readability began and Mozilla's Readability.js goes on with: paragraphs
score for the elements around them, the best element is taken with such siblings as belong to it, and what is mostly
links, forms or lists is cut out of it. Beyond these it knows articles that are cut into pieces between advertisements,
and articles inside of articles, which are other ones.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from digest.collect.markup import element_text
from digest.collect.outline import BLOCKS, HEADINGS, Outline, own_names, text_figures

_POSITIVE = re.compile(r"article|body|content|entry|main|page|post|text|blog|story", re.IGNORECASE)
_NEGATIVE = re.compile(
    r"-ad-|\bhid\b|hidden|banner|combx|comment|com-|contact|footer|gdpr|masthead|media|meta|outbrain|promo|related"
    r"|scroll|share|shoutbox|sidebar|skyscraper|sponsor|shopping|tags|widget",
    re.IGNORECASE,
)
_SHARE = re.compile(r"(\b|_)(share|sharedaddy|sharing)(\b|_)", re.IGNORECASE)
_SCORED = frozenset({"p", "td", "pre", "section", "h2", "h3", "h4", "h5", "h6"})
_WRAPPERS = frozenset({"div", "article", "main", "section", "body", "center", "td", "blockquote"})
_LISTS = frozenset({"ul", "ol"})
_CUT = frozenset({"table", "ul", "ol", "div", "form", "section"})
_TAG_WEIGHT = {
    "div": 5,
    "pre": 3,
    "td": 3,
    "blockquote": 3,
    "form": -3,
    "address": -3,
    "th": -5,
    **dict.fromkeys(("ol", "ul", "dl", "dd", "dt", "li"), -3),
    **dict.fromkeys(HEADINGS, -5),
}
_NAME_WEIGHT = 25
_PARAGRAPH_CHARS = 25  # a shorter one says nothing
_LEVELS = 5  # elements around a paragraph that it scores for
_ENOUGH_CHARS = 500  # with less, the next attempt is more lenient
_DOUBTFUL = 0.5  # of what the page shows
_RANKED = 5  # best elements that may have their article in common
_RIVAL = 0.75  # of the best score: three such share their article
_LINKED = 0.5  # of a list, a table or what is named like an article: then it is a menu
_PIECE = 0.4  # of the best score: one such of the same name is a piece of the same article
_SIBLING = 0.2  # of the best score, and never less than _SIBLING_LEAST
_SIBLING_LEAST = 10
_COMMAS = 10  # what has so many is prose
_BESIDE_BODY = 0.5  # of the score of the whole page: what has so much is the article on it
_DATA_ROWS, _DATA_CELLS = 5, 3


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found. `text` has its paragraphs apart by one newline; `shown` are the characters of the page that stand
    in no link, menu or other furniture; `pictures` are the img elements in the article."""

    text: str
    shown: int
    pictures: tuple[Any, ...] = ()

    @property
    def is_doubtful(self) -> bool:
        """Whether another opinion should be asked, because this is little, or little of what the page shows."""
        return len(self.text) < max(_ENOUGH_CHARS, _DOUBTFUL * self.shown)


def read_article(tree: Any) -> Reading:
    """The article of a page; the tree stays as it is.

    Tries again, ever more leniently, while it finds little, and gives the longest text of all attempts.
    """
    body = next(tree.iter("body"), tree)
    best, shown = Reading("", 0), 0
    for lenient, cut in ((False, True), (True, True), (True, False)):
        page = Outline(body, lenient=lenient)
        shown = max(shown, int(page.figures[0].chars - page.figures[0].linked))
        best = max(best, _Search(page).article(cut=cut), key=lambda reading: len(reading.text))
        if len(best.text) >= _ENOUGH_CHARS:
            break
    return replace(best, shown=shown)


class _Search:
    def __init__(self, page: Outline) -> None:
        self.page = page
        self.scores: dict[int, float] = {}

    def article(self, *, cut: bool) -> Reading:
        self._score()
        ranked = sorted(self.scores, key=self._final, reverse=True)[:_RANKED]
        if len(ranked) > 1 and ranked[0] == 0 and self._final(ranked[1]) >= _BESIDE_BODY * self._final(0):
            ranked.pop(0)
        parts = [0] if not ranked or ranked[0] == 0 else self._with_siblings(self._climb(self._shared(ranked)))
        if cut and parts != [0]:
            self._cut_articles(parts)
            for part in parts:
                self._cut_furniture(part)
        texts = (element_text(self.page.elements[part], self.page.dropped) for part in parts)
        pictures = (i for part in parts for i in (part, *self.page.under(part)) if self.page.tag(i) == "img")
        kept = (i for i in pictures if self.page.dropped.isdisjoint(self.page.elements[n] for n in self.page.above(i)))
        return Reading("\n".join(filter(None, texts)), 0, tuple(self.page.elements[i] for i in kept))

    def _score(self) -> None:
        page = self.page
        for i, element in enumerate(page.elements):
            mine = page.figures[i]
            if element.tag in _SCORED or (element.tag in _WRAPPERS and not page.has_blocks[i]):
                self._credit(page.parent[i], mine.chars, mine.commas)
            elif element.tag in _WRAPPERS:
                for chars, commas in self._runs(i):
                    self._credit(i, chars, commas)

    def _runs(self, i: int) -> Iterator[tuple[int, int]]:
        """The texts that stand between the blocks of an element, as (characters, commas)."""
        page, element = self.page, self.page.elements[i]
        numbers = {page.elements[child]: child for child in page.children[i]}
        chars, commas = text_figures(element.text)
        for child in element:
            number = numbers.get(child)
            if child.tag in BLOCKS or (number is not None and page.has_blocks[number]):
                yield chars, commas
                chars = commas = 0
            elif number is not None:
                chars += page.figures[number].chars
                commas += page.figures[number].commas
            more, further = text_figures(child.tail)
            chars += more
            commas += further
        yield chars, commas

    def _credit(self, i: int, chars: int, commas: int) -> None:
        """Let a paragraph in element `i` score for what is around it, but not beyond an <article>."""
        if chars < _PARAGRAPH_CHARS:
            return
        points = 2 + commas + min(chars // 100, 3)
        for level in range(_LEVELS):
            if i < 0:
                return
            if i not in self.scores:
                self.scores[i] = _TAG_WEIGHT.get(self.page.tag(i), 0) + self._weight(i)
            self.scores[i] += points / (level + 1 if level < 2 else level * 3)
            if self.page.tag(i) == "article":
                return
            i = self.page.parent[i]

    def _weight(self, i: int) -> int:
        """What an element says of itself by its class and id."""
        names = [name for name in own_names(self.page.elements[i]) if name]
        good = sum(_POSITIVE.search(name) is not None for name in names)
        return _NAME_WEIGHT * (good - sum(_NEGATIVE.search(name) is not None for name in names))

    def _final(self, i: int) -> float:
        return self.scores[i] * (1 - self.page.figures[i].link_density)

    def _shared(self, ranked: list[int]) -> int:
        """The best element, or the one around it that it shares its article with others in."""
        top = ranked[0]
        around = self.page.above(top)
        for i in ranked[1:]:
            if self._final(i) >= _PIECE * self._final(top) and (whole := self._whole(top, i)):
                return whole
        rivals = [set(self.page.above(i)) for i in ranked[1:] if self._final(i) >= _RIVAL * self._final(top)]
        common = (i for i in around if i and sum(i in rival for rival in rivals) >= 3)
        return next(common, top)

    def _whole(self, top: int, other: int) -> int:
        """The article that two elements of one name are pieces of, 0 when they are none."""
        one, two = self.page.elements[top], self.page.elements[other]
        if not one.get("class") or one.get("class") != two.get("class") or one.tag != two.tag or one.tag == "article":
            return 0
        mine, theirs = self.page.above(top), self.page.above(other)
        shared = next(i for i in theirs if i in mine)
        between = [*mine[: mine.index(shared)], *theirs[: theirs.index(shared)]]
        return 0 if any(self.page.tag(i) == "article" for i in between) else shared

    def _climb(self, top: int) -> int:
        """Up to where the score is higher still, and as long as nothing else stands beside."""
        least = own = self.scores.get(top, 0.0)
        i = self.page.parent[top]
        while i > 0:
            if i in self.scores:
                if self.scores[i] < own / 3:
                    break
                if self.scores[i] > least:
                    top = i
                    break
            i = self.page.parent[i]
        while (i := self.page.parent[top]) > 0 and len(self.page.children[i]) == 1:
            top = i
        return top

    def _with_siblings(self, top: int) -> list[int]:
        page = self.page
        if page.parent[top] < 0:
            return [top]
        least = max(_SIBLING_LEAST, _SIBLING * self._final(top) if top in self.scores else 0)
        name = page.elements[top].get("class") or ""
        parts = []
        for i in page.children[page.parent[top]]:
            bonus = least if name and page.elements[i].get("class") == name else 0
            if i == top or (i in self.scores and self._final(i) + bonus >= least) or self._is_paragraph(i):
                parts.append(i)
        return parts

    def _is_paragraph(self, i: int) -> bool:
        mine = self.page.figures[i]
        is_text = self.page.tag(i) in _WRAPPERS and not self.page.has_blocks[i]
        if not mine.chars or not (is_text or self.page.tag(i) == "p"):
            return False
        if mine.chars > 80 or is_text:
            return mine.chars > 80 and mine.link_density < 0.25
        return mine.linked == 0 and re.search(r"\.( |$)", self.page.elements[i].text_content().strip()) is not None

    def _cut_articles(self, parts: list[int]) -> None:
        """Drop what are other articles than the one, if enough is left: teasers and comments."""
        page = self.page
        inside = [i for part in parts if page.tag(part) == "article" for i in page.under(part)]
        nested = {i for i in inside if page.tag(i) == "article"}
        outermost = [i for i in nested if nested.isdisjoint(page.above(i))]
        left = sum(page.figures[part].chars for part in parts) - sum(page.figures[i].chars for i in outermost)
        if left >= _ENOUGH_CHARS:
            for i in outermost:
                page.drop(i)

    def _cut_furniture(self, part: int) -> None:
        """Drop what is no prose, the innermost first, so that it does not weigh on what is around it."""
        page = self.page
        for i in reversed(page.under(part)):
            if page.elements[i] not in page.dropped and (
                self._is_share(i) or (page.tag(i) in _CUT and self._is_furniture(i))
            ):
                page.drop(i)

    def _is_share(self, i: int) -> bool:
        short = self.page.figures[i].chars < _ENOUGH_CHARS
        return short and _SHARE.search(" ".join(own_names(self.page.elements[i]))) is not None

    def _is_furniture(self, i: int) -> bool:
        mine, tag, weight = self.page.figures[i], self.page.tag(i), self._weight(i)
        if weight < 0 or (tag in _LISTS and mine.link_density > _LINKED):
            return True
        if mine.commas >= _COMMAS:
            return False
        if tag == "table" and _is_data(self.page.elements[i]):
            return mine.link_density > _LINKED
        if mine.inputs > mine.paragraphs // 3 or (weight >= _NAME_WEIGHT and mine.link_density > _LINKED):
            return True
        pictures = mine.images > 1 and mine.paragraphs / mine.images < 0.5
        figured = any(self.page.tag(above) == "figure" for above in self.page.above(i))
        if tag in _LISTS:
            return pictures and not figured
        scrap = mine.chars < _PARAGRAPH_CHARS and mine.images in {0, *range(3, 100)} and mine.link_density > 0
        return (
            (not figured and (pictures or (scrap and mine.headed < 0.9 * mine.chars)))
            or mine.items - 100 > mine.paragraphs
            or (weight < _NAME_WEIGHT and mine.link_density > 0.2)
        )


def _is_data(table: Any) -> bool:
    """Whether a table holds data rather than the layout of the page."""
    if table.get("role") == "presentation" or any(inner is not table for inner in table.iter("table")):
        return False
    rows = list(table.iter("tr"))
    wide = max(map(len, rows), default=0) >= _DATA_CELLS
    return next(table.iter("th"), None) is not None or (len(rows) >= _DATA_ROWS and wide)
