from collections.abc import Callable

import numpy as np
import pytest

from digest.curate.cluster import group_stories
from digest.model import Article

Make = Callable[..., Article]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Lecture 111: The ferry sails", "Lecture 112: The ferry sails"),
        ("The Harbour Review, Vol. 22, No. 3", "The Harbour Review, Vol. 22, No. 4"),
        ("Building a ferry, part one", "Building a ferry, part two"),
        ("Ferry letter #7", "Ferry letter #8"),
        ("Lecture 121: Ferries, part two", "Lecture 106: Ferries"),
    ],
)
def test_installments_of_a_series_are_never_one_story(first: str, second: str, article: Make) -> None:
    articles = [article(first), article(second)]
    same = {one.content_hash: np.array([1.0, 0.0], dtype=np.float32) for one in articles}
    assert group_stories(articles, same) == [[0], [1]]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Fire kills 11 at the ferry pier", "Fire kills 12 at the ferry pier"),
        ("Ferry fire, day 2: divers search", "Ferry fire, day 2: more divers"),
    ],
)
def test_other_numbers_in_titles_count_no_series(first: str, second: str, article: Make) -> None:
    articles = [article(first), article(second)]
    same = {one.content_hash: np.array([1.0, 0.0], dtype=np.float32) for one in articles}
    assert group_stories(articles, same) == [[0, 1]]


def test_two_sources_that_count_alike_may_tell_one_event(article: Make) -> None:
    articles = [article("Ferry trial, day 2", source="A"), article("Ferry trial, day 3", source="B")]
    same = {one.content_hash: np.array([1.0, 0.0], dtype=np.float32) for one in articles}
    assert group_stories(articles, same) == [[0, 1]]
