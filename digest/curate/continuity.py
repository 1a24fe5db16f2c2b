"""What earlier issues said: what only says it again stays out, and a story that developed goes on from there.

A new article on a story that was told is a development when it came out after the issue was closed, and names what none
of the tellings did: names, figures, rare words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from digest.curate.cluster import threshold_for
from digest.curate.similarity import Similarity
from digest.curate.terms import terms_of
from digest.model import Article, Told

# The share of what an article says in its title and lead that must be new.
_NEW = 0.45
_LEAD_WORDS = 60
# Of what makes two articles one story, a development needs less: it is about what happened since. Such a weak link is
# said to the reader, and never keeps an article out.
_WEAKER = 0.75
_LEAST_RARE = 0.15
_BLOCK = 256  # new articles compared with all the earlier ones at a time


@dataclass(frozen=True, slots=True)
class Continued:
    """One story, in the light of what was told: its articles with news, those without, and the tellings."""

    fresh: tuple[Article, ...]
    repeats: tuple[Article, ...]
    earlier: tuple[Told, ...]


def links_to_earlier(similarity: Similarity, earlier: int) -> dict[int, list[int]]:
    """By place of a new article, those among the first `earlier` that it may go on from though it is not one with them.

    An article that may go on from none is left out.
    """
    least = _WEAKER * threshold_for(len(similarity))
    found: dict[int, list[int]] = {}
    for start in range(earlier, len(similarity), _BLOCK) if earlier else ():
        rows = np.arange(start, min(start + _BLOCK, len(similarity)))
        for row, place in zip(*similarity.pairs(rows, np.arange(earlier), least), strict=True):
            found.setdefault(start + int(row), []).append(int(place))
    return found


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
    lead = " ".join(article.text.split(None, _LEAD_WORDS)[:_LEAD_WORDS])
    terms = set(terms_of(f"{article.title}\n{lead}"))
    weights = {term: max(_LEAST_RARE, rarity.get(term, 1.0)) for term in terms}
    return sum(weights[term] for term in terms - known) / (sum(weights.values()) or 1.0)
