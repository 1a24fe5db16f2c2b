"""Article -> Story: one story once, what matters first. Pure functions: no clock, no network, no store."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from digest.config import CurateSettings, SourceSettings
from digest.model import Article, Curated

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


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
    from digest.curate.cluster import group_stories
    from digest.curate.rank import Ranking, rank
    from digest.curate.sections import arrange
    from digest.curate.select import select

    weights = {source.name: source.weight for source in sources}
    groups = group_stories(articles, vectors)
    ranking = Ranking(
        now=now, since=settings.since, interests=settings.interests, interest_vectors=interest_vectors, weights=weights
    )
    chosen, skipped = select(rank(groups, vectors, ranking), settings)
    return Curated(sections=arrange(chosen, sources), skipped=skipped)
