from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np
import pytest

from digest.curate.lead import lead_first
from digest.curate.rank import Ranking, rank
from digest.model import Article, Reason, Story
from tests.curate.prose import prose

Make = Callable[..., Article]
Score = Callable[..., list[Story]]


@pytest.fixture
def score(now: datetime) -> Score:
    def run(
        *groups: list[Article], interests: tuple[str, ...] = (), weights: dict[str, float] | None = None
    ) -> list[Story]:
        ranking = Ranking(
            now=now, since=timedelta(days=7), interests=interests, interest_vectors=None, weights=weights or {}
        )
        return rank(groups, {}, ranking)

    return run


def _titles(stories: list[Story]) -> list[str]:
    return [story.lead.title for story in stories]


def test_newer_comes_first_and_says_how_old_it_is(article: Make, score: Score) -> None:
    text = prose(1, 100)
    stories = score([article("Old", text, hours=80)], [article("New", text, hours=2)], [article("Mid", text, hours=30)])
    assert _titles(stories) == ["New", "Mid", "Old"]
    assert [story.reasons for story in stories] == [("new today",), ("1 day old",), ("3 days old",)]


def test_an_article_without_a_date_is_never_as_good_as_new(article: Make, score: Score) -> None:
    text = prose(1, 100)
    stories = score([article("Undated", text, hours=None)], [article("New", text, hours=20)])
    assert _titles(stories) == ["New", "Undated"]
    assert stories[1].reasons == ("no date given",)


def test_a_date_in_the_future_counts_as_now(article: Make, score: Score) -> None:
    (now_story,) = score([article("Now", prose(1, 100), hours=0)])
    (future,) = score([article("Future", prose(1, 100), hours=-40)])
    assert future.score == now_story.score


def test_what_several_outlets_tell_matters_more(article: Make, score: Score) -> None:
    text = prose(1, 100)
    wide = [article("Wide", text, source=name, hours=10) for name in "ABCD"]
    stories = score([article("Narrow", text, hours=5)], wide)
    assert _titles(stories) == ["Wide", "Narrow"]
    assert "4 outlets" in stories[0].reasons


def test_one_outlet_that_repeats_itself_is_one_outlet(article: Make, score: Score) -> None:
    (story,) = score([article("One", prose(1, 90)), article("Two", prose(2, 80))])
    assert "2 articles" in story.reasons
    assert not any("outlets" in reason for reason in story.reasons)


def test_outlets_are_counted_by_publisher_whatever_its_letter_case(article: Make, score: Score) -> None:
    gathered = [article(name, prose(1, 90), source="Planet", publisher=name) for name in ("Tide", "TIDE", "Slipway")]
    (story,) = score(gathered)
    assert "2 outlets" in story.reasons


def test_more_articles_of_as_many_outlets_matter_a_little_more(article: Make, score: Score) -> None:
    two = [article(f"Two {name}", prose(1, 90), source=name) for name in "AB"]
    three = [article(f"Three {k}", prose(2, 90), source=name) for k, name in enumerate("ABB")]
    four = [article(f"Four {name}", prose(3, 90), source=name, hours=7) for name in "ABCD"]
    assert [title.split()[0] for title in _titles(score(two, three, four))] == ["Four", "Three", "Two"]


@pytest.mark.parametrize(
    ("title", "text"),
    [("Battery Research in Orsel", ""), ("A new lab", f"{prose(1, 50)} battery\nresearch {prose(2, 40)}")],
)
def test_an_interest_is_found_in_title_and_text(title: str, text: str, article: Make, score: Score) -> None:
    stories = score([article("Other", prose(3, 90))], [article(title, text)], interests=("battery research",))
    assert stories[0].lead.title == title
    assert "matches 'battery research'" in stories[0].reasons


def test_an_interest_is_not_found_inside_other_words(article: Make, score: Score) -> None:
    (story,) = score([article("Artists start the party", prose(1, 80))], interests=("art",))
    assert not any("art" in reason for reason in story.reasons)


def test_an_interest_in_a_script_without_spaces_is_found(article: Make, score: Score) -> None:
    (story,) = score([article("新しい電池研究が始まる")], interests=("電池",))
    assert "matches '電池'" in story.reasons


def test_what_the_reader_does_not_want_sinks_below_everything(article: Make, score: Score) -> None:
    stories = score(
        [article("Football: Orsel wins the cup", prose(1, 100), hours=0)],
        [article("Older news", prose(2, 100), hours=150)],
        interests=("-football",),
    )
    assert _titles(stories) == ["Older news", "Football: Orsel wins the cup"]
    assert "less of 'football'" in stories[1].reasons


@pytest.mark.parametrize("empty", ["", "-", " - "])
def test_an_empty_interest_matches_nothing(empty: str, article: Make, score: Score) -> None:
    (story,) = score([article("Anything", prose(1, 80))], interests=(empty,))
    assert story.reasons == ("new today",)


def test_signs_in_an_interest_are_only_signs(article: Make, score: Score) -> None:
    (story,) = score([article("C++ turns forty", prose(1, 80))], interests=("C++", "(.*"))
    assert [reason for reason in story.reasons if "matches" in reason] == ["matches 'C++'"]


def test_an_interest_is_met_by_meaning_where_the_words_are_not_there(article: Make, now: datetime) -> None:
    near, far = article("Lithium cells that last", prose(1, 90)), article("Owls", prose(2, 90))
    axes = np.eye(2, dtype=np.float32)
    ranking = Ranking(
        now=now,
        since=timedelta(days=7),
        interests=("battery research",),
        interest_vectors=axes[:1],
        weights={},
    )
    stories = rank([[far], [near]], {near.content_hash: axes[0], far.content_hash: axes[1]}, ranking)
    assert _titles(stories) == ["Lithium cells that last", "Owls"]
    assert "matches 'battery research'" in stories[0].reasons
    assert stories[1].reasons == ("new today",)


