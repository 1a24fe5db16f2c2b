"""Articles are kept once, found by window, and known by any of their keys."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest.model import Article
from digest.store import Store, open_store
from digest.store.articles import Arrival, Window

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'store.db'}") as opened:
        yield opened


def article(number: int, **changes: object) -> Article:
    made = Article(
        id=f"id{number}", url=f"https://example.org/{number}", source="A source", title=f"Title {number}", author=None,
        published=NOW - timedelta(days=number), first_seen=NOW, language="en", text="One.\nTwo.", image=None, words=2,
        content_hash="0" * 64,
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def arrival(number: int, *keys: str, **changes: object) -> Arrival:
    return Arrival(keys=keys or (f"key{number}",), article=article(number, **changes))


def window(ref: str = "ref", *, days: int = 30, name: str = "A source") -> Window:
    return Window(ref=ref, name=name, start=NOW - timedelta(days=days))


def test_what_is_kept_comes_back_whole(store: Store) -> None:
    given = article(1, author="Ines", image="https://example.org/i.jpg", image_alt="A boat")
    assert store.articles.add("ref", [Arrival(keys=("k",), article=given)]) == [given]
    assert store.articles.candidates([window()]) == [given]
    assert store.articles.get(["id1", "nothing"]) == [replace(given, source="ref")]


def test_any_key_makes_an_article_known_and_brings_its_others(store: Store) -> None:
    store.articles.add("ref", [arrival(1, "a", "b")])
    assert store.articles.add("ref", [arrival(2, "b", "c")]) == []
    assert store.articles.add("ref", [arrival(3, "c", "d")]) == []
    assert store.articles.known("ref", ["a", "b", "c", "d", "e"]) == {"a", "b", "c", "d"}
    assert len(store.articles.candidates([window()])) == 1


def test_doubles_of_one_batch_are_kept_once(store: Store) -> None:
    assert [a.id for a in store.articles.add("ref", [arrival(1, "a"), arrival(2, "a"), arrival(3, "b")])] == [
        "id1",
        "id3",
    ]


def test_keys_alone_make_an_item_known_without_an_article(store: Store) -> None:
    store.articles.add("ref", [Arrival(keys=("a",))])
    assert store.articles.add("ref", [arrival(1, "a", "b")]) == []
    assert store.articles.candidates([window()]) == []


def test_what_one_source_noted_may_still_come_from_another(store: Store) -> None:
    """Of a new source only the latest items are kept: its archive says nothing of what others bring."""
    store.articles.add("archive", [Arrival(keys=("a", "b"))])
    assert store.articles.known("archive", ["a", "b", "c"]) == {"a", "b"}
    assert store.articles.known("ref", ["a", "b"]) == set()
    assert [article.id for article in store.articles.add("ref", [arrival(1, "a")])] == ["id1"]
    assert store.articles.known("archive", ["a"]) == {"a"}
    assert store.articles.add("archive", [arrival(2, "b")]) == []
    assert [article.id for article in store.articles.candidates([window()])] == ["id1"]


def test_what_one_source_noted_comes_from_another_in_the_same_batch(store: Store) -> None:
    first, second = store.articles.add_all([("archive", [Arrival(keys=("a",))]), ("ref", [arrival(1, "a")])])
    assert (first, [article.id for article in second]) == ([], ["id1"])


def test_candidates_are_newest_first_and_inside_their_windows(store: Store) -> None:
    store.articles.add("ref", [arrival(n) for n in (3, 1, 9)])
    store.articles.add("other", [arrival(2)])
    found = store.articles.candidates([window(days=5, name="Renamed"), window("other", days=1)])
    assert [(a.id, a.source) for a in found] == [("id1", "Renamed"), ("id3", "Renamed")]


def test_an_undated_article_counts_from_when_it_was_first_seen(store: Store) -> None:
    store.articles.add("ref", [arrival(1, published=None)])
    (found,) = store.articles.candidates([window(days=1)])
    assert (found.published, found.dated) == (None, NOW)


def test_more_keys_than_one_statement_holds(store: Store) -> None:
    many = [arrival(n) for n in range(1200)]
    assert len(store.articles.add("ref", many)) == 1200
    assert len(store.articles.known("ref", (f"key{n}" for n in range(2000)))) == 1200
    assert len(store.articles.get(f"id{n}" for n in range(1200))) == 1200


def test_a_batch_is_kept_whole_or_not_at_all(store: Store) -> None:
    broken = arrival(2, published=datetime(2026, 1, 1))
    with pytest.raises(Exception, match="without a zone"):
        store.articles.add("ref", [arrival(1), broken])
    assert store.articles.known("ref", ["key1"]) == set()


def test_several_sources_are_kept_in_one_transaction_and_answered_apart(store: Store) -> None:
    new = store.articles.add_all([("one", [arrival(1)]), ("two", [arrival(1), arrival(2)]), ("three", [])])
    assert [[article.id for article in found] for found in new] == [["id1"], ["id2"], []]
    assert [article.id for article in store.articles.candidates([window("two")])] == ["id1", "id2"]


def test_old_texts_go_and_what_was_seen_stays_known(store: Store) -> None:
    old, young = arrival(1, "a", first_seen=NOW - timedelta(days=200)), arrival(2, "b")
    store.articles.add("ref", [old, young])
    assert store.articles.forget_texts_before(NOW - timedelta(days=180)) == 1
    assert store.articles.forget_texts_before(NOW - timedelta(days=180)) == 0
    assert [article.id for article in store.articles.candidates([window(days=4000)])] == ["id2"]
    assert store.articles.known("ref", ["a", "b"]) == {"a", "b"}
    assert store.articles.add("ref", [arrival(3, "a")]) == []
    assert [article.title for article in store.articles.get(["id1"])] == ["Title 1"]
