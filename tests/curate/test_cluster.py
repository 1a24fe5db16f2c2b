import itertools
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from digest.curate import cluster
from digest.curate.cluster import group_stories, threshold_for
from digest.model import Article
from tests.curate.prose import prose

Make = Callable[..., Article]

FERRY = [
    "Electric ferry to Tarn Island sails after two years of delays",
    "Tarn Island electric ferry carries its first passengers",
    "First sailing for Tarn Island's electric ferry",
]
LIBRARY = ["Library in Pellworth stays open until nine", "Pellworth library will stay open in the evening"]
OWLS = ["Microphones count owls in Harrow Wood"]


def _vectors(articles: list[Article], rows: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    return dict(zip((a.content_hash for a in articles), rows, strict=True))


def _titles(articles: list[Article], groups: list[list[int]]) -> list[set[str]]:
    return [{articles[place].title for place in group} for group in groups]


def test_headlines_of_one_event_are_one_story_without_any_vector(article: Make) -> None:
    articles = [article(title, source=f"s{k}") for k, title in enumerate([*FERRY, *LIBRARY, *OWLS])]
    assert _titles(articles, group_stories(articles, {})) == [set(FERRY), set(LIBRARY), set(OWLS)]


def test_vectors_tell_one_event_in_different_words(article: Make) -> None:
    articles = [
        article("Battery ship begins island service", source="A"),
        article("No more diesel on the sound crossing", source="B"),
        article("Owls counted by machine", source="C"),
    ]
    vectors = _vectors(articles, np.eye(3, dtype=np.float32)[[0, 0, 1]])
    assert group_stories(articles, vectors) == [[0, 1], [2]]
    assert group_stories(articles, {}) == [[0], [1], [2]]


def test_two_long_leads_on_one_subject_stay_apart(article: Make) -> None:
    articles = [
        article(
            "Northland raises its interest rate to four per cent",
            "The central bank of Northland raised its interest rate on Tuesday, the third step in a year. Governor Ada "
            "Krull pointed to food and rents, which cost nine per cent more than last winter, and did not rule out "
            "another step in spring. Owners of houses with short mortgages will notice first.",
            source="A",
        ),
        article(
            "Westmark unexpectedly cuts rates as factories close",
            "Borrowing becomes cheaper in Westmark. After four factories closed within a month, its central bank "
            "lowered the interest rate by half a point, to the surprise of most economists. Savers will lose by it, "
            "said Ben Osei of the Oak Institute, and exporters were not the ones who had asked for help.",
            source="B",
        ),
    ]
    one_subject = np.zeros((2, 384), dtype=np.float32)
    one_subject[0, 0], one_subject[1, :2] = 1.0, (0.7, 0.51**0.5)
    assert group_stories(articles, _vectors(articles, one_subject)) == [[0], [1]]
    headlines = [article(a.title, source=a.source) for a in articles]
    assert group_stories(headlines, _vectors(headlines, one_subject)) == [[0, 1]]


def test_a_source_of_one_subject_needs_more_than_its_subject_to_be_one_story(article: Make) -> None:
    """Games, each like any other; in general news the same likeness joins."""
    axes = np.eye(30, dtype=np.float32)
    titles = [f"Lantern regatta results {prose(k, 1)}" for k in range(1, 9)]
    alike = np.stack([0.9 * axes[0] + 0.19**0.5 * axes[k] for k in range(1, 9)])
    games = [article(title, source="Games") for title in titles]
    assert len(group_stories(games, _vectors(games, alike))) == 8
    news = [article(title if k < 2 else prose(k, 4), source="News") for k, title in enumerate(titles)]
    apart = np.stack([alike[k] if k < 2 else axes[k + 1] for k in range(8)])
    assert group_stories(news, _vectors(news, apart))[0] == [0, 1]


def test_two_of_one_outlet_are_two_stories_where_two_of_two_outlets_would_be_one(article: Make) -> None:
    """An outlet tells an event once; whom a feed gathers from are outlets of their own."""
    titles = ["Concrete barges built in Scarth", "Concrete ships built in Dunmoor"]
    one = [article(title, source="Slipway") for title in titles]
    assert group_stories(one, {}) == [[0], [1]]
    gathered = [replace(a, publisher=name) for a, name in zip(one, ("Slipway", "Tide & Table"), strict=True)]
    assert group_stories(gathered, {}) == [[0, 1]]


def test_what_would_not_join_two_articles_joins_one_with_many(article: Make) -> None:
    """One pair may be alike by chance; that one is alike to each of several, less so."""
    axes = np.eye(9, dtype=np.float32)
    several = np.stack([0.9 * axes[0] + 0.19**0.5 * axes[k] for k in range(1, 6)])
    other = 0.6 * axes[0] + 0.8 * axes[6]  # alike to each of them: 0.27
    articles = [article(prose(k, 4), source=f"s{k}") for k in range(1, 7)]
    vectors = _vectors(articles, np.stack([*several, other]))
    assert group_stories(articles, vectors) == [[0, 1, 2, 3, 4, 5]]
    two = [articles[0], articles[5]]
    assert group_stories(two, vectors) == [[0], [1]]


def test_what_is_weeks_apart_is_not_one_story(article: Make) -> None:
    title = "Ferry to Tarn Island cancelled because of fog"
    articles = [article(title, source="A"), article(title, source="B", hours=24 * 20), article(title, source="C")]
    assert group_stories(articles, {}) == [[0, 2], [1]]


def test_more_articles_call_for_more_likeness() -> None:
    assert threshold_for(1) == threshold_for(80) < threshold_for(160) < threshold_for(6000) < 0.5
    assert threshold_for(160) - threshold_for(80) == pytest.approx(threshold_for(6000) - threshold_for(3000))


def test_the_order_of_articles_does_not_change_the_stories(article: Make) -> None:
    articles = [article(title, source=f"s{k}") for k, title in enumerate([*FERRY, *LIBRARY, *OWLS])]
    expected = sorted(map(sorted, _titles(articles, group_stories(articles, {}))))
    for order in itertools.islice(itertools.permutations(articles), 0, 720, 97):
        shuffled = list(order)
        assert sorted(map(sorted, _titles(shuffled, group_stories(shuffled, {})))) == expected


def test_a_day_too_large_to_link_at_once_is_cut_where_likeness_is_least(
    article: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = ["Orsel", "Pellworth", "Hollin", "Greave", "Scarth", "Dunmoor"]
    subjects = ["council election", "hospital fire", "eel census", "bakery strike", "rowing final", "choir festival"]
    titles = [f"{subject} {place}" for subject, place in zip(subjects, places, strict=True)]
    links = [f"{place} {subject}" for place, subject in zip(places, subjects[1:], strict=False)]
    chain = [article(title, source=f"s{k}") for k, title in enumerate([*titles, *links])]
    twins = [article("Orsel harbour museum reopens", source=name) for name in "AB"]
    monkeypatch.setattr(cluster, "_LARGEST_PIECE", 2)
    groups = group_stories([*chain, *twins], {})
    assert sorted(place for group in groups for place in group) == list(range(len(chain) + 2))
    assert max(map(len, groups)) == 2
    assert [len(chain), len(chain) + 1] in groups


def test_articles_more_alike_than_one_by_rounding_are_one_story(article: Make) -> None:
    articles = [article(f"Tarn Island ferry sails at last{'!' * n}", source=f"s{n}") for n in range(6)]
    vectors = _vectors(articles, np.full((6, 3), 0.57735033, dtype=np.float32))
    assert float(vectors[articles[0].content_hash] @ vectors[articles[0].content_hash]) > 1
    assert group_stories(articles, vectors) == [list(range(6))]


def test_none_and_one_article(article: Make) -> None:
    assert group_stories([], {}) == []
    assert group_stories([article("Alone")], {}) == [[0]]


def test_articles_without_a_single_word_are_stories_of_their_own(article: Make) -> None:
    assert group_stories([article("!"), article("?"), article("…")], {}) == [[0], [1], [2]]
