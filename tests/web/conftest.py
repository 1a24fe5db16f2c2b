"""A newsletter with past issues and a theme that is being edited."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from digest import compose
from digest.config import load_config
from digest.model import FrozenIssue, Issue, IssueState, Period
from digest.store import open_store, store_url
from digest.web.samples import samples
from digest.web.studio import Studio

NOW = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
CONFIG = """\
[newsletter]
name = "Harbour Letter"
from = "Harbour Letter <letter@harbour.example>"
[[sources]]
path = "."
[theme]
name = "classic"
dir = "theme"
"""


@dataclass(frozen=True)
class Workplace:
    """A folder with a configuration and a copy of classic in `theme`."""

    folder: Path

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    @property
    def store(self) -> Path:
        return self.folder / "config.db"

    def template(self, name: str) -> Path:
        return self.folder / "theme" / name

    def edit(self, name: str, old: str, new: str) -> None:
        """Save a file of the theme with something in it replaced."""
        path = self.template(name)
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def studio(self, tell: Callable[[str], None] = lambda _: None) -> Studio:
        return Studio(self.config, clock=lambda: NOW, tell=tell)

    def freeze(self, issue_id: str, *, day: int = 0, kept: bool = True, **rendered: Any) -> FrozenIssue:
        """Freeze an issue as `build` does; not `kept`: as a digest did that did not keep what it was made of.

        `rendered` replaces what the e-mail would be.
        """
        settings = load_config(self.config)
        made = samples()[0].make()
        issue = Issue(
            id=issue_id,
            newsletter=settings.newsletter.name,
            number=day + 1,
            period=Period(start=NOW, end=NOW),
            subject=f"The letter of day {day}",
            preheader="And what else there was",
            sections=made.sections,
        )
        frozen = FrozenIssue(
            id=issue.id,
            newsletter=issue.newsletter,
            number=issue.number,
            created=NOW + timedelta(days=day),
            state=IssueState.WAITING,
            period=issue.period,
            rendered=replace(compose.render(issue, settings), **rendered),
            report={"lint": [{"rule": "address", "severity": "warning", "message": "no postal address"}]},
            sections=issue.sections if kept else (),
        )
        with open_store(store_url(settings)) as store:
            store.issues.freeze(frozen, [])
        return frozen


@pytest.fixture
def place(tmp_path: Path) -> Workplace:
    return workplace(tmp_path)


def workplace(folder: Path) -> Workplace:
    compose.copy_theme("classic", folder / "theme")
    (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
    return Workplace(folder)
