"""Which of the ranked stories go in: a limit over all, and a cap per source so that no one floods."""

import math
from collections import Counter
from collections.abc import Sequence

from digest.config import CurateSettings
from digest.model import Skipped, Story


def select(ranked: Sequence[Story], settings: CurateSettings) -> tuple[list[Story], tuple[Skipped, ...]]:
    """The stories that go in, still in order, and why each of the others does not."""
    cap = _cap(ranked, settings)
    chosen: list[Story] = []
    skipped: list[Skipped] = []
    taken: Counter[str] = Counter()
    for story in ranked:
        source = story.lead.source
        if len(chosen) >= settings.limit:
            skipped += _skip(story, f"over the limit of {settings.limit}")
        elif taken[source] >= cap:
            skipped += _skip(story, f"already {cap} from {source}")
        else:
            taken[source] += 1
            chosen.append(story)
    return chosen, tuple(skipped)


def _cap(ranked: Sequence[Story], settings: CurateSettings) -> int:
    """The cap per source; more where there are too few sources to fill the issue with it."""
    sources = len({story.lead.source for story in ranked})
    return max(settings.per_source, math.ceil(settings.limit / max(1, sources)))


def _skip(story: Story, reason: str) -> list[Skipped]:
    return [
        Skipped(stage="curate", ref=article.url or article.title, reason=reason)
        for article in (story.lead, *story.also)
    ]
