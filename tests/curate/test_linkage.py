"""How alike is alike enough: two alone, groups, and what the tree of groups is cut by."""

from collections.abc import Callable
from itertools import combinations, product

import pytest

from digest.curate import cluster
from digest.curate.cluster import stories_among
from digest.model import Article
from tests.curate.alike import headlines, made_alike

Make = Callable[..., Article]


def _one(group: range, alike: float = 0.45) -> dict[tuple[int, int], float]:
    return dict.fromkeys(combinations(group, 2), alike)


def _between(first: range, second: range, alike: float) -> dict[tuple[int, int], float]:
    return dict.fromkeys(product(first, second), alike)


@pytest.mark.parametrize(
    ("left", "right", "apart", "together"),
    [(1, 1, 0.31, 0.33), (1, 2, 0.20, 0.215), (1, 3, 0.18, 0.195), (4, 4, 0.16, 0.18)],
    ids=["two alone", "one and two", "one and three", "four and four"],
)
def test_the_more_pairs_speak_for_it_the_less_alike_each_must_be(
    left: int, right: int, apart: float, together: float, article: Make
) -> None:
    first, second = range(left), range(left, left + right)
    articles = headlines(article, left + right)
    within = {**_one(first), **_one(second)}
    found = [
        stories_among(made_alike(articles, {**within, **_between(first, second, alike)})) for alike in (apart, together)
    ]
    assert found == [[[*first], [*second]], [[*first, *second]]]


def test_pairs_that_are_no_stories_are_one_where_all_four_are_alike(article: Make) -> None:
    """What two alone do not reach, four of a kind do: the highest branching that holds decides."""
    four = made_alike(headlines(article, 4), {(0, 1): 0.26, (2, 3): 0.26}, else_alike=0.24)
    assert stories_among(four) == [[0, 1, 2, 3]]
    pairs = made_alike(headlines(article, 4), {(0, 1): 0.26, (2, 3): 0.26}, else_alike=0.12)
    assert stories_among(pairs) == [[0], [1], [2], [3]]


def test_what_was_told_before_raises_no_bar(article: Make) -> None:
    articles = headlines(article, 402)
    assert stories_among(made_alike(articles, {(400, 401): 0.34}, earlier=400), 400) == [[400, 401]]


def test_articles_that_are_compared_in_several_goes_are_the_same_stories(
    article: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    alike = made_alike(headlines(article, 9), {(0, 8): 0.4, (3, 7): 0.4, (4, 5): 0.4, (4, 8): 0.1})
    expected = [[0, 8], [1], [2], [3, 7], [4, 5], [6]]
    assert stories_among(alike) == expected
    monkeypatch.setattr(cluster, "_BLOCK", 2)
    assert stories_among(alike) == expected
