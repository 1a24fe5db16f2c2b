"""Links that are built alike, the part of a page that each of them stands for, and which of them are headlines."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, takewhile
from statistics import median
from typing import Any, cast

from digest.collect.addresses import is_below, reads_like_article, url_shape
from digest.collect.anchors import Anchor, named_titles, words_of
from digest.collect.outline import HEADINGS
from digest.collect.prose import count_words, one_line
from digest.collect.showndates import find_date, shown_date

_DIGITS = re.compile(r"\d+")
_GROUPS_MAX = 250
_ALIKE = 3  # links built alike are a list
_LOOKED_AT = 15  # cards of a group, to judge it by
_LEAD_WORDS = 8
_SHORT_WORDS = 2
_TITLE_WORDS = 6  # more say no more for a headline
_MANY = 10
_BETWEEN_MAX = 40  # elements; where more lie between, they are no part of a card
_NO_CARD = frozenset({"body", "main", "html"})

Card = tuple[Any, ...]


@dataclass(slots=True, eq=False)
class Group:
    """Links that stand at the same place of the same structure, in their order, each with its headline and its card.

    A card is the elements that stand for one link alone. `points` say how likely these are the headlines of the page.
    `bare`: it shows nothing but links; `borrowed`: its headlines stand elsewhere in the cards; `outside`: most
    lead to other sites.
    """

    anchors: list[Anchor]
    cards: list[Card]
    titles: list[str]
    points: float = 0.0
    bare: bool = False
    borrowed: bool = False
    outside: bool = False

    @property
    def is_list(self) -> bool:
        """Whether there are enough of them to be known by being alike."""
        return len(self.anchors) >= _ALIKE

    @property
    def shapes(self) -> frozenset[tuple[str, ...]]:
        """How their addresses are made."""
        return frozenset(url_shape(anchor.url) for anchor in self.anchors)

    @property
    def elements(self) -> frozenset[Any]:
        """The elements of all cards."""
        return frozenset(element for card in self.cards for element in card)

    @property
    def leads_to_articles(self) -> bool:
        """Whether most addresses read like those of articles."""
        return _most(reads_like_article(anchor.url) for anchor in self.anchors)


def group_anchors(anchors: Sequence[Anchor], url: str, *, now: datetime) -> list[Group]:
    """The links of a page by how they are built, each address once in a group, the likeliest headlines first."""
    alike: dict[tuple[str, ...], list[Anchor]] = {}
    for anchor in anchors:
        alike.setdefault(_structure(anchor.element), []).append(anchor)
    groups = []
    shared = _held_by_several(anchors)
    apart = (part for same in alike.values() for part in _by_place(same))
    for same in sorted(apart, key=len, reverse=True)[:_GROUPS_MAX]:
        members = _each_once(same)
        group = Group(members, _cards(members, shared), [anchor.says for anchor in members])
        _judge(group, url, now)
        groups.append(group)
    return sorted(groups, key=lambda group: (-group.points, group.anchors[0].place))


def _by_place(anchors: list[Anchor]) -> list[list[Anchor]]:
    """Links of one structure apart by their place, where each element holds as many: abstract, PDF, source."""
    rows: dict[Any, list[Anchor]] = {}
    for anchor in anchors:
        rows.setdefault(anchor.element.getparent(), []).append(anchor)
    wide, often = Counter(len(row) for row in rows.values()).most_common(1)[0]
    if len(rows) < _ALIKE or wide < 2 or often * 2 < len(rows):
        return [anchors]
    return [[row[place] for row in rows.values() if len(row) > place] for place in range(max(map(len, rows.values())))]


def _each_once(anchors: Sequence[Anchor]) -> list[Anchor]:
    """One link for each address: the one that says what no other does, "12 comments" being what many say."""
    said = Counter(_DIGITS.sub("", anchor.says) for anchor in anchors if anchor.says)
    best: dict[str, Anchor] = {}
    for anchor in anchors:
        known = best.setdefault(anchor.key, anchor)
        if _rank(anchor, said) > _rank(known, said):
            best[anchor.key] = anchor
    return sorted(best.values(), key=lambda anchor: anchor.place)


def _rank(anchor: Anchor, said: Counter[str]) -> tuple[bool, int, int]:
    return bool(anchor.says), -said[_DIGITS.sub("", anchor.says)], count_words(anchor.says)


def _structure(element: Any) -> tuple[str, ...]:
    above = list(element.iterancestors())
    return (_named(element), *(_named(one) for one in above[:1]), *(str(one.tag) for one in (element, *above)))


def _named(element: Any) -> str:
    """What an element is called by its class: the first that is not of this one item."""
    names = (element.get("class") or "").split()
    return next((name for name in names if not any(char.isdigit() for char in name)), "")


def _held_by_several(anchors: Sequence[Anchor]) -> set[Any]:
    """The elements that hold links to more than one address."""
    first: dict[Any, str] = {}
    several: set[Any] = set()
    for anchor in anchors:
        for above in anchor.element.iterancestors():
            if above in several:
                break  # and so do those above it
            if first.setdefault(above, anchor.key) != anchor.key:
                several.update((above, *above.iterancestors()))
                break
    return several


def _cards(members: Sequence[Anchor], shared: set[Any]) -> list[Card]:
    """For each link the highest element that holds no other of them; beside it what lies between two such elements.

    One that no others are like has what holds no other link at all: `shared` are the elements that hold several.
    """
    is_list = len(members) >= _ALIKE
    several = _held_by_several(members) if is_list else shared
    tops = []
    for anchor in members:
        top = anchor.element
        for above in anchor.element.iterancestors():
            if above in several or above.tag in _NO_CARD:
                break
            top = above
        tops.append(top)
    return _with_between(tops) if is_list else [(top,) for top in tops]


def _with_between(tops: list[Any]) -> list[Card]:
    """The cards with what lies between them: it follows its card, or goes before where the list begins with such."""
    holding = {element for top in tops for element in (top, *top.iterancestors())}
    after = [_run(top, holding, forward=True) for top in tops]
    between = sorted(len(run) for run in after[:-1])[len(after[:-1]) // 2]
    if not 0 < between < _BETWEEN_MAX:
        return [(top,) for top in tops]
    before = [_run(top, holding, forward=False) for top in tops]
    kinds = [element.tag for element in after[0]][:between]
    if [element.tag for element in reversed(before[0])][-between:] == kinds and len(before[0]) == between:
        return [(*reversed(run[:between]), top) for top, run in zip(tops, before, strict=True)]
    return [(top, *run) for top, run in zip(tops[:-1], after[:-1], strict=True)] + [(tops[-1], *after[-1][:between])]


def _run(top: Any, holding: set[Any], *, forward: bool) -> list[Any]:
    """The neighbours of a card up to the next element that is or holds one, the nearest first, and not too many."""
    siblings = takewhile(lambda sibling: sibling not in holding, top.itersiblings(preceding=not forward))
    return list(islice(siblings, _BETWEEN_MAX))


def _judge(group: Group, url: str, now: datetime) -> None:
    """Weigh what speaks for the links of a group being headlines."""
    anchors, count = group.anchors, len(group.anchors)
    some = list(zip(anchors, group.cards, strict=True))[:_LOOKED_AT]
    headed = _most(anchor.in_heading for anchor in anchors)
    if not headed and group.is_list:
        headed = _take_titles(group)
    group.outside = not _most(anchor.same_site for anchor in anchors)
    if _are_labels(group.titles) or _most(shown_date(title, now=now) is not None for title in group.titles):
        return
    dated = _most(find_date(card, now=now) is not None for _, card in some)
    led = _most(_has_lead(anchor, card) for anchor, card in some)
    is_article = _most(_is_article(card) for _, card in some)
    group.bare = not (headed or dated or led or is_article)
    group.points = (
        min(_words(group.titles), _TITLE_WORDS) / 2
        + 3 * headed
        + 2 * dated
        + 2 * group.leads_to_articles
        + led
        + _most(is_below(anchor.url, url) for anchor in anchors)
        + is_article
        + min(count, _MANY) / 5
        - 2 * group.borrowed
    )


def _are_labels(titles: Sequence[str]) -> bool:
    """Whether links say what many do, "Read more", rather than each its own."""
    return not titles or not all(titles) or len(set(titles)) * 3 < len(titles) * 2


def _take_titles(group: Group) -> bool:
    """Find the headline of each card where its link says what many do, or too little; whether these are headings."""
    for find in (_headings, named_titles):
        found = _one_in_each(group.cards, find)
        if _are_labels(found):
            continue
        if _are_labels(group.titles) or _words(group.titles) < min(_SHORT_WORDS, _words(found)):
            group.titles, group.borrowed = found, True
            return find is _headings
        if find is _headings and _most(mine in found[n] for n, mine in enumerate(group.titles)):
            return True  # the same words in a heading for those who do not see
    return False


def _headings(element: Any) -> Iterator[Any]:
    return cast("Iterator[Any]", element.iter(*HEADINGS))


def _one_in_each(cards: Sequence[Card], find: Callable[[Any], Iterable[Any]]) -> list[str]:
    """The words of what is found in the cards, where there is one in each of them."""
    found: list[list[Any]] = [[one for element in card for one in find(element)] for card in cards]
    return [words_of(one) for (one,) in found] if all(len(inner) == 1 for inner in found) else []


def _words(titles: Sequence[str]) -> float:
    return median(count_words(title) for title in titles)


def _has_lead(anchor: Anchor, card: Card) -> bool:
    """Whether a card says more than its headline."""
    words = sum(count_words(one_line(element.text_content())) for element in card)
    return words - count_words(anchor.says) >= _LEAD_WORDS


def _is_article(card: Card) -> bool:
    return any(
        one.tag == "article" or one.get("role") == "article"
        for element in card
        for one in element.iter()
        if isinstance(one.tag, str)
    )


def _most(verdicts: Iterable[bool]) -> bool:
    judged = list(verdicts)
    return sum(judged) * 2 > len(judged)
