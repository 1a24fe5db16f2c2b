"""Every theme as axe-core sees it in Chromium: roles, language, headings, names, contrast on light and dark screens."""

import json
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from digest.compose import fill, list_themes, render
from digest.compose.samples import sample_issues
from digest.config import Settings
from digest.model import Slot
from tests.chromium import Page, running_chromium

pytestmark = pytest.mark.browser

READER = {
    Slot.NAME: "Ann",
    Slot.ADDRESS: "ann@example.org",
    Slot.UNSUBSCRIBE_URL: "https://letters.example/leave/t0k3n",
}
# The rules for whole web pages ask for landmarks; a mail client puts an e-mail inside a page that has them.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NOT_OF_MAIL = ["region", "landmark-one-main"]
ISSUES = {issue.id: issue for issue in sample_issues()}


@pytest.fixture(scope="module")
def axe() -> str:
    return (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with running_chromium(tmp_path_factory.mktemp("chromium")) as browser:
        yield browser.page()


def findings(page: Page, axe: str, html: str, folder: Path, *, width: int, dark: bool) -> dict[str, Any]:
    """What axe-core says of an e-mail: violations by rule, and how many nodes the rules were passed by."""
    path = folder / "mail.html"
    path.write_text(html, encoding="utf-8")
    page.show_as(width=width, dark=dark)
    page.open(path.as_uri())
    page.wait_for("document.readyState === 'complete' && document.querySelector('h1')")
    page.evaluate(axe + ";0")
    rules = json.dumps({name: {"enabled": False} for name in NOT_OF_MAIL})
    options = f"{{runOnly: {{type: 'tag', values: {json.dumps(TAGS)}}}, rules: {rules}}}"
    found: dict[str, Any] = page.evaluate(
        f"axe.run(document, {options}).then(found => ({{"
        "violations: found.violations.map(one => [one.id, one.nodes.map(node => node.html.slice(0, 200))]),"
        "passed: Object.fromEntries(found.passes.map(one => [one.id, one.nodes.length]))}))"
    )
    return found


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("name", [theme.name for theme in list_themes(Settings())])
def test_axe_finds_nothing(page: Page, axe: str, tmp_path: Path, name: str, language: str, dark: bool) -> None:
    settings = Settings.model_validate(
        {
            "theme": {"name": name},
            "newsletter": {"name": "The Morning", "language": language, "address": "1 Quay Street"},
            "web": {"base_url": "https://letters.example"},
        }
    )
    html, _ = fill(render(ISSUES["sample-full"], settings), READER)
    found = findings(page, axe, html, tmp_path, width=375 if dark else 800, dark=dark)
    assert found["violations"] == []
    # The rules were not merely without anything to look at.
    for rule in ("color-contrast", "html-has-lang", "heading-order", "link-name", "document-title"):
        assert found["passed"].get(rule), rule


def test_axe_would_tell(page: Page, axe: str, tmp_path: Path) -> None:
    html = "<html><title></title><body><h1>A</h1><h4>B</h4><p style='color:#aaa'>faint</p><img src='x'><a href='/'></a>"
    found = findings(page, axe, html, tmp_path, width=800, dark=False)
    told = {rule for rule, _ in found["violations"]}
    assert told >= {"color-contrast", "html-has-lang", "heading-order", "image-alt", "link-name", "document-title"}


@pytest.mark.parametrize("issue", ["sample-bare", "sample-hostile", "sample-empty"])
def test_axe_finds_nothing_in_the_odd_ones_either(page: Page, axe: str, tmp_path: Path, issue: str) -> None:
    html, _ = fill(render(ISSUES[issue], Settings()), READER)
    assert findings(page, axe, html, tmp_path, width=375, dark=False)["violations"] == []
