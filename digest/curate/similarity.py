"""How alike two articles are, as tellings of one event: shared rare words, embeddings, and closeness in time."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from digest.curate.terms import terms_of
from digest.model import Article

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

# The share of TF-IDF; the rest is the embedding's. Chosen together with the threshold of cluster.py, see
# benchmarks/curating.py.
WORDS_SHARE = 0.4
_LEAD_WORDS = 60
_SAME_DAYS, _APART_DAYS = 3.0, 14.0
# Two leads of whole sentences are more alike by their subject alone than two headlines are: what headlines of one event
# reach, leads of two events on one subject reach too. This is taken off where both have so many words.
_SUBJECT_ALONE = 0.25
# One writer's posts are alike in their manner too.
_ONE_SOURCE = 0.10
_HEADLINE, _SENTENCES = 12, 40


class Similarity:
    """The similarity of every two of some articles, up to 1, computed for as many as are asked for at a time."""

    def __init__(self, articles: Sequence[Article], vectors: Mapping[str, Floats]) -> None:
        texts = [terms_of(_compared_text(article)) for article in articles]
        self._words = _tfidf(texts)
        self._lengths = np.array([len(terms) for terms in texts], dtype=np.float32)
        self._embeddings, self._embedded = _stacked(articles, vectors)
        numbers = {source: number for number, source in enumerate(dict.fromkeys(a.source for a in articles))}
        self._sources = np.array([numbers[article.source] for article in articles])
        self._days = np.array([_day(article) for article in articles], dtype=np.float32)

    def between(self, rows: Ints, columns: Ints) -> Floats:
        """The similarities of some articles with some others: (len(rows), len(columns))."""
        return self._of_one_event(self._alike(rows, columns), rows[:, None], columns[None, :])

    def pairs(self, rows: Ints, columns: Ints, least: float) -> tuple[Ints, Ints]:
        """Places in `rows` and in `columns` of the articles that are at least so similar."""
        alike = self._alike(rows, columns)
        # what they are of one event is never more than what they are alike, so few are left to be looked at
        row, column = np.nonzero(alike >= least)
        found = self._of_one_event(alike[row, column], rows[row], columns[column]) >= least
        return row[found], column[found]

    def _alike(self, rows: Ints, columns: Ints) -> Floats:
        words: Floats = (self._words[rows] @ self._words[columns].T).toarray()
        mixed: Floats = self._embeddings[rows] @ self._embeddings[columns].T
        np.maximum(mixed, 0.0, out=mixed)
        mixed -= words
        mixed *= np.where(self._embedded[columns], np.float32(1 - WORDS_SHARE), np.float32(0.0))
        mixed[~self._embedded[rows]] = 0.0
        mixed += words
        return mixed

    def _of_one_event(self, alike: Floats, first: Ints, second: Ints) -> Floats:
        """What is left of a likeness when subject, manner and time are taken into account; all shapes broadcast."""
        shorter = np.minimum(self._lengths[first], self._lengths[second])
        told = np.clip((shorter - _HEADLINE) / (_SENTENCES - _HEADLINE), 0.0, 1.0)
        same = self._sources[first] == self._sources[second]
        apart = np.abs(self._days[first] - self._days[second])
        near = np.clip((_APART_DAYS - apart) / (_APART_DAYS - _SAME_DAYS), 0.0, 1.0)
        left = (alike - (_SUBJECT_ALONE + _ONE_SOURCE * same) * told) * np.where(np.isnan(near), 1.0, near)
        return np.asarray(left, dtype=np.float32)


def _compared_text(article: Article) -> str:
    """Title and lead: where an article says what happened."""
    lead = " ".join(article.text.split(None, _LEAD_WORDS)[:_LEAD_WORDS])
    return lead if lead.startswith(article.title) else f"{article.title}\n{lead}"


def _day(article: Article) -> float:
    return article.published.timestamp() / 86400 if article.published else math.nan


def _stacked(articles: Sequence[Article], vectors: Mapping[str, Floats]) -> tuple[Floats, NDArray[np.bool_]]:
    size = len(next(iter(vectors.values()))) if vectors else 1
    nothing = np.zeros(size, np.float32)
    rows = [vectors.get(article.content_hash, nothing) for article in articles]
    there = np.array([article.content_hash in vectors for article in articles], dtype=bool)
    return np.stack(rows) if rows else np.zeros((0, size), np.float32), there


def _tfidf(texts: Sequence[Sequence[str]]) -> csr_array:
    """Rows of unit length, with logarithmic term frequency and smoothed inverse document frequency."""
    counts = [Counter(terms) for terms in texts]
    documents = Counter(term for count in counts for term in count)
    columns = {term: number for number, term in enumerate(documents)}
    rarity = {term: math.log((1 + len(texts)) / (1 + found)) + 1 for term, found in documents.items()}
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
