"""Which articles tell one story: near-duplicates, and tellings of one event by average linkage."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import squareform

from digest.curate.dedupe import near_duplicates
from digest.curate.similarity import Floats, Similarity
from digest.model import Article

# Chosen by cross-validation over stories and seeds on labelled headlines, and then a little to the side of keeping
# stories apart: two events in one entry is the worse mistake of the two. See benchmarks/curating.py.
_THRESHOLD = 0.21
# Average linkage needs every pair of a piece in memory; a piece of this size takes some 25 MB.
_LARGEST_PIECE = 2500
_SPLIT_STEP = 0.03
_BLOCK = 512  # rows compared at a time


def group_stories(articles: Sequence[Article], vectors: Mapping[str, Floats]) -> list[tuple[Article, ...]]:
    """Articles that tell one story, together; the order of the groups and within them is that of the articles."""
    copies = _components(len(articles), near_duplicates([f"{a.title}\n{a.text}" for a in articles]))
    # One article stands for its copies, the longest: it says the most.
    heads = [max(group, key=lambda i: (articles[i].words, -i)) for group in copies]
    stories = _link([articles[i] for i in heads], vectors)
    groups = [sorted(i for number in story for i in copies[number]) for story in stories]
    return [tuple(articles[i] for i in group) for group in sorted(groups)]


def _link(articles: Sequence[Article], vectors: Mapping[str, Floats]) -> list[list[int]]:
    """Groups of indices by average linkage.

    Two groups can only be as alike on average as their most alike members, so articles that no chain of similar ones
    joins are never compared: linkage runs within such pieces, exactly.
    """
    if len(articles) < 2:
        return [[i] for i in range(len(articles))]
    similarity = Similarity(articles, vectors)
    stories: list[list[int]] = []
    for piece in _pieces(similarity, np.arange(len(articles)), _THRESHOLD):
        stories += [[int(i) for i in story] for story in _average_linkage(similarity, piece)]
    return stories


def _pieces(similarity: Similarity, members: NDArray[np.int64], threshold: float) -> list[NDArray[np.int64]]:
    """Connected pieces; one too large for memory is cut at its weakest similarities, where no story is lost."""
    left, right = [], []
    for start in range(0, len(members), _BLOCK):
        rows = members[start : start + _BLOCK]
        found = np.argwhere(similarity.between(rows, members) >= threshold)
        left.append(found[:, 0] + start)
        right.append(found[:, 1])
    first, second = np.concatenate(left), np.concatenate(right)
    graph = coo_array((np.ones(len(first), bool), (first, second)), shape=(len(members), len(members)))
    _, labels = connected_components(graph, directed=False)
    pieces = [members[np.flatnonzero(labels == label)] for label in np.unique(labels)]
    result: list[NDArray[np.int64]] = []
    for piece in pieces:
        result += [piece] if len(piece) <= _LARGEST_PIECE else _pieces(similarity, piece, threshold + _SPLIT_STEP)
    return result


def _average_linkage(similarity: Similarity, piece: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    if len(piece) == 1:
        return [piece]
    distance = 1.0 - similarity.between(piece, piece).astype(np.float64)
    np.fill_diagonal(distance, 0.0)
    tree = linkage(squareform((distance + distance.T) / 2, checks=False), method="average")
    labels = fcluster(tree, t=1.0 - _THRESHOLD, criterion="distance")
    return [piece[labels == label] for label in np.unique(labels)]


def _components(count: int, pairs: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Connected groups of 0…count-1."""
    parent = list(range(count))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, j in pairs:
        parent[root(j)] = root(i)
    groups: dict[int, list[int]] = defaultdict(list)
    for i in range(count):
        groups[root(i)].append(i)
    return list(groups.values())
