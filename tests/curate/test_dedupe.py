import itertools
from collections.abc import Callable

import pytest

from digest.curate.dedupe import copies, near_duplicates
from digest.model import Article
from tests.curate.prose import prose

Make = Callable[..., Article]


def _edited(kind: str, seed: int) -> str:
    words = prose(seed, 300).split()
    return {
        "furniture": " ".join([prose(9000 + seed, 40), *words, prose(9500 + seed, 40)]),
        "cut to 60%": " ".join(words[:180]),
        "cut to 30%": " ".join(words[:90]),
        "new lead": " ".join([prose(9900 + seed, 60), *words[60:]]),
    }[kind]


@pytest.mark.parametrize("kind", ["furniture", "cut to 60%", "cut to 30%", "new lead"])
def test_an_edited_copy_is_found_and_nothing_else(kind: str) -> None:
    originals = [prose(seed, 300) for seed in range(20)]
    texts = originals + [_edited(kind, seed) for seed in range(20)]
    pairs = near_duplicates(texts, [str(place) for place in range(40)])
    assert pairs == [(seed, seed + 20) for seed in range(20)]


def test_the_preferred_article_stands_for_its_copies(article: Make) -> None:
    text = prose(1, 200)
    assert copies([article("A", text), article("B", text, source="Post"), article("C", prose(2, 200))]) == [0, 0, 2]


def test_two_texts_are_not_joined_by_a_third_that_holds_half_of_each(article: Make) -> None:
    first, second = prose(1, 200), prose(2, 200)
    bridge = " ".join(first.split()[:120] + second.split()[:120])
    found = copies([article("First", first), article("Second", second), article("Bridge", bridge)])
    assert found[:2] == [0, 1]


def test_a_round_up_is_no_copy_of_what_it_quotes(article: Make) -> None:
    items = [prose(seed, 100) for seed in range(10)]
    found = copies([article("Round-up", " ".join(items)), *(article(f"Item {k}", t) for k, t in enumerate(items))])
    assert found == list(range(11))


def test_what_a_source_puts_under_every_article_makes_no_copies(article: Make) -> None:
    furniture = prose(77, 200)
    articles = [article(f"Brief {seed}", f"{prose(seed, 60)}\n{furniture}") for seed in range(6)]
    assert copies(articles) == list(range(6))


def test_headlines_that_share_a_phrase_are_no_copies() -> None:
    texts = [
        "Central bank raises interest rates for third time this year",
        "Central bank raises interest in coins with birds on them",
    ]
    assert near_duplicates(texts, ["A", "B"]) == []


def test_scripts_without_spaces_are_compared_too() -> None:
    text = "昨日の朝、新しい電気フェリーが島へ向けて出航した。港には多くの住民が集まり、船の出発を見守った。"
    other = "市立図書館は来月から夜九時まで開館する。利用者の要望に応えたもので、費用は寄付でまかなわれる。"
    assert near_duplicates([text, text[:30], other], ["A", "B", "C"]) == [(0, 1)]


def test_empty_texts_and_no_texts_have_no_pairs() -> None:
    assert near_duplicates([], []) == []
    assert near_duplicates(["", "", "..."], ["A", "B", "C"]) == []


def test_a_phrase_common_to_every_text_costs_nothing_and_joins_nothing() -> None:
    phrase = "all rights reserved by the publisher of this page and its partners"
    texts = [f"{prose(seed, 80)} {phrase}" for seed in range(300)]
    assert near_duplicates(texts, [str(seed) for seed in range(300)]) == []


def test_what_a_source_puts_under_the_articles_of_others_makes_no_copies(article: Make) -> None:
    furniture = prose(7, 60)
    gathered = [
        article(f"Post {n}", f"{prose(100 + n, 30)} {furniture}", source="Planet", publisher=f"Blog {n}")
        for n in range(6)
    ]
    assert copies(gathered) == [*range(6)]


def test_pairs_come_in_order() -> None:
    text = prose(4, 120)
    assert near_duplicates([text] * 4, list("ABCD")) == list(itertools.combinations(range(4), 2))
