"""Each source is remembered as the last run left it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.store import Store, open_store
from digest.store.sources import SourceHealth

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'store.db'}") as opened:
        yield opened


def test_health_comes_back_as_it_was_recorded(store: Store) -> None:
    one = SourceHealth(
        ref="a", etag='"x"', last_success=NOW, retry_after=NOW, moved_to="b", moved_count=2, title="A quay"
    )
    two = SourceHealth(ref="b", last_error=NOW, error="HTTP 500", failures=3)
    store.sources.record([one, two])
    assert store.sources.health() == {"a": one, "b": two}


def test_recording_again_replaces(store: Store) -> None:
    store.sources.record([SourceHealth(ref="a", failures=1), SourceHealth(ref="b")])
    store.sources.record([SourceHealth(ref="a", failures=2)])
    assert {ref: health.failures for ref, health in store.sources.health().items()} == {"a": 2, "b": 0}


def test_resuming_forgets_what_a_source_failed_at(store: Store) -> None:
    sick = SourceHealth(ref="a", failures=4, error="HTTP 410", paused=True, retry_after=NOW, etag='"x"')
    store.sources.record([sick])
    store.sources.set_paused("a", False)
    assert store.sources.health()["a"] == replace(sick, failures=0, error="", paused=False, retry_after=None)


def test_a_source_may_be_paused_before_it_was_ever_read(store: Store) -> None:
    store.sources.set_paused("new", True)
    assert store.sources.health()["new"].paused
