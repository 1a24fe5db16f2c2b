"""What matters first: a score for each story, with its reasons in plain words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from digest.curate import reasons
from digest.curate.interests import match
from digest.curate.lead import lead_first
from digest.curate.similarity import Floats
from digest.model import Article, Reason, Story, Told

_COVERAGE = 0.4
_INTEREST = 1.0
_SHORT_WORDS, _SHORT_LOSS = 60, 0.2
_UNDATED = 0.125


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """What stories are ranked by. `half_life` is the age at which news counts half; left out, a quarter of `since`.

    `interest_vectors` has a row for each of `interests`; `weights` is by source name.
    """

    now: datetime
    since: timedelta
    interests: Sequence[str]
    interest_vectors: Floats | None
    weights: Mapping[str, float]
    half_life: timedelta | None = None


def rank(
    groups: Sequence[Sequence[Article]],
    vectors: Mapping[str, Floats],
    ranking: Ranking,
    earlier: Sequence[Sequence[Told]] | None = None,
) -> list[Story]:
    """Stories, best first; equal ones in the order of their ids, so that two builds agree.

    `earlier` is what issues that went out said of each group.
    """
    told = earlier or [()] * len(groups)
    stories = [_story(group, vectors, ranking, before) for group, before in zip(groups, told, strict=True)]
    return sorted(stories, key=lambda story: (-story.score, story.lead.id))


def _story(group: Sequence[Article], vectors: Mapping[str, Floats], ranking: Ranking, earlier: Sequence[Told]) -> Story:
    ordered = lead_first(group, ranking.weights)
    found = [
        _recency(ordered, ranking),
        *_coverage(ordered),
        *_interest(ordered, vectors, ranking),
        *_length(ordered),
    ]
    score = sum(reason.points for reason in found)
    found += _weight(ordered, score, ranking)
    if earlier:
        found.insert(0, reasons.follows(earlier))
    return Story(
        lead=ordered[0],
        also=tuple(ordered[1:]),
        score=sum(reason.points for reason in found),
        reasons=tuple(found),
        earlier=tuple(earlier),
    )


def _recency(articles: Sequence[Article], ranking: Ranking) -> Reason:
    """1 for what is out this moment, half of it each half-life later. What has no date never counts as fresh."""
    published = [article.published for article in articles if article.published is not None]
    if not published:
        return reasons.undated(_UNDATED)
    age = max(timedelta(), ranking.now - max(published))
    half_life = ranking.half_life or max(timedelta(hours=6), ranking.since / 4)
    return reasons.age(age, float(0.5 ** min(60.0, age / half_life)))


def _coverage(articles: Sequence[Article]) -> list[Reason]:
    outlets = len({article.outlet_key for article in articles})
    points = _COVERAGE * float(np.log2(outlets)) + _COVERAGE / 4 * float(np.log2(len(articles)))
    if outlets > 1:
        return [reasons.outlets(outlets, points)]
    return [reasons.articles(len(articles), points)] if len(articles) > 1 else []


def _interest(articles: Sequence[Article], vectors: Mapping[str, Floats], ranking: Ranking) -> list[Reason]:
    """The best match of what is wanted counts, and the best of what is not; all that match are named."""
    folded = [article.text.casefold() for article in articles] if ranking.interests else []
    wanted: list[tuple[float, str]] = []
    unwanted: list[tuple[float, str]] = []
    for row, interest in enumerate(ranking.interests):
        vector = ranking.interest_vectors[row] if ranking.interest_vectors is not None else None
        phrase = interest.removeprefix("-").strip()
        if not phrase:
            continue
        best = max(match(a, text, phrase, vector, vectors) for a, text in zip(articles, folded, strict=True))
        if best > 0:
            (unwanted if interest.startswith("-") else wanted).append((best, phrase))
    return [
        *_said(wanted, reasons.wanted, _INTEREST),
        *_said(unwanted, reasons.unwanted, -_INTEREST),
    ]


def _said(matches: Sequence[tuple[float, str]], say: Callable[[str, float], Reason], worth: float) -> list[Reason]:
    ordered = sorted(matches, key=lambda found: -found[0])
    return [say(phrase, worth * best if place == 0 else 0.0) for place, (best, phrase) in enumerate(ordered)]


def _length(articles: Sequence[Article]) -> list[Reason]:
    """What has only a few words tells little, whatever it tells of."""
    return [reasons.short(-_SHORT_LOSS)] if max(article.words for article in articles) < _SHORT_WORDS else []


def _weight(articles: Sequence[Article], score: float, ranking: Ranking) -> list[Reason]:
    """A weight makes a good score better and a bad one no better."""
    weight = max(ranking.weights.get(article.source, 1.0) for article in articles)
    points = score * (weight - 1) if score > 0 else 0.0
    if weight == 1:
        return []
    return [(reasons.weighty if weight > 1 else reasons.light)(weight, points)]
