"""The package's own names: light to import, and still functions after the modules behind them are loaded."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from digest import compose
from digest.config import Settings
from digest.model import Issue

from .conftest import MakeIssue


def test_importing_loads_none_of_what_renders() -> None:
    heavy = ("jinja2", "mjml", "lxml", "css_inline", "babel")
    code = f"import sys, digest.compose; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert done.stdout.strip() == "[]"


def test_every_function_can_be_called_again(issue: MakeIssue, tmp_path: Path) -> None:
    settings = Settings()
    made: Issue = issue()
    for target in (tmp_path / "a", tmp_path / "b"):
        compose.headline(made.sections, settings, number=1, now=datetime(2025, 11, 22, tzinfo=UTC))
        rendered = compose.render(made, settings)
        compose.fill(rendered, {})
        compose.lint(rendered, settings)
        compose.check_theme(settings)
        compose.list_themes(settings)
        compose.copy_theme("classic", target)

    assert callable(compose.headline)
    assert callable(compose.render)
    assert callable(compose.lint)
