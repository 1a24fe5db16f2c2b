"""Issues and small themes that the tests of compose share."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from digest.config import Settings
from digest.model import Article, Entry, Issue, Origin, Period, Section, Story, Summary

MakeArticle = Callable[..., Article]
MakeEntry = Callable[..., Entry]
MakeIssue = Callable[..., Issue]
MakeSettings = Callable[..., Settings]
WriteTheme = Callable[..., Settings]

NOW = datetime(2025, 11, 22, 7, 30, tzinfo=UTC)

PAGE = """\
<mjml>
  <mj-head>
    <mj-title>{{ issue.subject }}</mj-title>
    <mj-preview>{{ issue.preheader }}</mj-preview>
  </mj-head>
  <mj-body>
    {% block stories %}
    <mj-section>
      <mj-column>
        {% for section in sections %}
        {% for entry in section.entries %}
        <mj-text>
          <a href="{{ entry.url or "" }}" title="{{ entry.title }}">{{ entry.title }}</a>
          {% for paragraph in entry.paragraphs %}<p>{{ paragraph }}</p>{% endfor %}
          {% if entry.image %}<img src="{{ entry.image }}" alt="{{ entry.image_alt }}" width="100">{% endif %}
        </mj-text>
        {% endfor %}
        {% endfor %}
      </mj-column>
    </mj-section>
    {% endblock %}
    <mj-section>
      <mj-column>
        <mj-text>
          {{ recipient.name }} {{ recipient.address }} <a href="{{ recipient.unsubscribe_url }}">Leave</a>
        </mj-text>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>
"""
TEXT = """\
{% for section in sections %}{% for entry in section.entries %}
{{ entry.title }}
{{ entry.url or "" }}
{% for paragraph in entry.paragraphs %}
{{ paragraph | wrap }}
{% endfor %}
{% endfor %}{% endfor %}
{{ recipient.name }} {{ recipient.address }} {{ recipient.unsubscribe_url }}
"""


@pytest.fixture
def article() -> MakeArticle:
    def make(title: str = "The river is rising", **changes: Any) -> Article:
        fields: dict[str, Any] = {
            "id": "a1",
            "url": "https://news.example/river",
            "source": "The Courier",
            "author": "Ada Moss",
            "published": NOW - timedelta(hours=10),
            "first_seen": NOW,
            "language": "en",
            "text": "Water stood at the quay.",
            "image": None,
            "words": 660,
            "content_hash": "h",
        }
        return Article(title=title, **{**fields, **changes})

    return make


@pytest.fixture
def entry(article: MakeArticle) -> MakeEntry:
    def make(
        title: str = "The river is rising",
        summary: str = "Water stood at the quay.\nThe mayor spoke.",
        also: tuple[Article, ...] = (),
        reasons: tuple[str, ...] = (),
        **changes: Any,
    ) -> Entry:
        story = Story(lead=article(title, **changes), also=also, reasons=reasons)
        return Entry(
            story=story,
            summary=Summary(text=summary, origin=Origin.EXTRACTIVE, model="builtin", sentences=2, grounded=True),
        )

    return make


@pytest.fixture
def issue() -> MakeIssue:
    def make(*entries: Entry, **changes: Any) -> Issue:
        fields: dict[str, Any] = {
            "id": "courier-2025-11-22",
            "newsletter": "Morning",
            "number": 7,
            "period": Period(start=NOW - timedelta(days=1), end=NOW),
            "subject": "Morning: the river",
            "preheader": "What else happened",
            "sections": (Section(title="Town", entries=entries),),
        }
        return Issue(**{**fields, **changes})

    return make


@pytest.fixture
def settings() -> MakeSettings:
    """Settings of the given tables: `settings(newsletter={"name": "Morning"})`."""

    def make(**tables: Any) -> Settings:
        return Settings.model_validate(tables)

    return make


@pytest.fixture
def theme(tmp_path: Path) -> WriteTheme:
    """Writes files into a user's theme folder, over a small whole theme, and returns settings that name it."""

    def write(files: dict[str, str] | None = None, **tables: Any) -> Settings:
        folder = tmp_path / "mine"
        for name, content in {"email.mjml": PAGE, "text.txt": TEXT, **(files or {})}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        return Settings.model_validate({"theme": {"dir": folder}, **tables})

    return write
