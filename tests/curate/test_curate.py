import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from digest.config import CurateSettings, SourceSettings
from digest.curate import curate
from digest.model import Article, Curated
from tests.curate.prose import prose

Make = Callable[..., Article]
Run = Callable[..., Curated]


@pytest.fixture
def run(now: datetime) -> Run:
    def call(articles: Sequence[Article], sources: Sequence[SourceSettings] = (), **settings: object) -> Curated:
        wanted = CurateSettings.model_validate({"since": timedelta(days=7), **settings})
        return curate(articles, {}, wanted, sources, now=now)

    return call


def _shown(curated: Curated) -> dict[str, list[str]]:
    return {section.title: [story.lead.title for story in section.stories] for section in curated.sections}


def _many(article: Make, source: str, count: int) -> list[Article]:
    seeds = [sum(map(ord, source)) * 1000 + place for place in range(count)]
    return [
        article(f"{source} {prose(seed, 5)}", prose(seed, 120), source=source, hours=place)
        for place, seed in enumerate(seeds)
    ]


def test_nothing_in_nothing_out(run: Run) -> None:
    assert run([]) == Curated(sections=(), skipped=())


def test_the_limit_holds_and_what_is_over_it_is_told(article: Make, run: Run) -> None:
    curated = run(_many(article, "A", 8), limit=5, per_source=8)
    assert len(_shown(curated)[""]) == 5
    assert [skip.reason for skip in curated.skipped] == ["over the limit of 5"] * 3
    assert {skip.stage for skip in curated.skipped} == {"curate"}


def test_no_source_floods_while_others_have_something(article: Make, run: Run) -> None:
    articles = _many(article, "Loud", 20) + _many(article, "Calm", 3) + _many(article, "Rare", 1)
    curated = run(articles, limit=6, per_source=2)
    told = [story.lead.source for section in curated.sections for story in section.stories]
    assert sorted(told) == ["Calm", "Calm", "Loud", "Loud", "Rare"]
    assert "already 2 from Loud" in {skip.reason for skip in curated.skipped}


def test_a_reader_with_one_source_still_gets_a_full_issue(article: Make, run: Run) -> None:
    curated = run(_many(article, "Only", 20), limit=12, per_source=4)
    assert len(_shown(curated)[""]) == 12


def test_a_source_that_gathers_from_many_is_one_source_for_the_cap(article: Make, run: Run) -> None:
    gathered = [
        article(f"By {n} {prose(n, 5)}", prose(n, 120), source="Planet", publisher=f"Blog {n}") for n in range(6)
    ]
    curated = run([*gathered, *_many(article, "A", 6)], limit=6, per_source=1)  # half of the issue each
    told = [story.lead.source for section in curated.sections for story in section.stories]
    assert sorted(told) == ["A"] * 3 + ["Planet"] * 3


def test_sections_stand_in_the_order_of_the_configuration(
    article: Make, source: Callable[..., SourceSettings], run: Run
) -> None:
    sources = [source("A", section="World"), source("B"), source("C", section="Science"), source("D", section="World")]
    articles = [a for name in "DCBA" for a in _many(article, name, 1)]
    shown = _shown(run(articles, sources))
    assert list(shown) == ["World", "", "Science"]
    assert [title[0] for title in shown["World"]] != []
    assert sorted(title[0] for title in shown["World"]) == ["A", "D"]


def test_a_heading_without_a_story_is_left_out(article: Make, source: Callable[..., SourceSettings], run: Run) -> None:
    sources = [source("A", section="World"), source("B", section="Science")]
    assert list(_shown(run(_many(article, "B", 2), sources))) == ["Science"]


def test_the_same_text_in_two_outlets_is_one_story_with_both(article: Make, run: Run) -> None:
    text = prose(5, 200)
    curated = run([article("Ferry sails", text, source="A"), article("A new ferry", text, source="B", hours=6)])
    ((story,),) = [section.stories for section in curated.sections]
    assert {a.source for a in (story.lead, *story.also)} == {"A", "B"}
    assert "2 outlets" in story.reasons
    assert curated.skipped == ()


def test_one_text_by_two_publishers_of_one_source_is_a_story_of_two_outlets(article: Make, run: Run) -> None:
    text = prose(5, 200)
    curated = run([article("Ferry sails", text, source="Planet", publisher=name) for name in ("Slipway", "Tide")])
    ((story,),) = [section.stories for section in curated.sections]
    assert (len(story.also), "2 outlets" in story.reasons, curated.skipped) == (1, True, ())


