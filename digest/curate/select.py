"""Which of the ranked stories go in: a limit over all, caps so that no source or heading floods, and variety."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from digest.config import CurateSettings
from digest.curate.similarity import Floats
from digest.model import Article, Skipped, Story

# Where the likeness of two stories begins to count against the later one: any two articles are a little alike.
_ALIKE_FROM = 0.35
_TELLING_LOSS = 0.05  # of a score; less makes no difference that is worth words


def select(
    ranked: Sequence[Story],
    settings: CurateSettings,
    *,
    headings: Sequence[str] | None = None,
    heading_limits: Mapping[str, int] | None = None,
    vectors: Mapping[str, Floats] | None = None,
) -> tuple[list[int], tuple[Skipped, ...]]:
    """The places in `ranked` of the stories that go in, in order, and why each of the others does not.

    The best goes first; each that follows has lost by its likeness to what is in already, up to `diversity` (maximal
    marginal relevance, Carbonell and Goldstein, 1998). `headings` is by story.
    """
    under = headings or [""] * len(ranked)
    limits, cap = heading_limits or {}, _cap(ranked, settings)
    total = settings.limit + settings.in_brief
    variety = _Variety(ranked, vectors or {}, settings.diversity)
    chosen: list[int] = []
    skipped: list[Skipped] = []
    by_source, by_heading = Counter[str](), Counter[str]()
    while len(chosen) < total and (place := variety.best()) is not None:
        story, heading = ranked[place], under[place]
        source = story.lead.source
        if by_source[source] >= cap:
            skipped += skip(story, f"already {cap} from {source}")
        elif heading in limits and by_heading[heading] >= limits[heading]:
            skipped += skip(story, f"already {limits[heading]} in “{heading}”")
        else:
            by_source[source] += 1
            by_heading[heading] += 1
            chosen.append(place)
            if len(chosen) < total:
                variety.take(place)
    skipped += [
        one
        for place in variety.left()
        for one in skip(ranked[place], f"over the limit of {total}{variety.loss(place)}")
    ]
    return chosen, tuple(skipped)


class _Variety:
    """Stories in the order in which they come up for choice: by score, less what those that are in say already."""

    def __init__(self, ranked: Sequence[Story], vectors: Mapping[str, Floats], worth: float) -> None:
        self._ranked = ranked
        self._scores = np.array([story.score for story in ranked], dtype=np.float64)
        self._left = np.ones(len(ranked), dtype=bool)
        self._likest = np.zeros(len(ranked))
        self._like: NDArray[np.int64] = np.full(len(ranked), -1)
        self._worth = worth
        size = len(next(iter(vectors.values()))) if vectors else 1
        nothing = np.zeros(size, np.float32)
        self._vectors = np.stack([vectors.get(s.lead.content_hash, nothing) for s in ranked]) if ranked else nothing

    def best(self) -> int | None:
        """The place of the story that comes next, once; None when there is none left."""
        if not self._left.any():
            return None
        place = int(np.where(self._left, self._scores - self._worth * self._likest, -np.inf).argmax())
        self._left[place] = False
        return place

    def left(self) -> list[int]:
        """The places of the stories that did not come up, by score."""
        return [int(place) for place in np.flatnonzero(self._left)]

    def take(self, place: int) -> None:
        """The story is in: those that are like it have less to say from now on."""
        if not self._worth:
            return
        alike = np.clip((self._vectors @ self._vectors[place] - _ALIKE_FROM) / (1 - _ALIKE_FROM), 0.0, 1.0)
        closer = alike > self._likest
        self._likest[closer] = alike[closer]
        self._like[closer] = place

    def loss(self, place: int) -> str:
        """In words, what a story that stayed out is like."""
        if self._worth * self._likest[place] < _TELLING_LOSS:
            return ""
        return f"; it is like “{self._ranked[self._like[place]].lead.title}”, which is in"


def _cap(ranked: Sequence[Story], settings: CurateSettings) -> int:
    """The cap per source; more where there are too few sources to fill the issue with it."""
    sources = len({story.lead.source for story in ranked})
    return max(settings.per_source, math.ceil((settings.limit + settings.in_brief) / max(1, sources)))


def skip(story: Story, reason: str) -> list[Skipped]:
    """Every article of a story, left out for one reason."""
    return [skip_article(article, reason, story.score) for article in (story.lead, *story.also)]


def skip_article(article: Article, reason: str, score: float | None = None) -> Skipped:
    """An article that is left out."""
    return Skipped(
        stage="curate",
        ref=article.url or article.title,
        reason=reason,
        title=article.title,
        source=article.source,
        publisher=article.publisher,
        score=score,
    )
