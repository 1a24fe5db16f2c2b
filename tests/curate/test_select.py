from collections.abc import Callable

import numpy as np
import pytest

from digest.config import CurateSettings
from digest.curate.select import select
from digest.model import Article, Story

Make = Callable[..., Article]


@pytest.fixture
def stories(article: Make) -> list[Story]:
    """Two on one subject that score best, and one on another."""
    titles = [("Rates rise in Northland", 1.0), ("Rates fall in Westmark", 0.9), ("Owls in Harrow Wood", 0.8)]
    return [Story(lead=article(title, source=title), score=score) for title, score in titles]


def _vectors(stories: list[Story], rows: list[list[float]]) -> dict[str, np.ndarray[tuple[int], np.dtype[np.float32]]]:
    made = np.array(rows, dtype=np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return {story.lead.content_hash: row for story, row in zip(stories, made, strict=True)}


def test_a_story_like_one_that_is_in_gives_way_to_another_subject(stories: list[Story]) -> None:
    vectors = _vectors(stories, [[1, 0], [0.9, 0.4], [0, 1]])
    settings = CurateSettings(limit=2, diversity=0.5)
    chosen, skipped = select(stories, settings, vectors=vectors)
    assert chosen == [0, 2]
    assert [one.reason for one in skipped] == ["over the limit of 2; it is like “Rates rise in Northland”, which is in"]


def test_without_diversity_the_score_alone_decides(stories: list[Story]) -> None:
    vectors = _vectors(stories, [[1, 0], [0.9, 0.4], [0, 1]])
    chosen, skipped = select(stories, CurateSettings(limit=2, diversity=0.0), vectors=vectors)
    assert chosen == [0, 1]
    assert [one.reason for one in skipped] == ["over the limit of 2"]


def test_stories_that_are_hardly_alike_lose_nothing(stories: list[Story]) -> None:
    vectors = _vectors(stories, [[1, 0], [0.3, 0.9], [0, 1]])
    assert select(stories, CurateSettings(limit=3, diversity=1.0), vectors=vectors)[0][:2] == [0, 1]


def test_what_is_left_out_says_its_score(stories: list[Story]) -> None:
    _, skipped = select(stories, CurateSettings(limit=1))
    assert [(one.title, one.score) for one in skipped] == [(s.lead.title, s.score) for s in stories[1:]]