@pytest.mark.parametrize(("alike", "points"), [(0.29, 0.0), (0.39, 0.5), (0.48, 1.0), (0.9, 1.0)])
def test_a_meaning_counts_from_where_it_is_well_alike(
    alike: float, points: float, article: Make, now: datetime
) -> None:
    one = article("Lithium cells that last", prose(1, 90))
    axes = np.eye(2, dtype=np.float32)
    ranking = Ranking(
        now=now, since=timedelta(days=7), interests=("battery research",), interest_vectors=axes[:1], weights={}
    )
    vector = alike * axes[0] + (1 - alike**2) ** 0.5 * axes[1]
    (story,) = rank([[one]], {one.content_hash: vector.astype(np.float32)}, ranking)
    found = [reason.points for reason in story.reasons if isinstance(reason, Reason) and "matches" in reason]
    assert sum(found) == pytest.approx(points, abs=0.001)


def test_a_heavy_source_rises_and_says_so(article: Make, score: Score) -> None:
    stories = score(
        [article("Light", prose(1, 100), source="A", hours=5)],
        [article("Heavy", prose(2, 100), source="B", hours=30)],
        weights={"B": 3.0},
    )
    assert _titles(stories) == ["Heavy", "Light"]
    assert "source counts 3 times" in stories[0].reasons


def test_equal_stories_have_one_order(article: Make, score: Score) -> None:
    groups = [[article(f"Story {k}", prose(k, 100))] for k in range(6)]
    assert _titles(score(*groups)) == _titles(score(*reversed(groups)))


def test_the_lead_is_from_the_heaviest_source_then_the_longest_then_the_first(article: Make) -> None:
    short = article("Short", prose(1, 50), source="A")
    long = article("Long", prose(2, 400), source="B")
    heavy = article("Heavy", prose(3, 50), source="C")
    later = article("Later", prose(4, 50), source="D", hours=1)
    found = lead_first([later, short, long, heavy], {"C": 2.0})
    assert [a.title for a in found] == ["Heavy", "Long", "Short", "Later"]


def test_what_a_heavy_source_gathered_leads_whoever_published_it(article: Make) -> None:
    plain = article("Plain", prose(1, 200), source="A")
    gathered = article("Gathered", prose(2, 100), source="Planet", publisher="Tide & Table")
    assert lead_first([plain, gathered], {"Planet": 2.0})[0] is gathered


def test_an_article_that_can_be_linked_to_leads(article: Make) -> None:
    local = article("Saved", prose(1, 300), url=None)
    linked = article("Online", prose(2, 100))
    assert lead_first([local, linked], {})[0] is linked


def test_the_score_is_the_sum_of_what_its_reasons_add(article: Make, score: Score) -> None:
    text = prose(1, 30)
    wide = [article("Owls in the wood", text, source=name, hours=10) for name in "AB"]
    (story,) = score(wide, interests=("owls", "-wood"), weights={"A": 2.0})
    assert [str(reason) for reason in story.reasons] == [
        "new today", "2 outlets", "matches 'owls'", "less of 'wood'", "only a few words", "source counts 2 times",
    ]  # fmt: skip
    points = [reason.points for reason in story.reasons if isinstance(reason, Reason)]
    assert len(points) == len(story.reasons)
    assert story.score == pytest.approx(sum(points))


def test_news_counts_half_after_its_half_life(article: Make, now: datetime) -> None:
    ranking = Ranking(
        now=now,
        since=timedelta(days=7),
        half_life=timedelta(hours=10),
        interests=(),
        interest_vectors=None,
        weights={},
    )
    fresh, half = rank(
        [[article("Half", prose(1, 90), hours=10)], [article("Fresh", prose(1, 90), hours=0)]], {}, ranking
    )
    assert (fresh.score, half.score) == (pytest.approx(1.0), pytest.approx(0.5))


def test_a_light_source_sinks_and_says_so(article: Make, score: Score) -> None:
    stories = score(
        [article("Light", prose(1, 100), source="A", hours=1)],
        [article("Plain", prose(2, 100), source="B", hours=20)],
        weights={"A": 0.5},
    )
    assert _titles(stories) == ["Plain", "Light"]
    assert "source counts only 0.5 times" in stories[1].reasons


@pytest.mark.parametrize(
    ("interest", "title"),
    [
        ("battery", "New batteries for old ships"),
        ("libraries", "The library stays open"),
        ("owl", "Owls counted"),
        ("tax rises", "A tax rise is near"),
        ("bus", "Buses run late"),
    ],
)
def test_an_interest_is_found_in_singular_and_plural(interest: str, title: str, article: Make, score: Score) -> None:
    (story,) = score([article(title, prose(1, 80))], interests=(interest,))
    assert f"matches '{interest}'" in story.reasons


def test_a_long_interest_is_cut_in_the_reason(article: Make, score: Score) -> None:
    line = "how towns on rivers get ready for floods that come more often than before"
    (story,) = score([article(line, prose(1, 80))], interests=(line,))
    assert story.reasons[1] == "matches 'how towns on rivers get ready for floods that come more oft…'"


def test_news_is_no_plural_of_new(article: Make, score: Score) -> None:
    groups = [article("A new mayor", prose(1, 80))], [article("News from Orle", prose(2, 80))]
    matching = [story.lead.title for story in score(*groups, interests=("news",)) if "matches 'news'" in story.reasons]
    assert matching == ["News from Orle"]
