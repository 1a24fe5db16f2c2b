"""A store and a mail server of each test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from digest.store import Store, open_store
from tests.deliver.scene import Clock
from tests.smtp_server import Server, smtp_server


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/store.db") as opened:
        yield opened


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with smtp_server(tmp_path) as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()
