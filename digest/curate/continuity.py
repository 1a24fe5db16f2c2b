"""What earlier issues said: what only says it again stays out, and a story that developed goes on from there.

A new article on a story that was told is a development when it came out after the issue was closed, and names what none
of the tellings did: names, figures, rare words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digest.curate.cluster import threshold_for
from digest.curate.similarity import Similarity
from digest.curate.terms import opening_terms, terms_of, weight_of
from digest.model import Article, Told

# The share of what an article says in its title and lead that must be new.
_NEW = 0.45
# How far above the threshold of two groups a story of many, and an article alone, must be alike to a telling that it
# goes on from. Chosen on labelled headlines: nine links in ten are right.
_ABOVE, _ABOVE_ALONE = 0.08, 0.15
_BLOCK = 256  # new articles compared with all the earlier ones at a time


@dataclass(frozen=True, slots=True)
class Continued:
    """One story, in the light of what was told: its articles with news, those without, and the tellings."""

    fresh: tuple[Article, ...]
    repeats: tuple[Article, ...]
    earlier: tuple[Told, ...]


def links_to_earlier(similarity: Similarity, earlier: int, stories: Sequence[Sequence[int]]) -> list[list[int]]:
    """For each story (the places of its articles) the places among the first `earlier` that it goes on from."""
    members = np.arange(earlier, len(similarity))
    least = threshold_for(len(members)) + _ABOVE
    near = _near(similarity, members, earlier, least)
    found: list[list[int]] = []
    for story in stories:
        candidates = np.array(sorted({place for member in story for place in near.get(member, ())}), dtype=np.int64)
        if not len(candidates):  # as of most stories; to compare with nothing takes as long as with a few
            found.append([])
            continue
        alike = np.maximum(0.0, similarity.between(np.array(story), candidates))
        needed = least + (_ABOVE_ALONE - _ABOVE) / len(story) ** 2
        found.append([int(place) for place in candidates[np.sqrt(np.mean(alike**2, axis=0)) >= needed]])
    return found


def _near(similarity: Similarity, members: NDArray[np.int64], earlier: int, least: float) -> dict[int, list[int]]:
    """By place of a new article, the tellings that it is so alike; no story is more so than its likest article."""
    near: dict[int, list[int]] = {}
    for start in range(0, len(members), _BLOCK) if earlier else ():
        rows = members[start : start + _BLOCK]
        for row, place in zip(*similarity.pairs(rows, np.arange(earlier), least), strict=True):
            near.setdefault(int(rows[row]), []).append(int(place))
    return near


def continued(articles: Sequence[Article], earlier: Sequence[Told], rarity: Mapping[str, float]) -> Continued:
    """Part the new articles of one story by whether they add to its earlier tellings."""
    if not earlier:
        return Continued(tuple(articles), (), ())
    latest = latest_first(earlier)
    known = {term for told in earlier for term in terms_of(f"{told.article.title}\n{told.article.text}")}
    fresh = tuple(a for a in articles if a.dated > latest[0].when and news_in(a, known, rarity) >= _NEW)
    return Continued(fresh, tuple(a for a in articles if a not in fresh), latest)


def latest_first(earlier: Sequence[Told]) -> tuple[Told, ...]:
    """Tellings, those of the last issue first, and of one issue the longest."""
    return tuple(sorted(earlier, key=lambda told: (told.when, told.article.words), reverse=True))


def news_in(article: Article, known: set[str], rarity: Mapping[str, float]) -> float:
    """The share of the terms of title and lead, weighted by rarity, that is not `known`."""
    weights = {term: weight_of(term, rarity) for term in opening_terms(article)}
    return sum(weight for term, weight in weights.items() if term not in known) / (sum(weights.values()) or 1.0)
