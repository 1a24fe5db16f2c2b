"""Article -> Story: one story once, what matters first. Pure functions: no clock, no network, no store."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from digest.config import CurateSettings, SectionSettings, SourceSettings
from digest.model import Article, Curated, Skipped, Told

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from digest.curate.continuity import Continued

    Vectors = Mapping[str, NDArray[np.float32]]

# Headlines are alike by chance, and what a feed says twice in one line costs the reader nothing.
_FULL_LENGTH = 25


def curate(
    articles: Sequence[Article],
    vectors: "Vectors",
    settings: CurateSettings,
    sources: Sequence[SourceSettings],
    *,
    now: datetime,
    interest_vectors: "NDArray[np.float32] | None" = None,
    rarity: Mapping[str, float] | None = None,
    sections: Sequence[SectionSettings] = (),
    section_vectors: "NDArray[np.float32] | None" = None,
    told: Sequence[Told] = (),
) -> Curated:
    """Choose the stories of an issue among articles that are new.

    `vectors` maps a content hash to a vector of unit length; an article without one is compared by its words alone.
    `interest_vectors` has a row for each of `settings.interests`, in order, `section_vectors` one for each of
    `sections`. `rarity` says of words how rare they are, from 0 to 1. `told` are the articles of earlier issues. What
    is left out is told, with the reason.
    """
    # these load numpy and scipy, which a run with nothing new has no use for
    from digest.curate.lead import lead_first
    from digest.curate.rank import Ranking, rank
    from digest.curate.sections import Headings, arrange
    from digest.curate.select import select

    weights = {source.name: source.weight for source in sources}
    stories, repeats = _stories(lead_first(articles, weights), vectors, rarity or {}, told)
    ranking = Ranking(
        now=now,
        since=settings.since,
        interests=settings.interests,
        interest_vectors=interest_vectors,
        weights=weights,
        half_life=settings.half_life,
    )
    ranked = rank([story.fresh for story in stories], vectors, ranking, [story.earlier for story in stories])
    headings = Headings(sections, sources, section_vectors)
    under = [headings.of(story, vectors) for story in ranked]
    chosen, skipped = select(ranked, settings, headings=under, heading_limits=headings.limits(), vectors=vectors)
    placed = [(ranked[place], under[place]) for place in chosen]
    arranged = arrange(placed, headings.order(), must_read=settings.must_read, limit=settings.limit)
    return Curated(sections=arranged, skipped=(*repeats, *skipped))


def _stories(
    articles: Sequence[Article], vectors: "Vectors", rarity: Mapping[str, float], told: Sequence[Told] = ()
) -> "tuple[list[Continued], list[Skipped]]":
    """Stories that have something new, and the articles that only repeat others.

    Copies of one text in several sources are several tellings; one stands for all of them when stories are compared.
    """
    from digest.curate.cluster import stories_among
    from digest.curate.continuity import continued, links_to_earlier
    from digest.curate.select import skip_article
    from digest.curate.similarity import Similarity

    tellings, repeats = _without_copies(articles, told)
    before = [each.article for each in told]
    compared = [*before, *(held[0] for held in tellings)]
    similarity = Similarity(compared, vectors, rarity, earlier=len(told))
    groups = stories_among(similarity, earlier=len(told))
    stories = []
    for group, linked in zip(groups, links_to_earlier(similarity, len(told), groups), strict=True):
        fresh = [article for place in group for article in tellings[place - len(told)]]
        story = continued(fresh, [told[place] for place in linked], rarity)
        repeats += [skip_article(article, _told_in(story.earlier[0])) for article in story.repeats]
        if story.fresh:
            stories.append(story)
    return stories, repeats


def _without_copies(articles: Sequence[Article], told: Sequence[Told]) -> tuple[list[list[Article]], list[Skipped]]:
    """The tellings of each text, and what repeats one of its own source, or of an earlier issue, at full length."""
    from digest.curate.dedupe import copies
    from digest.curate.select import skip_article

    everything = [*(each.article for each in told), *articles]
    tellings: dict[int, list[Article]] = {}
    repeats = []
    for place, original in list(enumerate(copies(everything)))[len(told) :]:
        article = everything[place]
        at_length = article.words >= _FULL_LENGTH
        if original < len(told) and at_length:
            repeats.append(skip_article(article, _told_in(told[original])))
            continue
        held = tellings.setdefault(original if original >= len(told) else place, [])
        if article.outlet_key not in {other.outlet_key for other in held}:
            held.append(article)
        elif at_length:
            repeats.append(skip_article(article, f"the same text as “{everything[original].title}”"))
        else:  # "Open thread" may stand over another one each month: time and form tell
            tellings[place] = [article]
    return list(tellings.values()), repeats


def _told_in(told: Told) -> str:
    return f"told in issue {told.number}: “{told.article.title}”"
