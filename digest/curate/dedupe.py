"""Near-duplicates: the same text whole, cut, with another lead, or with furniture around it.

Two texts are one when three in five of the three-word runs of the shorter stand in the longer (Broder's containment,
"On the resemblance and containment of documents", 1997). Two reports on one affair, with the same background below,
reach a half. Counted exactly, over an inverted index in numpy.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digest.curate.terms import words_of
from digest.model import Article

_SHINGLE = 3
_CONTAINED = 0.6
# A round-up that quotes ten articles in full is not a copy of each of them.
_LEAST_SIZE_RATIO = 0.2
_MAX_WORDS = 5000
# A run that stands in more texts than this is a phrase of the language or of the publisher, not a trace of copying.
_COMMON = 40
# A run in so many texts of one source is what the source puts under each of them.
_FURNITURE = 5
# Below this, a few shared phrases are half of a text: short texts must be equal in all but a word or two.
_SHORT = 20
_SHORT_CONTAINED = 0.8

_Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Runs:
    """Every distinct run of every text: text `owners[k]` holds a run whose hash is `hashes[k]`; sorted by both."""

    hashes: NDArray[np.uint64]
    owners: NDArray[np.int32]


def copies(articles: Sequence[Article]) -> list[int]:
    """For each article the index of the one it is a copy of, or its own.

    Articles come in order of preference: of two copies the earlier stands for both. An article is only ever a copy of
    one that is none itself, so that a chain of half-shared texts does not join two that share nothing.
    """
    original = list(range(len(articles)))
    pairs = near_duplicates([f"{a.title}\n{a.text}" for a in articles], [a.source for a in articles])
    for first, second in pairs:
        if original[first] == first and original[second] == second:
            original[second] = first
    return original


def near_duplicates(texts: Sequence[str], sources: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of indices (i < j), in order, of texts that are one text. `sources` names where each text is from."""
    runs = _without_furniture(_sorted_runs(_numbered(texts)), sources)
    sizes = np.bincount(runs.owners, minlength=len(texts))
    pairs, shared = _shared(runs, len(texts))
    if not len(pairs):
        return []
    sides = sizes[pairs]
    smaller, larger = sides.min(axis=1), sides.max(axis=1)
    needed = np.where(smaller < _SHORT, _SHORT_CONTAINED, _CONTAINED) * smaller
    found = (shared >= needed) & (smaller >= _LEAST_SIZE_RATIO * larger)
    return [(int(i), int(j)) for i, j in pairs[found]]


def _numbered(texts: Sequence[str]) -> Iterator[NDArray[np.uint64]]:
    """The words of each text as numbers, counted from 1."""
    numbers: defaultdict[str, int] = defaultdict(itertools.count(1).__next__)
    for text in texts:
        words = words_of(text)[:_MAX_WORDS]
        yield np.fromiter(map(numbers.__getitem__, words), np.uint64, len(words))


def _shingles_of(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The distinct hashes of the runs of three words; a shorter text is one run, an empty one has none."""
    if not len(words):
        return words
    padded = np.concatenate([words, np.zeros(max(0, _SHINGLE - len(words)), np.uint64)])
    count = len(padded) - _SHINGLE + 1
    hashes = np.zeros(count, np.uint64)
    for offset in range(_SHINGLE):
        hashes = hashes * np.uint64(0x9E3779B97F4A7C15) + padded[offset : offset + count]
    return np.unique(hashes)


def _sorted_runs(texts: Iterable[NDArray[np.uint64]]) -> _Runs:
    """The runs of texts given as words; they are most of what curation holds in memory, so each step lets go of one."""
    shingles = [_shingles_of(words) for words in texts]
    sizes = [len(one) for one in shingles]
    hashes = np.concatenate([*shingles, np.zeros(0, np.uint64)])
    del shingles
    order = np.argsort(hashes, kind="stable")
    hashes = hashes[order]
    return _Runs(hashes=hashes, owners=np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)[order])


def _groups(hashes: NDArray[np.uint64]) -> tuple[_Ints, _Ints]:
    """Where each run of equal hashes begins, and how long it is."""
    if not len(hashes):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    starts = np.flatnonzero(np.concatenate([[True], hashes[1:] != hashes[:-1]]))
    return starts, np.diff(np.append(starts, len(hashes)))


def _without_furniture(runs: _Runs, sources: Sequence[str]) -> _Runs:
    """Leave out what a source puts under its articles, and what too many texts hold: they count for nothing."""
    numbers = {source: number for number, source in enumerate(dict.fromkeys(sources))}
    source = np.array([numbers[name] for name in sources], dtype=np.int32)[runs.owners]
    starts, lengths = _groups(runs.hashes)
    dropped = np.repeat(lengths > _COMMON, lengths)
    for start, length in zip(starts[lengths >= _FURNITURE], lengths[lengths >= _FURNITURE], strict=True):
        span = slice(start, start + length)
        dropped[span] |= np.bincount(source[span])[source[span]] >= _FURNITURE
    kept = ~dropped
    return _Runs(hashes=runs.hashes[kept], owners=runs.owners[kept])


def _shared(runs: _Runs, count: int) -> tuple[_Ints, _Ints]:
    """Every pair of texts with a run in common, and how many they have in common."""
    starts, lengths = _groups(runs.hashes)
    keys = [np.zeros(0, np.int64)]
    for length in range(2, _COMMON + 1):
        first = starts[lengths == length]
        if not len(first):
            continue
        members = runs.owners[first[:, None] + np.arange(length)].astype(np.int64)  # a pair is one number
        left, right = np.triu_indices(length, k=1)
        keys.append((members[:, left] * count + members[:, right]).ravel())
    unique, shared = np.unique(np.concatenate(keys), return_counts=True)
    return np.stack([unique // max(1, count), unique % max(1, count)], axis=1), shared
