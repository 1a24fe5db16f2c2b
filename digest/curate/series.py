"""Installments: articles whose titles count on ("Lecture 7", "Vol. 22, No. 4") are never tellings of one event."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digest.model import Article

_COUNTED = re.compile(
    r"\b(chapter|day|ep|episode|issue|lecture|lesson|no|nr|part|season|session|vol|volume|week|#)"
    r"[.:]?\s*#?(\d+|[ivx]+|one|two|three|four|five|six|seven|eight|nine|ten)\b|(#)(\d+)\b"
)


def installments(articles: Sequence[Article]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each article the number of its series and of its place there; both are -1 where the title does not count.

    A series is what one source counts by the same word, the first of a title that counts.
    """
    series: dict[tuple[str, str], int] = {}
    places: dict[tuple[str, ...], int] = {}
    found = np.full((2, len(articles)), -1, dtype=np.int64)
    for row, article in enumerate(articles):
        counted = [(m[1] or m[3], m[2] or m[4]) for m in _COUNTED.finditer(article.title.casefold())]
        if counted:
            words, numbers = zip(*counted, strict=True)
            found[0, row] = series.setdefault((article.source, words[0]), len(series))
            found[1, row] = places.setdefault(numbers, len(places))
    return found[0], found[1]
