"""Articles that are as alike as is wanted: without a word in common, and with vectors made to measure."""

from collections.abc import Callable, Mapping
from itertools import count

import numpy as np
from numpy.typing import NDArray

from digest.curate.similarity import WORDS_SHARE, Similarity
from digest.model import Article

Make = Callable[..., Article]
_numbers = count()


def words(number: int) -> str:
    """So many words that stand in no other text."""
    return " ".join(f"wort{next(_numbers)}" for _ in range(number))


def made_alike(
    articles: list[Article], alike: Mapping[tuple[int, int], float], *, earlier: int = 0, else_alike: float = 0.0
) -> Similarity:
    """Their similarity, as it is said of pairs of places, before outlet, form and time are taken into account."""
    wanted = np.full((len(articles), len(articles)), else_alike)
    for (first, second), value in alike.items():
        wanted[first, second] = wanted[second, first] = value
    wanted /= 1 - WORDS_SHARE
    np.fill_diagonal(wanted, 1.0)
    rows: NDArray[np.float32] = np.linalg.cholesky(wanted + 1e-9 * np.eye(len(articles))).astype(np.float32)
    vectors = dict(zip((one.content_hash for one in articles), rows, strict=True))
    return Similarity(articles, vectors, earlier=earlier)


def headlines(article: Make, number: int, **fields: object) -> list[Article]:
    """So many headlines of four words, each of an outlet of its own."""
    return [article(words(4), source=f"outlet {place}", **fields) for place in range(number)]
