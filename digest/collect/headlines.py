"""Picks, of the links of a page, those that are the headlines of what it lists."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from digest.collect.anchors import find_anchors
from digest.collect.bylines import clean_author, find_byline, signed_line
from digest.collect.cards import Card, Group, group_anchors
from digest.collect.markup import element_text
from digest.collect.prose import count_words, one_line
from digest.collect.showndates import find_date

_LINKS_MAX = 300
_GROUPS_MAX = 60
_ENOUGH = 4.5
_SURE = 7.0  # for one or two that no others are like
_LIKE_OTHERS = 3.5  # for one or two whose addresses are made as those of others are
_BESIDE_BEST = 0.45  # of the points of the best
_OUTSIDE_LEAST = 4
_WORDS_INSIDE = 4
_AUTHOR_PAGE = re.compile(
    r"/(authors?|contributors?|writers?|by|profiles?)/[^/?]+/?($|\?)|/@[^/?]+/?($|\?)", re.IGNORECASE
)
_NAME_WORDS = 5


@dataclass(frozen=True, slots=True)
class Link:
    """A link to an article, with the date and the author that the page shows beside it."""

    url: str
    text: str
    published: datetime | None = None
    author: str | None = None


@dataclass(frozen=True, slots=True)
class Headlines:
    """The headlines of a page in its order, and the elements that hold them with all that belongs to them."""

    links: tuple[Link, ...] = ()
    elements: frozenset[Any] = frozenset()


def find_headlines(tree: Any, url: str, *, now: datetime, front: bool) -> Headlines:
    """The headlines that a page lists, each address once. `front`: the page is the front of its whole site."""
    groups = group_anchors(find_anchors(tree, url), url, now=now)
    chosen = _chosen(groups, front=front, mains=frozenset(tree.iter("main")))
    places: dict[str, tuple[int, str, str, Card]] = {}
    for group in chosen:
        for anchor, title, card in zip(group.anchors, group.titles, group.cards, strict=True):
            if title and (anchor.same_site or group.outside):  # one of another site among many of this is an ad
                places.setdefault(anchor.key, (anchor.place, anchor.url, title, card))
    ordered = sorted(places.values(), key=lambda found: found[0])[:_LINKS_MAX]
    links = tuple(Link(url, title, find_date(card, now=now), _author(card)) for _, url, title, card in ordered)
    return Headlines(links, frozenset(element for group in chosen for element in group.elements))


def _chosen(groups: Sequence[Group], *, front: bool, mains: frozenset[Any]) -> list[Group]:
    """The groups whose links are headlines, of groups sorted by their points."""
    groups = groups[:_GROUPS_MAX]
    likely = [group for group in groups if group.is_list and group.points >= _ENOUGH]
    likely = [group for group in likely if not any(_heads(group, other) for other in likely if other is not group)]
    best = _best(likely)
    if best is None:
        return [group for group in groups if not group.is_list and group.points >= _SURE and not group.outside][:1]
    if best.bare and mains and not _is_within(best, mains):
        return []  # what the page is about stands there, and lists nothing
    main = _main_of(best)
    chosen = [best]
    for group in groups:
        if group is best or group.outside is not best.outside or (main is not None and not _is_within(group, {main})):
            continue
        if group.is_list:
            good = group in likely and group.points >= _BESIDE_BEST * best.points
            good = good and (front or best.bare or not group.bare)
        else:
            shapes = frozenset[tuple[str, ...]]().union(*(one.shapes for one in chosen))
            good = group.points >= _SURE or (group.points >= _LIKE_OTHERS and group.shapes <= shapes)
        if good and not _belongs_to(group, chosen):
            chosen.append(group)
    return chosen


def _best(likely: Sequence[Group]) -> Group | None:
    """The group with the most points; one that leads to other sites only where the page has no headlines of its own."""
    own = next((group for group in likely if not group.outside), None)
    away = next((group for group in likely if group.outside and len(group.anchors) >= _OUTSIDE_LEAST), None)
    if own is None or away is None:
        return own or away
    return away if away.points > own.points and _is_within(own, away.elements) else own


def _heads(group: Group, other: Group) -> bool:
    """Whether the links of a group are the headings of lists of others, as those of sections are."""
    if group.leads_to_articles and not other.leads_to_articles:
        return False
    cards = group.elements
    inside = sum(any(above in cards for above in anchor.element.iterancestors()) for anchor in other.anchors)
    return (
        inside * 2 > 3 * len(group.anchors)
        and other.leads_to_articles >= group.leads_to_articles
        and len(other.anchors) > len(group.anchors)
    )


def _belongs_to(group: Group, chosen: Sequence[Group]) -> bool:
    """Whether links only tell more of articles that were chosen: who wrote them, what was said of them."""
    elements = frozenset[Any]().union(*(one.elements for one in chosen))
    if not _is_within(group, elements):
        return False
    keys = {anchor.key for one in chosen for anchor in one.anchors}
    if group.borrowed or all(anchor.key in keys for anchor in group.anchors):
        return True
    shapes = frozenset[tuple[str, ...]]().union(*(one.shapes for one in chosen))
    words = [count_words(title) for title in group.titles]
    return not (group.shapes <= shapes and group.points > 0 and min(words) >= _WORDS_INSIDE)


def _main_of(best: Group) -> Any:
    """The main element in which the best links stand, if they stand in one."""
    for above in best.anchors[0].element.iterancestors():
        if above.tag == "main" or above.get("role") == "main":
            return above if _is_within(best, {above}) else None
    return None


def _is_within(group: Group, elements: Any) -> bool:
    inside = sum(any(above in elements for above in anchor.element.iterancestors()) for anchor in group.anchors)
    return inside * 2 > len(group.anchors)


def _author(card: Card) -> str | None:
    """Who wrote what a card stands for: as a byline says it, a link to an author, or a line after "by"."""
    if found := next((found for element in card if (found := find_byline(element, listed=True))), None):
        return found
    links = (link for element in card for link in element.iter("a") if _AUTHOR_PAGE.search(link.get("href") or ""))
    names = (clean_author(one_line(link.text_content())) for link in links)
    lines = (signed_line(line) for element in card for line in element_text(element).split("\n"))
    return next((name for name in (*names, *lines) if name and count_words(name) <= _NAME_WORDS), None)
