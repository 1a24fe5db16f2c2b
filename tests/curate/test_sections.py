from collections.abc import Callable, Sequence
from datetime import datetime

import numpy as np
import pytest

from digest.config import CurateSettings, SectionSettings, SourceSettings
from digest.curate import curate
from digest.model import Article, Curated
from tests.curate.prose import prose

Make = Callable[..., Article]
MakeSource = Callable[..., SourceSettings]
Run = Callable[..., Curated]

SECTIONS = [
    SectionSettings(title="Energy", about="wind and batteries"),
    SectionSettings(title="Nature", about="owls and oaks"),
]
_ALIKE = 0.5
AXES = np.eye(100, dtype=np.float32)


@pytest.fixture
def run(now: datetime) -> Run:
    """Curate articles, each with the number of the axis that its subject lies on; sections lie on 0, 1 and so on."""

    def call(
        articles: Sequence[tuple[Article, int]],
        sections: Sequence[SectionSettings] = SECTIONS,
        sources: Sequence[SourceSettings] = (),
        **settings: object,
    ) -> Curated:
        vectors = {
            article.content_hash: _ALIKE * AXES[axis] + (1 - _ALIKE**2) ** 0.5 * AXES[10 + place]
            for place, (article, axis) in enumerate(articles)
        }
        return curate(
            [article for article, _ in articles],
            vectors,
            CurateSettings.model_validate({"diversity": 0.0, "per_source": 100, **settings}),
            sources,
            now=now,
            sections=sections,
            section_vectors=AXES[: len(sections)],
        )

    return call


def _shown(curated: Curated) -> dict[str, list[str]]:
    return {section.title: [story.lead.title for story in section.stories] for section in curated.sections}


def _news(article: Make, count: int) -> list[tuple[Article, int]]:
    """Stories like no other, the first the newest."""
    return [(article(f"Story {n} {prose(n, 4)}", prose(50 + n, 90), hours=n + 1), 3) for n in range(count)]


def test_a_story_stands_under_the_description_that_it_fits(article: Make, run: Run) -> None:
    owls, wind, cup = (article(title, prose(n, 90)) for n, title in enumerate(("Owls", "Wind", "Cup")))
    shown = _shown(run([(owls, 1), (wind, 0), (cup, 3)]))
    assert shown == {"Energy": ["Wind"], "Nature": ["Owls"], "More stories": ["Cup"]}
    assert list(shown) == ["Energy", "Nature", "More stories"]


def test_the_section_of_a_source_goes_before_any_description(article: Make, source: MakeSource, run: Run) -> None:
    sources = [source("Gazette", section="Town")]
    assert _shown(run([(article("Owls", prose(1, 90)), 1)], sources=sources)) == {"Town": ["Owls"]}


def test_sections_of_sources_that_are_not_described_follow_in_their_order(
    article: Make, source: MakeSource, run: Run
) -> None:
    sources = [source("A", section="Town"), source("B", section="Nature"), source("C")]
    articles = [(article(f"By {name}", prose(n, 90), source=name), 3) for n, name in enumerate("ABC")]
    assert list(_shown(run(articles, sources=sources))) == ["Nature", "Town", "More stories"]


def test_a_section_holds_no_more_than_its_limit_and_the_rest_says_so(article: Make, run: Run) -> None:
    sections = [SectionSettings(title="Energy", about="wind", limit=2)]
    articles = [(article(f"Wind {prose(n, 4)}", prose(70 + n, 90), hours=n + 1), 0) for n in range(4)]
    curated = run(articles, sections)
    assert [len(section.stories) for section in curated.sections] == [2]
    assert [skipped.reason for skipped in curated.skipped] == ["already 2 in “Energy”"] * 2


def test_the_best_stand_on_top_and_the_last_in_brief(article: Make, run: Run) -> None:
    news = _news(article, 9)
    curated = run(news, [], must_read=2, limit=5, in_brief=3)
    titles = [one.title for one, _ in news]
    assert _shown(curated) == {"Must read": titles[:2], "": titles[2:5], "In brief": titles[5:8]}
    assert [section.brief for section in curated.sections] == [False, False, True]
    assert [skipped.reason for skipped in curated.skipped] == ["over the limit of 8"]


def test_an_issue_of_no_more_than_that_is_not_all_must_read(article: Make, run: Run) -> None:
    assert list(_shown(run(_news(article, 2), [], must_read=2))) == [""]


def test_thirty_stories_stand_once_each(article: Make, run: Run) -> None:
    news = _news(article, 30)
    shown = _shown(run(news, must_read=3, limit=12, in_brief=18))
    assert [len(titles) for titles in shown.values()] == [3, 9, 18]
    assert sorted(title for titles in shown.values() for title in titles) == sorted(one.title for one, _ in news)
