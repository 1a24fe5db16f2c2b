from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from digest.config import SourceSettings
from digest.model import Article

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def article() -> Callable[..., Article]:
    """Makes articles: `article("Title", "text", source="A", hours=5)`; `hours=None` is an article without a date."""

    def make(
        title: str,
        text: str = "",
        *,
        source: str = "Gazette",
        hours: float | None = 5,
        url: str | None = "by title",
        publisher: str = "",
    ) -> Article:
        body = text or title
        name = sha256(f"{source}{publisher}\n{title}\n{body}".encode()).hexdigest()
        return Article(
            id=name[:16],
            url=f"https://example.org/{name[:8]}" if url == "by title" else url,
            source=source,
            title=title,
            author=None,
            published=None if hours is None else NOW - timedelta(hours=hours),
            first_seen=NOW,
            language="en",
            text=body,
            image=None,
            words=len(body.split()),
            content_hash=name,
            publisher=publisher,
        )

    return make


@pytest.fixture
def source() -> Callable[..., SourceSettings]:
    def make(name: str, *, section: str = "", weight: float = 1.0) -> SourceSettings:
        return SourceSettings(
            type="feed", name=name, url=f"https://{name.lower()}.example/feed", section=section, weight=weight
        )

    return make
