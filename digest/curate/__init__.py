"""Article -> Story: one story once, what matters first. Pure functions: no clock, no network, no store."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from digest.config import CurateSettings, SourceSettings
from digest.model import Article, Curated, Skipped

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Headlines are alike by chance, and what a feed says twice in one line costs the reader nothing.
_FULL_LENGTH = 25


def curate(
    articles: Sequence[Article],
    vectors: "Mapping[str, NDArray[np.float32]]",
    settings: CurateSettings,
    sources: Sequence[SourceSettings],
    *,
    now: datetime,
    interest_vectors: "NDArray[np.float32] | None" = None,
) -> Curated:
    """Choose the stories of an issue among articles that are new.

    `vectors` maps a content hash to a vector of unit length; an article without one is compared by its words alone.
    `interest_vectors` has a row for each of `settings.interests`, in order. What is left out is told, with the reason.
    """
    # these load numpy and scipy, which a run with nothing new has no use for
    from digest.curate.lead import lead_first
    from digest.curate.rank import Ranking, rank
    from digest.curate.sections import arrange
    from digest.curate.select import select

    weights = {source.name: source.weight for source in sources}
    stories, repeats = _stories(lead_first(articles, weights), vectors)
    ranking = Ranking(
        now=now, since=settings.since, interests=settings.interests, interest_vectors=interest_vectors, weights=weights
    )
    chosen, skipped = select(rank(stories, vectors, ranking), settings)
    return Curated(sections=arrange(chosen, sources), skipped=(*repeats, *skipped))


def _stories(
    articles: Sequence[Article], vectors: "Mapping[str, NDArray[np.float32]]"
) -> tuple[list[list[Article]], list[Skipped]]:
    """Articles by the story they tell, and what repeats an article of its own source at full length.

    Copies of one text in several sources are several tellings; one stands for all of them when stories are compared.
    """
    from digest.curate.cluster import group_stories
    from digest.curate.dedupe import copies

    tellings: dict[int, list[Article]] = {}
    repeats = []
    for article, original in zip(articles, copies(articles), strict=True):
        held = tellings.setdefault(original, [])
        if article.words >= _FULL_LENGTH and article.source in {other.source for other in held}:
            reason = f"the same text as “{articles[original].title}”"
            repeats.append(Skipped(stage="curate", ref=article.url or article.title, reason=reason))
        else:
            held.append(article)
    originals = list(tellings)
    groups = group_stories([articles[index] for index in originals], vectors)
    return [[article for place in group for article in tellings[originals[place]]] for group in groups], repeats
