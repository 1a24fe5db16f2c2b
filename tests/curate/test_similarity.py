from collections.abc import Callable
from itertools import product

import numpy as np
import pytest

from digest.curate.similarity import Similarity
from digest.model import Article
from tests.curate.alike import headlines, made_alike, words

Make = Callable[..., Article]


def _leads(article: Make, number: int) -> list[Article]:
    return [article(words(4), words(40), source=f"outlet {place}") for place in range(number)]


def _of(similarity: Similarity, first: int = 0, second: int = 1) -> float:
    return float(similarity.between(np.array([first]), np.array([second]))[0, 0])


@pytest.mark.parametrize(("alike", "found"), [(0.30, 0.0), (0.40, 0.17), (0.45, 0.32), (0.49, 0.44)])
def test_leads_part_at_less_of_a_difference_than_headlines(alike: float, found: float, article: Make) -> None:
    assert _of(made_alike(_leads(article, 2), {(0, 1): alike})) == pytest.approx(found, abs=0.001)
    assert _of(made_alike(headlines(article, 2), {(0, 1): alike})) == pytest.approx(alike, abs=0.001)


def test_a_headline_and_a_lead_are_measured_between_the_two(article: Make) -> None:
    pair = [article(words(4), source="A"), article(words(4), words(32), source="B")]  # 20 terms on average
    assert _of(made_alike(pair, {(0, 1): 0.40})) == pytest.approx((0.40 + 0.17) / 2, abs=0.001)


def test_nothing_is_more_alike_than_the_same(article: Make) -> None:
    text = words(40)
    same = [article(text.split()[0], text, source=name) for name in "AB"]
    similarity = Similarity(same, {})
    assert _of(similarity) == 1.0
    assert _of(made_alike(_leads(article, 2), {})) == 0.0


@pytest.mark.parametrize("least", [0.05, 0.2, 0.4, 0.55, 0.75, 0.95])
def test_pairs_are_those_that_are_so_alike(least: float, article: Make) -> None:
    """Also where leads count as more alike than they are; with words in common and without, of few outlets."""
    texts = [words(30) for _ in range(4)]
    articles = [
        article(f"{words(2)} {a[:40]}", f"{a} {b[: 10 * k]}" if k % 3 else "", source=f"outlet {k % 5}", hours=30 * k)
        for k, (a, b) in enumerate(product(texts, texts))
    ]
    rows = np.arange(len(articles))
    similarity = Similarity(articles, {})
    row, column = similarity.pairs(rows[3:], rows, least)
    expected = np.argwhere(similarity.between(rows[3:], rows) >= least)
    assert sorted(zip(row.tolist(), column.tolist(), strict=True)) == sorted(map(tuple, expected.tolist()))


def test_one_outlet_is_told_by_its_name_in_any_letter_case(article: Make) -> None:
    def alike(first: str, second: str) -> float:
        pair = [article(words(4), source="Planet", publisher=name) for name in (first, second)]
        return _of(made_alike(pair, {(0, 1): 0.45}))

    assert alike("The Wire", "THE WIRE") == alike("The Wire", "The Wire") == pytest.approx(0.15, abs=0.001)
    assert alike("The Wire", "The Wave") == pytest.approx(0.45, abs=0.001)


def test_what_an_outlet_says_later_is_hardly_less_alike(article: Make) -> None:
    pair = [article(words(4), source="Gazette") for _ in range(2)]
    assert _of(made_alike(pair, {(0, 1): 0.40}, earlier=1)) == pytest.approx(0.35, abs=0.001)
    assert _of(made_alike(pair, {(0, 1): 0.40})) == pytest.approx(0.10, abs=0.001)


def test_common_words_of_the_language_speak_less_than_rare_ones(article: Make) -> None:
    titles = ["market herring", "market saddle", "lantern herring"]
    articles = [article(title, source=title) for title in titles]
    rarity = {"market": 0.1, "herring": 1.0}
    similarity = Similarity(articles, {}, rarity)
    assert _of(similarity, 0, 2) > 3 * _of(similarity, 0, 1) > 0
    assert _of(Similarity(articles, {}), 0, 2) == pytest.approx(_of(Similarity(articles, {}), 0, 1))


def test_titles_of_common_words_alone_can_be_the_same(article: Make) -> None:
    pair = [article("market market", source=name) for name in "AB"]
    assert _of(Similarity(pair, {}, {"market": 0.0})) == pytest.approx(1.0)
