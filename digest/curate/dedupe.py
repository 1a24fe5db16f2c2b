"""Near-duplicates: the same text whole, cut, with another lead, or with furniture around it.

Two texts are one when half of the three-word runs of the shorter stand in the longer (Broder's containment, "On the
resemblance and containment of documents", 1997). Counted exactly, over an inverted index in numpy.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digest.curate.terms import words_of

_SHINGLE = 3
_CONTAINED = 0.5
_MAX_WORDS = 5000
# A run that stands in more texts than this is a phrase of the language or of the publisher, not a trace of copying.
_COMMON = 40
# Below this, a few shared phrases are half of a text: short texts must be equal in all but a word or two.
_SHORT = 12
_SHORT_CONTAINED = 0.8

_Ints = NDArray[np.int64]


def near_duplicates(texts: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of indices (i < j) of texts that are one text."""
    shingles = _shingles(texts)
    sizes = np.array([len(one) for one in shingles], dtype=np.int64)
    pairs, shared = _shared(shingles)
    if not len(pairs):
        return []
    smaller = np.minimum(sizes[pairs[:, 0]], sizes[pairs[:, 1]])
    needed = np.where(smaller < _SHORT, _SHORT_CONTAINED, _CONTAINED) * smaller
    return [(int(i), int(j)) for i, j in pairs[shared >= needed]]


def _shingles(texts: Sequence[str]) -> list[NDArray[np.uint64]]:
    """For each text the distinct hashes of its runs of three words; a shorter text is one run."""
    numbers: dict[str, int] = {}
    found = []
    for text in texts:
        words = words_of(text)[:_MAX_WORDS]
        ids = np.fromiter((numbers.setdefault(word, len(numbers) + 1) for word in words), np.uint64, len(words))
        padded = np.concatenate([ids, np.zeros(max(0, _SHINGLE - len(ids)), np.uint64)]) if len(ids) else ids
        runs = len(padded) - _SHINGLE + 1 if len(padded) else 0
        hashes = np.zeros(runs, np.uint64)
        for offset in range(_SHINGLE):
            hashes = hashes * np.uint64(0x9E3779B97F4A7C15) + padded[offset : offset + runs]
        found.append(np.unique(hashes))
    return found


def _shared(shingles: list[NDArray[np.uint64]]) -> tuple[_Ints, _Ints]:
    """Every pair of texts with a run in common, and how many they have in common."""
    hashes = np.concatenate([*shingles, np.zeros(0, np.uint64)])
    owners = np.repeat(np.arange(len(shingles), dtype=np.int64), [len(one) for one in shingles])
    order = np.argsort(hashes, kind="stable")
    hashes, owners = hashes[order], owners[order]
    starts = np.flatnonzero(np.concatenate([[True], hashes[1:] != hashes[:-1]])) if len(hashes) else np.zeros(0, int)
    lengths = np.diff(np.append(starts, len(hashes)))
    keys = [np.zeros(0, np.int64)]
    count = len(shingles)
    for length in range(2, _COMMON + 1):
        first = starts[lengths == length]
        if not len(first):
            continue
        members = owners[first[:, None] + np.arange(length)]
        left, right = np.triu_indices(length, k=1)
        keys.append((members[:, left] * count + members[:, right]).ravel())
    unique, shared = np.unique(np.concatenate(keys), return_counts=True)
    return np.stack([unique // max(1, count), unique % max(1, count)], axis=1), shared
