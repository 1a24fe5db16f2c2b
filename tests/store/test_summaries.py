from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest.model import Origin, Passage, Summary
from digest.store.store import Store, open_store

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'store.db'}") as opened:
        yield opened


def summary(text: str) -> Summary:
    return Summary(text=text, origin=Origin.FALLBACK, model="m", sentences=2, grounded=False)


def test_a_summary_comes_back_as_it_was_put(store: Store) -> None:
    store.summaries.put({"k": summary("Ein „Zitat“ 🙂")}, NOW)
    assert store.summaries.get(["k", "other"]) == {"k": summary("Ein „Zitat“ 🙂")}


def test_who_says_what_and_what_was_found_come_back(store: Store) -> None:
    told = Summary(
        text="a",
        origin=Origin.EXTRACTIVE,
        model="m",
        sentences=2,
        grounded=True,
        passages=(Passage(text="“Ja”", source="Süd"), Passage(text="No", source="")),
        findings=("the number 9 is not in the article",),
    )
    store.summaries.put({"k": told}, NOW)
    assert store.summaries.get(["k"]) == {"k": told}


def test_the_first_of_two_under_one_key_stays(store: Store) -> None:
    store.summaries.put({"k": summary("first")}, NOW)
    store.summaries.put({"k": summary("second"), "l": summary("new")}, NOW)
    assert {key: found.text for key, found in store.summaries.get(["k", "l"]).items()} == {"k": "first", "l": "new"}


def test_thousands_are_asked_for_at_once(store: Store) -> None:
    made = {f"k{i}": summary(str(i)) for i in range(2500)}
    store.summaries.put(made, NOW)
    assert store.summaries.get(made) == made


def test_nothing_is_put_and_found(store: Store) -> None:
    store.summaries.put({}, NOW)
    assert store.summaries.get([]) == {}


def test_old_ones_are_forgotten(store: Store) -> None:
    store.summaries.put({"old": summary("a")}, NOW - timedelta(days=9))
    store.summaries.put({"new": summary("b")}, NOW)
    assert store.summaries.forget_before(NOW - timedelta(days=1)) == 1
    assert list(store.summaries.get(["old", "new"])) == ["new"]
