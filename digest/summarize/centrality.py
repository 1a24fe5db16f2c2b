"""Chooses the sentences of a summary: early and central ones, each saying something new. Pure arithmetic.

The mix follows what was measured on news with reference summaries (benchmarks/summarizing.py): place in the article
counts most, closeness to what the article as a whole says comes second, seen both by the encoder and by the words used;
maximal marginal relevance (Carbonell and Goldstein 1998) keeps out what is said already.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_USUAL = 3  # sentences of the summary that `place_width` is given for

Vectors = NDArray[np.float32]
Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much each feature counts. Chosen by cross-validation.

    `place_width` is in sentences, for a summary of three. `usual_words` is how long a sentence of a summary may be on
    the average. `elsewhere` is what place counts in the articles of a story beside its lead.
    """

    place: float = 1.0
    place_width: float = 2.6
    meaning: float = 0.2
    words: float = 0.35
    length: float = 0.05
    title: float = 0.1
    leaning: float = 0.5
    novelty: float = 0.2
    repeated: float = 0.85
    usual_words: int = 34
    elsewhere: float = 0.4


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


def early(places: Sequence[int], sentences: int, width: float) -> Scores:
    """1 at the opening, falling as a bell: level at first, then steep. `places` count from 0 in each article.

    The more sentences are asked for, the steeper: the opening has its share of a long summary with fewer of them, and
    the rest is there to tell the rest.
    """
    return np.exp(-((np.array(places) * sentences / (_USUAL * width)) ** 2))


def choose(
    scores: Scores,
    candidates: Sequence[Candidate],
    vectors: Vectors,
    *,
    sentences: int,
    max_words: int,
    weights: Weights,
) -> list[int]:
    """The indices of the sentences to take, in the order of choice; at least one when there is a candidate.

    The best is taken, then the best beside it, as long as there is room. When the best does not fit any more, the best
    that fits is taken as long as the summary is not half full: a lesser sentence is no better than none. A sentence
    that leans on the one before it is held back unless that one is in.
    """
    words = np.array([candidate.words for candidate in candidates])
    leans = np.array([candidate.leans for candidate in candidates])
    follows = np.array([candidate.follows for candidate in candidates])
    alive = np.ones(len(candidates), dtype=bool)
    taken = np.zeros(len(candidates), dtype=bool)
    nearest = np.zeros(len(candidates))
    chosen: list[int] = []
    limit = min(max_words, weights.usual_words * sentences)
    while alive.any() and len(chosen) < sentences:
        room = limit - int(words[taken].sum()) if chosen else max_words
        supported = np.concatenate([[False], taken[:-1]]) & follows
        value = (1 - weights.novelty) * scores - weights.novelty * nearest - weights.leaning * (leans & ~supported)
        best = _best(np.where(alive, value, -np.inf), words, room, full=2 * room < limit, first=not chosen)
        if best is None:
            break
        chosen.append(best)
        taken[best] = True
        closeness = vectors @ vectors[best]
        nearest = np.maximum(nearest, closeness)
        alive &= ~taken & (closeness <= weights.repeated)
    return chosen


def _best(value: Scores, words: NDArray[np.int_], room: int, *, full: bool, first: bool) -> int | None:
    """The sentence of the highest value, if it fits; else one that does, if there is need of it."""
    best = int(value.argmax())
    if words[best] <= room:
        return best
    fits = np.isfinite(value) & (words <= room)
    if first and not fits.any():
        fits = np.isfinite(value) & (words == words[np.isfinite(value)].min())
    elif full or not fits.any():
        return None
    return int(np.where(fits, value, -np.inf).argmax())


def _spread(values: NDArray[np.floating]) -> Scores:
    """The values moved to 0…1; all a half when they are alike."""
    low, high = float(values.min()), float(values.max())
    if high - low < 1e-9:
        return np.full(len(values), 0.5)
    return (values.astype(np.float64) - low) / (high - low)
