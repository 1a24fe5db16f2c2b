from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from digest.store.store import Store, open_store

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'store.db'}") as opened:
        yield opened


def test_a_vector_comes_back_exactly(store: Store) -> None:
    vector = np.linspace(-1, 1, 384, dtype=np.float32)
    store.embeddings.put("encoder", {"h": vector}, NOW)
    found = store.embeddings.get("encoder", ["h"])["h"]
    assert found.dtype == np.float32
    assert np.array_equal(found, vector)


def test_vectors_of_different_encoders_do_not_mix(store: Store) -> None:
    store.embeddings.put("one", {"h": np.zeros(3, dtype=np.float32)}, NOW)
    store.embeddings.put("two", {"h": np.ones(3, dtype=np.float32)}, NOW)
    assert store.embeddings.get("two", ["h"])["h"].sum() == 3
    assert store.embeddings.get("three", ["h"]) == {}


def test_thousands_are_kept_and_the_first_stays(store: Store) -> None:
    many = {f"h{i}": np.full(4, i, dtype=np.float32) for i in range(1200)}
    store.embeddings.put("e", many, NOW)
    store.embeddings.put("e", {"h1": np.full(4, -1, dtype=np.float32)}, NOW)
    found = store.embeddings.get("e", many)
    assert len(found) == 1200
    assert found["h1"][0] == 1


def test_old_ones_are_forgotten(store: Store) -> None:
    store.embeddings.put("e", {"old": np.zeros(2, dtype=np.float32)}, NOW - timedelta(days=9))
    store.embeddings.put("e", {"new": np.zeros(2, dtype=np.float32)}, NOW)
    assert store.embeddings.forget_before(NOW - timedelta(days=1)) == 1
    assert list(store.embeddings.get("e", ["old", "new"])) == ["new"]
