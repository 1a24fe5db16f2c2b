"""Chooses the sentences of a summary: early and central ones, each saying something new. Pure arithmetic.

The mix follows what was measured on news with reference summaries (benchmarks/summarizing.py): place in the article
counts most, closeness to what the article as a whole says comes second, seen both by the encoder and by the words used;
maximal marginal relevance (Carbonell and Goldstein 1998) keeps out what is said already.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much each feature counts. Chosen by cross-validation; `place_width` is in sentences."""

    place: float = 1.0
    place_width: float = 2.25
    meaning: float = 0.2
    words: float = 0.35
    length: float = 0.05
    title: float = 0.1
    leaning: float = 0.5
    novelty: float = 0.2
    repeated: float = 0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A sentence that may be chosen. `follows`: the candidate before it stands right before it in the text."""

    words: int
    leans: bool
    follows: bool = True


def central(vectors: Vectors) -> Scores:
    """How close each sentence is to the article as a whole: 0 the farthest, 1 the closest."""
    return _spread(vectors @ vectors.mean(axis=0))


def similar(vectors: Vectors, to: Vectors) -> Scores:
    """How close each sentence is to one vector: 0 the farthest, 1 the closest."""
    return _spread(vectors @ to)


def long(words: Sequence[int]) -> Scores:
    """How long each sentence is, by the logarithm: 0 the shortest, 1 the longest. Short ones rarely carry the news."""
    return _spread(np.log1p(np.array(words)))


def early(count: int, width: float) -> Scores:
    """1 for the first sentence, falling as a bell: level over the opening, then steep."""
    return np.exp(-((np.arange(count) / width) ** 2))


def choose(
    scores: Scores,
    candidates: Sequence[Candidate],
    vectors: Vectors,
    *,
    sentences: int,
    max_words: int,
    weights: Weights,
) -> list[int]:
    """The indices of the sentences to take, in the order of the text; at least one when there is a candidate.

    The best is taken, then the best beside it, as long as there is room. A sentence that leans on the one before it is
    held back unless that one is in.
    """
    words = np.array([candidate.words for candidate in candidates])
    leans = np.array([candidate.leans for candidate in candidates])
    follows = np.array([candidate.follows for candidate in candidates])
    alive = np.ones(len(candidates), dtype=bool)
    taken = np.zeros(len(candidates), dtype=bool)
    nearest = np.zeros(len(candidates))
    while alive.any() and taken.sum() < sentences:
        room = max_words - int(words[taken].sum())
        fits = alive & (words <= room)
        if not fits.any():
            if taken.any():
                break
            fits = alive & (words == words[alive].min())
        supported = np.concatenate([[False], taken[:-1]]) & follows
        value = (1 - weights.novelty) * scores - weights.novelty * nearest - weights.leaning * (leans & ~supported)
        best = int(np.where(fits, value, -np.inf).argmax())
        taken[best] = True
        closeness = vectors @ vectors[best]
        nearest = np.maximum(nearest, closeness)
        alive &= ~taken & (closeness <= weights.repeated)
    return [int(index) for index in np.flatnonzero(taken)]


def _spread(values: NDArray[np.floating]) -> Scores:
    """The values moved to 0…1; all a half when they are alike."""
    low, high = float(values.min()), float(values.max())
    if high - low < 1e-9:
        return np.full(len(values), 0.5)
    return (values.astype(np.float64) - low) / (high - low)
