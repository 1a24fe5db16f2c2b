"""Articles, stores and tiny models that the tests of summarize share. The encoder is converted once a session."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.config import SummarizerSettings
from digest.model import Article
from digest.store.store import Store, open_store

MakeArticle = Callable[..., Article]
MakeSettings = Callable[..., SummarizerSettings]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'store.db'}") as opened:
        yield opened


@pytest.fixture(scope="session")
def model_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("model-cache")


@pytest.fixture(scope="session")
def settings(model_cache: Path) -> MakeSettings:
    def make(**changes: object) -> SummarizerSettings:
        return SummarizerSettings.model_validate({"cache_dir": model_cache, "device": "cpu", **changes})

    return make


@pytest.fixture(scope="session")
def article() -> MakeArticle:
    def make(text: str, title: str = "", language: str = "en") -> Article:
        content_hash = hashlib.sha256(text.encode()).hexdigest()
        return Article(
            id=content_hash[:16],
            url="https://news.example/a",
            source="Example",
            title=title,
            author=None,
            published=None,
            first_seen=datetime(2026, 1, 2, tzinfo=UTC),
            language=language,
            text=text,
            image=None,
            words=len(text.split()),
            content_hash=content_hash,
        )

    return make


HARBOUR = """\
The port of Lindholm will close its old container terminal in March and move all ships to a new quay on the north shore.
The city council voted for the plan on Tuesday by 31 votes to 12, after a debate that lasted until midnight.
It had been put off twice since 2019.
"We cannot wait for another winter storm to do the work for us," said the harbour master, Ingrid Solberg.
Photo: Anna Berg / Example Press
The new quay cost 84 million euros and can take vessels of up to 366 metres, twice as long as before.
But who will pay for the road to it?
Fishermen fear that the deeper channel will drive the herring away from their grounds in the bay.
A study by the University of Lindholm found no change in the herring stock during three years of dredging.
Scroll down for video
The council wants to turn the old terminal into flats, a school and a park by 2032."""


@pytest.fixture(scope="session")
def harbour(article: MakeArticle) -> Article:
    return article(HARBOUR, title="Lindholm moves its port to the north shore")