def test_one_text_by_one_publisher_in_two_sources_is_shown_once(article: Make, run: Run) -> None:
    text = prose(5, 200)
    own = article("Ferry sails", text, source="The Wire")
    gathered = article("Ferry sails", text, source="Planet", publisher="THE WIRE", hours=2)
    curated = run([own, gathered])
    ((story,),) = [section.stories for section in curated.sections]
    assert (story.lead, story.also) == (own, ())
    assert [skip.reason for skip in curated.skipped] == ["the same text as “Ferry sails”"]


def test_limits_weights_and_sections_go_by_source_whoever_published_it(
    article: Make, source: Callable[..., SourceSettings], run: Run
) -> None:
    gathered = [
        article(f"By {n} {prose(n, 5)}", prose(n, 120), source="Planet", publisher=f"Blog {n}", hours=n + 1)
        for n in range(4)
    ]
    others = [a for name in "AB" for a in _many(article, name, 1)]
    sources = [source("Planet", section="Blogs", weight=3.0), source("A"), source("B")]
    curated = run([*gathered, *others], sources, limit=4, per_source=2)
    shown = _shown(curated)
    assert [len(shown["Blogs"]), sum(map(len, shown.values()))] == [2, 4]
    assert [skip.reason for skip in curated.skipped] == ["already 2 from Planet"] * 2
    assert "source counts 3 times" in curated.sections[0].stories[0].reasons


def test_the_same_text_twice_in_one_source_is_shown_once_with_a_reason(article: Make, run: Run) -> None:
    text = prose(5, 200)
    first, second = article("Ferry sails", text, hours=9), article("Ferry sails (updated)", text, hours=2)
    curated = run([first, second])
    assert _shown(curated) == {"": ["Ferry sails"]}
    ((story,),) = [section.stories for section in curated.sections]
    assert story.also == ()
    assert [(skip.ref, skip.reason) for skip in curated.skipped] == [(second.url, "the same text as “Ferry sails”")]


@pytest.mark.parametrize(("length", "repeats"), [(24, 0), (25, 1)])
def test_what_a_source_repeats_in_a_line_costs_the_reader_nothing(
    length: int, repeats: int, article: Make, run: Run
) -> None:
    text = prose(5, length)
    assert len(run([article("Ferry sails", text), article("Ferry sails", text + "!")]).skipped) == repeats


def test_one_line_that_a_feed_says_again_weeks_later_is_another_story(article: Make, run: Run) -> None:
    def stories(*days: int) -> int:
        again = [article("Open thread for the harbour", hours=24 * day) for day in days]
        distinct = [
            replace(one, id=str(day), url=f"https://example.org/{day}") for day, one in zip(days, again, strict=True)
        ]
        return sum(len(section.stories) for section in run(distinct).sections)

    assert (stories(0, 1), stories(0, 20), stories(0, 20, 40)) == (1, 2, 3)


def test_headlines_of_one_event_in_one_feed_are_one_story_that_names_them_all(article: Make, run: Run) -> None:
    titles = [
        "Tarn Island ferry sails at last",
        "Ferry to Tarn Island sails at last",
        "At last: Tarn Island ferry sails",
    ]
    curated = run([article(title, hours=place) for place, title in enumerate(titles)])
    ((story,),) = [section.stories for section in curated.sections]
    assert {a.title for a in (story.lead, *story.also)} == set(titles)


def test_every_article_is_in_or_has_a_reason(article: Make, run: Run) -> None:
    text = prose(8, 150)
    articles = [
        *_many(article, "A", 9),
        *_many(article, "B", 9),
        *(article(f"Copy {n}", text, source=n) for n in "ABC"),
        article("Copy again", text, source="A"),
    ]
    curated = run(articles, limit=4, per_source=2)
    shown = {a.url for section in curated.sections for story in section.stories for a in (story.lead, *story.also)}
    skipped = [skip.ref for skip in curated.skipped]
    assert len(skipped) == len(set(skipped))
    assert shown | set(skipped) == {a.url for a in articles}
    assert not shown & set(skipped)


def test_an_article_without_address_is_told_by_its_title(article: Make, run: Run) -> None:
    curated = run([article("New", prose(1, 90)), article("Old", prose(2, 90), hours=99, url=None)], limit=1)
    assert [skip.ref for skip in curated.skipped] == ["Old"]


def test_the_order_in_which_articles_come_changes_nothing(article: Make, run: Run) -> None:
    articles = _many(article, "A", 12) + _many(article, "B", 12)
    expected = run(articles, limit=9, per_source=5)
    for seed in range(4):
        shuffled = random.Random(seed).sample(articles, len(articles))
        assert run(shuffled, limit=9, per_source=5) == expected


def test_no_entry_is_without_a_reason(article: Make, run: Run) -> None:
    curated = run([*_many(article, "A", 5), article("Undated", prose(3, 90), hours=None)])
    assert all(story.reasons for section in curated.sections for story in section.stories)
