"""How alike two articles are, as tellings of one event: shared rare words, embeddings, and closeness in time."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from digest.curate.series import installments
from digest.curate.terms import opening_terms, weight_of
from digest.model import Article

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

# The share of TF-IDF; the rest is the embedding's. Chosen together with the threshold of cluster.py, see
# benchmarks/stories.py.
WORDS_SHARE = 0.5
_SAME_DAYS, _APART_DAYS = 3.0, 14.0
# Leads of whole sentences are more alike than headlines are, by their subject alone, and they part at less of a
# difference: 0.40 between leads is what 0.17 is between headlines, and what is above it counts three times. Which of
# the two a pair is nearer to is told by how many terms they have on average.
_HEADLINE, _SENTENCES = 16, 24
_AS_LEADS, HEADLINES_ALIKE, _STRETCH = 0.40, 0.17, 3.0
# Less alike than this, leads are taken for less alike than they are; above it for more.
_AT_PAR = (_STRETCH * _AS_LEADS - HEADLINES_ALIKE) / (_STRETCH - 1)
# One outlet tells an event once, and its posts are alike in their manner. It may well go on from what it said in an
# earlier issue.
_ONE_OUTLET, _ONE_OUTLET_LATER = 0.30, 0.05
# An outlet of one subject, or of one form ("Lecture 7: …"), makes all its articles alike. How alike any two of them are
# says how much of a likeness that is; what is above the likeness within general news is taken off.
_IN_GENERAL, _OF_ONE_KIND = 0.08, 1.5
_ENOUGH_TO_TELL, _LOOKED_AT = 6, 200


class Similarity:
    """The similarity of every two of some articles, up to 1, computed for as many as are asked for at a time.

    The first `earlier` articles are of issues that went out.
    """

    def __init__(
        self,
        articles: Sequence[Article],
        vectors: Mapping[str, Floats],
        rarity: Mapping[str, float] | None = None,
        earlier: int = 0,
    ) -> None:
        texts = [opening_terms(article) for article in articles]
        self._words = _tfidf(texts, rarity or {})
        self._earlier = np.arange(len(articles)) < earlier
        self._lengths = np.array([len(terms) for terms in texts], dtype=np.float32)
        self._embeddings, self._embedded = _stacked(articles, vectors)
        self._embeddings *= np.float32(math.sqrt(1 - WORDS_SHARE))
        numbers = {outlet: number for number, outlet in enumerate(dict.fromkeys(a.outlet_key for a in articles))}
        self._outlets = np.array([numbers[article.outlet_key] for article in articles])
        self._days = np.array([_day(article) for article in articles], dtype=np.float32)
        self._series, self._installment = installments(articles)
        self._of_outlet = np.array([self._usual(number) for number in range(len(numbers))], dtype=np.float32)

    def __len__(self) -> int:
        return len(self._days)

    def _usual(self, outlet: int) -> float:
        """What is to be taken off the likeness of two articles of an outlet, since any two of its articles have it."""
        members = np.flatnonzero(self._outlets == outlet)
        if len(members) < _ENOUGH_TO_TELL:
            return 0.0
        some = members[:: -(-len(members) // _LOOKED_AT)]
        alike = self._alike(some, some)[np.triu_indices(len(some), k=1)]
        return _OF_ONE_KIND * max(0.0, float(np.median(alike)) - _IN_GENERAL)

    def between(self, rows: Ints, columns: Ints) -> Floats:
        """The similarities of some articles with some others: (len(rows), len(columns))."""
        return self._of_one_event(self._alike(rows, columns), rows[:, None], columns[None, :])

    def pairs(self, rows: Ints, columns: Ints, least: float) -> tuple[Ints, Ints]:
        """Places in `rows` and in `columns` of the articles that are at least so similar."""
        alike = self._alike(rows, columns)
        # what is less alike never comes to `least`, so few are left to be looked at
        row, column = np.nonzero(alike >= min(least, _AT_PAR))
        found = self._of_one_event(alike[row, column], rows[row], columns[column]) >= least
        return row[found], column[found]

    def _alike(self, rows: Ints, columns: Ints) -> Floats:
        """The mixture of both likenesses; of words alone where one of two has no vector."""
        mixed: Floats = (self._words[rows] @ self._words[columns].T).toarray()
        alike: Floats = self._embeddings[rows] @ self._embeddings[columns].T
        np.maximum(alike, 0.0, out=alike)
        mixed *= np.float32(WORDS_SHARE)
        mixed += alike
        if not self._embedded.all():
            without = ~(self._embedded[rows][:, None] & self._embedded[columns][None, :])
            mixed[without] /= np.float32(WORDS_SHARE) if WORDS_SHARE else np.float32(1.0)
        return mixed

    def _of_one_event(self, alike: Floats, first: Ints, second: Ints) -> Floats:
        """How far a likeness is one of events, by outlet, form and time of the two; all shapes broadcast."""
        later = self._earlier[first] != self._earlier[second]
        same = self._outlets[first] == self._outlets[second]
        one_manner = np.where(later, _ONE_OUTLET_LATER, _ONE_OUTLET) + self._of_outlet[self._outlets[first]]
        left = alike - same * one_manner
        terms = (self._lengths[first] + self._lengths[second]) / 2
        leads = np.clip((terms - _HEADLINE) / (_SENTENCES - _HEADLINE), 0.0, 1.0)
        left += leads * (HEADLINES_ALIKE + _STRETCH * (left - _AS_LEADS) - left)
        apart = np.abs(self._days[first] - self._days[second])
        near = np.clip((_APART_DAYS - apart) / (_APART_DAYS - _SAME_DAYS), 0.0, 1.0)
        left = np.clip(left, 0.0, 1.0) * np.where(np.isnan(near), 1.0, near)
        counted = (self._series[first] >= 0) & (self._series[first] == self._series[second])
        left = np.where(counted & (self._installment[first] != self._installment[second]), 0.0, left)
        return np.asarray(left, dtype=np.float32)


def _day(article: Article) -> float:
    return article.published.timestamp() / 86400 if article.published else math.nan


def _stacked(articles: Sequence[Article], vectors: Mapping[str, Floats]) -> tuple[Floats, NDArray[np.bool_]]:
    size = len(next(iter(vectors.values()))) if vectors else 1
    nothing = np.zeros(size, np.float32)
    rows = [vectors.get(article.content_hash, nothing) for article in articles]
    there = np.array([article.content_hash in vectors for article in articles], dtype=bool)
    return np.stack(rows) if rows else np.zeros((0, size), np.float32), there


def _tfidf(texts: Sequence[Sequence[str]], known: Mapping[str, float]) -> csr_array:
    """Rows of unit length, with logarithmic term frequency and smoothed inverse document frequency.

    A day is too small to tell that "shares" is a common word and a town's name is none; `known` tells it of the
    language, from near 0 for its commonest words to 1. A word that is not there counts in full.
    """
    counts = [Counter(terms) for terms in texts]
    documents = Counter(term for count in counts for term in count)
    columns = {term: number for number, term in enumerate(documents)}
    rarity = {
        term: (math.log((1 + len(texts)) / (1 + found)) + 1) * weight_of(term, known)
        for term, found in documents.items()
    }
    data: list[float] = []
    indices: list[int] = []
    starts = [0]
    for count in counts:
        weights = {term: (1 + math.log(times)) * rarity[term] for term, times in count.items()}
        norm = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        data.extend(weight / norm for weight in weights.values())
        indices.extend(columns[term] for term in weights)
        starts.append(len(indices))
    shape = (len(texts), max(1, len(columns)))
    return csr_array((np.array(data, np.float32), np.array(indices, np.int64), np.array(starts, np.int64)), shape=shape)
