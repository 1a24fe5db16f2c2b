"""Which articles tell one story: tellings of one event, by average linkage of squared similarities.

The square lets a few close tellings speak for a group whose others are told from afar: a story of twelve articles has
some that are hardly alike. A group is as alike as the root of the mean square, so thresholds are plain similarities.
Two articles alone must be nearly twice as alike as two groups: one pair may be alike by chance, a dozen are not.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import linkage
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import squareform

from digest.curate.similarity import HEADLINES_ALIKE, Floats, Similarity
from digest.model import Article

# Chosen by cross-validation over stories and seeds on labelled headlines; see benchmarks/stories.py.
_THRESHOLD = HEADLINES_ALIKE
_ALONE = 0.32  # for two articles alone; the more pairs speak, the nearer to the threshold
# The more articles there are, the more alike the most alike of two different stories become: twice as many articles
# call for this much more. Two events in one entry is a worse mistake than one event in two.
_FEW = 80
_PER_DOUBLING = 0.03
# Average linkage needs every pair of a piece in memory; a piece of this size takes some 25 MB.
_LARGEST_PIECE = 2500
_SPLIT_STEP = 0.03
_BLOCK = 256  # rows compared at a time


def threshold_for(count: int) -> float:
    """How alike two large groups among `count` articles must be on average to be one story."""
    return _THRESHOLD + _PER_DOUBLING * math.log2(max(1.0, count / _FEW))


def beyond_threshold(pairs: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much more alike two groups must be, by the number of pairs of articles that speak for it."""
    return np.asarray((_ALONE - _THRESHOLD) / pairs**2)


def group_stories(
    articles: Sequence[Article], vectors: Mapping[str, Floats], rarity: Mapping[str, float] | None = None
) -> list[list[int]]:
    """Indices of articles that tell one story, together; groups and members in the order of the articles.

    `rarity` says of words how rare they are in the language, from 0 to 1; a word that is not there counts as rare.
    """
    return stories_among(Similarity(articles, vectors, rarity))


def stories_among(similarity: Similarity, earlier: int = 0) -> list[list[int]]:
    """As `group_stories`, of articles whose similarity is at hand, without the first `earlier` of them.

    Two groups can only be as alike on average as their most alike members, so articles that no chain of similar ones
    joins are never compared: linkage runs within such pieces, exactly.
    """
    members = np.arange(earlier, len(similarity))
    if len(members) < 2:
        return [[int(i)] for i in members]
    threshold = threshold_for(len(members))
    stories: list[list[int]] = []
    for piece in _pieces(similarity, members, threshold):
        stories += [[int(i) for i in story] for story in average_linkage(similarity, piece, threshold)]
    return sorted(stories)


def _pieces(similarity: Similarity, members: NDArray[np.int64], threshold: float) -> list[NDArray[np.int64]]:
    """Connected pieces; one too large for memory is cut at its weakest similarities, where no story is lost."""
    left, right = [], []
    for start in range(0, len(members), _BLOCK):
        rows = members[start : start + _BLOCK]
        row, column = similarity.pairs(rows, members[start:], threshold)
        left.append(row + start)
        right.append(column + start)
    first, second = np.concatenate(left), np.concatenate(right)
    graph = coo_array((np.ones(len(first), bool), (first, second)), shape=(len(members), len(members)))
    _, labels = connected_components(graph, directed=False)
    pieces = [members[np.flatnonzero(labels == label)] for label in np.unique(labels)]
    result: list[NDArray[np.int64]] = []
    for piece in pieces:
        result += [piece] if len(piece) <= _LARGEST_PIECE else _pieces(similarity, piece, threshold + _SPLIT_STEP)
    return result


def average_linkage(similarity: Similarity, piece: NDArray[np.int64], threshold: float) -> list[NDArray[np.int64]]:
    if len(piece) == 1:
        return [piece]
    # rounding makes the same article a little more alike than 1, and a distance must not be negative
    alike = np.maximum(0.0, similarity.between(piece, piece).astype(np.float64))
    distance = np.maximum(0.0, 1.0 - alike**2)
    np.fill_diagonal(distance, 0.0)
    tree = linkage(squareform((distance + distance.T) / 2, checks=False), method="average")
    labels = _cut(tree, threshold)
    return [piece[labels == label] for label in np.unique(labels)]


def _cut(tree: NDArray[np.float64], threshold: float) -> NDArray[np.int64]:
    """The story of each article: those under the highest branchings at which two groups are alike enough."""
    count = len(tree) + 1
    children = tree[:, :2].astype(np.int64)
    sizes = np.concatenate([np.ones(count), tree[:, 3]])[children]
    needed = threshold + beyond_threshold(sizes.prod(axis=1))
    joined = np.sqrt(np.maximum(0.0, 1.0 - tree[:, 2])) >= needed
    labels = np.arange(count + len(tree))
    for place in range(len(tree) - 1, -1, -1):
        node = count + place
        if joined[place] or labels[node] != node:
            labels[children[place]] = labels[node]
    return labels[:count]
