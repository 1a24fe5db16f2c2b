"""Every theme on screens of all widths, light and dark, in both directions, with the longest words."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from digest.compose import list_themes, render
from digest.compose.samples import sample_issues
from digest.config import Settings
from tests.chromium import Page, running_chromium
from tests.compose.test_browser import brightness

pytestmark = pytest.mark.browser

ISSUES = {issue.id: issue for issue in sample_issues()}
THEMES = [theme.name for theme in list_themes(Settings())]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with running_chromium(tmp_path_factory.mktemp("chromium")) as browser:
        yield browser.page()


def show(page: Page, folder: Path, name: str, issue: str, *, language: str = "en") -> None:
    settings = Settings.model_validate({"theme": {"name": name}, "newsletter": {"language": language}})
    path = folder / "mail.html"
    path.write_text(render(ISSUES[issue], settings).html, encoding="utf-8")
    page.open(path.as_uri())
    page.wait_for("document.readyState === 'complete' && document.querySelector('h1')")


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("issue", ["sample-full", "sample-hostile"])
@pytest.mark.parametrize("name", THEMES)
def test_nothing_is_wider_than_the_screen(page: Page, tmp_path: Path, name: str, issue: str, language: str) -> None:
    show(page, tmp_path, name, issue, language=language)
    for width in (320, 375, 700, 1280):
        page.show_as(width=width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width
        # What is cut off cannot be read either.
        wide = "[...document.querySelectorAll('p, h1, h2, h3')].filter(one => one.scrollWidth > one.clientWidth + 1)"
        assert page.evaluate(f"{wide}.map(one => one.className + ': ' + one.textContent.slice(0, 40))") == [], width


@pytest.mark.parametrize("name", THEMES)
def test_a_dark_screen_gets_a_dark_card_and_light_words(page: Page, tmp_path: Path, name: str) -> None:
    show(page, tmp_path, name, "sample-full")
    card = "getComputedStyle(document.querySelector('.card > table')).backgroundColor"
    words = "getComputedStyle(document.querySelector('.summary')).color"
    page.show_as(width=375)
    assert brightness(page.evaluate(card)) > 200 > 100 > brightness(page.evaluate(words))
    page.show_as(width=375, dark=True)
    assert brightness(page.evaluate(card)) < 60 < 180 < brightness(page.evaluate(words))
