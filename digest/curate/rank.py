"""What matters first: a score for each story, with its reasons in plain words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

import numpy as np

from digest.curate.lead import lead_first
from digest.curate.similarity import Floats
from digest.curate.terms import is_unspaced
from digest.model import Article, Story

_COVERAGE = 0.4
_INTEREST = 1.0
_SHORT_WORDS, _SHORT_LOSS = 60, 0.2
# Where the similarity of a text to a stated interest begins to count, and where it counts in full.
_ALIKE_FROM, _ALIKE_FULL = 0.30, 0.55


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """What stories are ranked by. `interest_vectors` has a row for each of `interests`; `weights` is by source name."""

    now: datetime
    since: timedelta
    interests: Sequence[str]
    interest_vectors: Floats | None
    weights: Mapping[str, float]


def rank(groups: Sequence[Sequence[Article]], vectors: Mapping[str, Floats], ranking: Ranking) -> list[Story]:
    """Stories, best first; equal ones in the order of their ids, so that two builds agree."""
    stories = [_story(group, vectors, ranking) for group in groups]
    return sorted(stories, key=lambda story: (-story.score, story.lead.id))


def _story(group: Sequence[Article], vectors: Mapping[str, Floats], ranking: Ranking) -> Story:
    ordered = lead_first(group, ranking.weights)
    lead, also = ordered[0], tuple(ordered[1:])
    reasons: list[str] = []
    score = _recency(lead, also, ranking, reasons)
    score += _coverage(ordered, reasons)
    score += _interest(ordered, vectors, ranking, reasons)
    if max(article.words for article in ordered) < _SHORT_WORDS:
        score -= _SHORT_LOSS
    weight = max(ranking.weights.get(article.source, 1.0) for article in ordered)
    if weight > 1:
        reasons.append(f"source counts {weight:g} times")
    # A weight makes a good score better and a bad one no better.
    return Story(lead=lead, also=also, score=score * weight if score > 0 else score, reasons=tuple(reasons))


def _recency(lead: Article, also: Sequence[Article], ranking: Ranking, reasons: list[str]) -> float:
    """1 for what is out this moment, half after a quarter of the window. What has no date never counts as fresh."""
    published = [article.published for article in (lead, *also) if article.published is not None]
    if not published:
        reasons.append("no date given")
        return 0.125
    age = max(timedelta(), ranking.now - max(published))
    reasons.append(_age_in_words(age))
    half_life = max(timedelta(hours=6), ranking.since / 4)
    return float(0.5 ** min(60.0, age / half_life))


def _age_in_words(age: timedelta) -> str:
    if age < timedelta(days=1):
        return "new today"
    return "1 day old" if age.days == 1 else f"{age.days} days old"


def _coverage(articles: Sequence[Article], reasons: list[str]) -> float:
    outlets = len({article.source for article in articles})
    if outlets > 1:
        reasons.append(f"{outlets} outlets")
    elif len(articles) > 1:
        reasons.append(f"{len(articles)} articles")
    return _COVERAGE * float(np.log2(outlets)) + _COVERAGE / 4 * float(np.log2(len(articles)))


def _interest(
    articles: Sequence[Article], vectors: Mapping[str, Floats], ranking: Ranking, reasons: list[str]
) -> float:
    best, worst = 0.0, 0.0
    for row, interest in enumerate(ranking.interests):
        vector = ranking.interest_vectors[row] if ranking.interest_vectors is not None else None
        phrase = interest.removeprefix("-").strip()
        if not phrase:
            continue
        match = max(_match(article, phrase, vector, vectors) for article in articles)
        if match <= 0:
            continue
        if interest.startswith("-"):
            worst = max(worst, match)
            reasons.append(f"less of '{phrase}'")
        else:
            best = max(best, match)
            reasons.append(f"matches '{phrase}'")
    return _INTEREST * (best - worst)


def _match(article: Article, phrase: str, vector: Floats | None, vectors: Mapping[str, Floats]) -> float:
    """1 where the title says the phrase, 0.7 where the text does, else by how alike the two are in meaning."""
    spoken = _pattern(phrase)
    if spoken.search(article.title):
        return 1.0
    if spoken.search(article.text):
        return 0.7
    own = vectors.get(article.content_hash)
    if vector is None or own is None:
        return 0.0
    alike = float(own @ vector)
    return min(1.0, max(0.0, (alike - _ALIKE_FROM) / (_ALIKE_FULL - _ALIKE_FROM)))


@lru_cache(maxsize=1000)
def _pattern(phrase: str) -> re.Pattern[str]:
    """Finds a phrase as whole words; beside a character of a script without spaces, no word can be told to end."""
    words = r"\s+".join(map(re.escape, phrase.split()))
    before = "" if is_unspaced(phrase[0]) else r"(?<!\w)"
    after = "" if is_unspaced(phrase[-1]) else r"(?!\w)"
    return re.compile(f"{before}{words}{after}", re.IGNORECASE)
