"""docs/themes.md: each step does what it says, on the theme that it is written for."""

import re
from pathlib import Path

import pytest

from digest.compose import check_theme, lint, render
from digest.compose.theme import open_theme
from digest.compose.view import AlsoView, EntryView, IssueView, NewsletterView, RecipientView, SectionView
from digest.config import Settings
from digest.model import Slot

from .conftest import MakeEntry, MakeIssue

GUIDE = Path(__file__).parents[2] / "docs" / "themes.md"
# A step names the file that its block of code goes into: `mine/email.mjml`.
STEP = re.compile(r"`mine/(?P<file>[\w.]+)`(?:(?!```).)*```\w+\n(?P<code>.*?)```", re.DOTALL)
STEPS = {found["file"]: found["code"] for found in STEP.finditer(GUIDE.read_text(encoding="utf-8"))}
EXPECTED = {
    "theme.toml": ("#1f5f8b", "#8cc4ea", "Avenir Next", "600px", "4 outlets"),
    "email.mjml": ("Good morning. Here are 1 stories", "Unsubscribe"),
    "meta.mjml": ("Story 1 of 1", "The Courier"),
    "text.txt": ("Unsubscribe",),
}


def test_the_guide_has_the_steps_that_are_tried_here() -> None:
    assert set(STEPS) == set(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_step_does_what_it_says(name: str, tmp_path: Path, entry: MakeEntry, issue: MakeIssue) -> None:
    (tmp_path / name).write_text(STEPS[name], encoding="utf-8")
    settings = Settings.model_validate({"theme": {"dir": tmp_path}})

    check_theme(settings)
    rendered = render(issue(entry(reasons=("4 outlets",))), settings)

    assert [part for part in EXPECTED[name] if part not in rendered.html] == []
    assert lint(rendered, settings) == ()


def test_the_plain_text_of_the_guide_replaces_the_theme_s(tmp_path: Path, entry: MakeEntry, issue: MakeIssue) -> None:
    (tmp_path / "text.txt").write_text(STEPS["text.txt"], encoding="utf-8")
    rendered = render(issue(entry("Snow")), Settings.model_validate({"theme": {"dir": tmp_path}}))
    leave = f"To leave: {rendered.slots[Slot.UNSUBSCRIBE_URL]}"

    assert rendered.text == f"Snow\nhttps://news.example/river\n\n{leave}\n"


def test_the_guide_names_every_block_and_everything_that_templates_can_use() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    page = (open_theme(Settings()).folders[0] / "email.mjml").read_text(encoding="utf-8")
    views = (NewsletterView, IssueView, SectionView, EntryView, AlsoView, RecipientView)
    names = {name for view in views for name in view.__dataclass_fields__}
    blocks = set(re.findall(r"{% block (\w+)", page))

    assert blocks
    assert {name for name in names | blocks if f"`{name}`" not in guide} == set()
