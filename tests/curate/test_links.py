"""Which earlier issues a story is linked to: how alike it must be, alone and as a story of several."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import combinations

import pytest

from digest.curate import continuity
from digest.curate.continuity import continued, links_to_earlier, news_in
from digest.model import Article, Told
from tests.curate.alike import headlines, made_alike, words

Make = Callable[..., Article]


def _linked(article: Make, *alike: float) -> bool:
    """Whether a story of articles that are so alike to what was told is linked to it, and not to the other telling."""
    story = range(2, 2 + len(alike))
    articles = headlines(article, 2 + len(alike))
    pairs = dict.fromkeys(combinations(story, 2), 0.20)
    pairs |= {(0, place): each for place, each in zip(story, alike, strict=True)}
    (found,) = links_to_earlier(made_alike(articles, pairs, earlier=2), 2, [list(story)])
    assert found in ([], [0])
    return found == [0]


@pytest.mark.parametrize(("size", "apart", "linked"), [(1, 0.31, 0.33), (2, 0.26, 0.275), (4, 0.245, 0.26)])
def test_a_story_of_several_goes_on_from_what_it_is_less_alike(
    size: int, apart: float, linked: float, article: Make
) -> None:
    assert not _linked(article, *[apart] * size)
    assert _linked(article, *[linked] * size)


def test_what_the_articles_of_a_story_are_alike_on_average_decides(article: Make) -> None:
    assert not _linked(article, 0.40, 0.0, 0.0, 0.0)  # not the likest
    assert _linked(article, 0.40, 0.15)  # nor the least alike


def test_an_outlet_goes_on_from_what_it_said_in_an_earlier_issue(article: Make) -> None:
    pair = [article(words(4), source="Gazette") for _ in range(2)]
    assert links_to_earlier(made_alike(pair, {(0, 1): 0.40}, earlier=1), 1, [[1]]) == [[0]]
    assert links_to_earlier(made_alike(pair, {(0, 1): 0.35}, earlier=1), 1, [[1]]) == [[]]


def test_among_many_articles_a_link_calls_for_more_likeness(article: Make) -> None:
    def linked(count: int) -> list[int]:
        similarity = made_alike(headlines(article, count + 1), {(0, 1): 0.35}, earlier=1)
        return links_to_earlier(similarity, 1, [[place] for place in range(1, count + 1)])[0]

    assert (linked(2), linked(320)) == ([0], [])


def test_stories_that_are_compared_in_several_goes_have_the_same_links(
    article: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    similarity = made_alike(headlines(article, 8), {(0, 3): 0.4, (1, 7): 0.34, (2, 7): 0.34}, earlier=3)
    stories = [[3], [4, 5], [6], [7]]
    expected = [[0], [], [], [1, 2]]
    assert links_to_earlier(similarity, 3, stories) == expected
    monkeypatch.setattr(continuity, "_BLOCK", 2)
    assert links_to_earlier(similarity, 3, stories) == expected


def test_nothing_told_and_nothing_new_have_no_links(article: Make) -> None:
    articles = headlines(article, 2)
    assert links_to_earlier(made_alike(articles, {}), 0, [[0], [1]]) == [[], []]
    assert links_to_earlier(made_alike(articles, {}, earlier=2), 2, []) == []


@pytest.mark.parametrize(("new", "fresh"), [(4, False), (5, True)])
def test_an_article_is_a_development_from_nearly_half_of_news(
    new: int, fresh: bool, article: Make, now: datetime
) -> None:
    told_title, title = words(10).split(), words(10).split()
    before = Told(article=article(" ".join(told_title)), issue_id="week-3", number=3, when=now - timedelta(days=1))
    later = article(" ".join([*title[:new], *told_title[new:]]))
    found = continued([later], [before], {})
    assert (found.fresh, found.repeats) == (((later,), ()) if fresh else ((), (later,)))


def test_news_is_the_share_of_rare_words_that_were_not_said(article: Make) -> None:
    one = article("herring lantern saddle", "market market")
    assert news_in(one, {"herring"}, {}) == pytest.approx(3 / 4)
    assert news_in(one, {"herring"}, {"market": 0.0}) == pytest.approx(2.15 / 3.15)
    assert news_in(one, {"herring", "lantern", "saddle", "market"}, {}) == 0.0
    assert news_in(article("!"), set(), {}) == 0.0
