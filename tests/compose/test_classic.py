"""The theme that a new user sees: complete, small, and sound whatever an issue holds."""

from dataclasses import replace

import pytest
from lxml import html as lxml_html

from digest.compose import lint, render
from digest.compose.wrap import columns
from digest.config import Settings
from digest.model import Entry, Issue, Section
from tests.compose.conftest import MakeArticle, MakeEntry, MakeIssue, MakeSettings

SUMMARY = "The council met until late, and the vote was closer than anyone had thought it would be. " * 4


@pytest.fixture
def full(issue: MakeIssue, entry: MakeEntry, article: MakeArticle) -> Issue:
    also = (article("Other view", source="Herald", url="https://herald.example/river"),)

    def story(number: int) -> Entry:
        return entry(
            f"The council decides on bridge number {number}",
            SUMMARY,
            url=f"https://news.example/2025/11/22/bridge-{number}",
            image=f"https://news.example/pictures/{number}.jpg",
            image_alt="The bridge at dusk, seen from the quay",
            also=also,
        )

    sections = tuple(
        Section(title=name, entries=tuple(story(5 * at + n) for n in range(5)))
        for at, name in enumerate(("Town", "Country", "World", "Science", "Arts"))
    )
    return replace(issue(), sections=sections)


@pytest.fixture
def complete(settings: MakeSettings) -> Settings:
    return settings(
        newsletter={"name": "The Morning", "address": "1 Quay Street\nLindholm", "language": "en"},
        web={"base_url": "https://letters.example"},
        transport={"type": "smtp", "host": "mail.example"},
    )


def test_twenty_five_stories_stay_below_gmails_limit(full: Issue, complete: Settings) -> None:
    rendered = render(full, complete)
    assert len(rendered.html.encode()) < 100 * 1024  # each with a picture and a second source
    assert [finding for finding in lint(rendered, complete) if finding.rule != "size"] == []


def test_everything_that_is_known_of_a_story_is_shown(full: Issue, complete: Settings) -> None:
    rendered = render(full, complete)
    for part in (lxml_html.document_fromstring(rendered.html).text_content(), rendered.text):
        for said in (
            "The council decides on bridge number 24",
            "The vote was closer than anyone"[4:],
            "The Courier",
            "Nov 21",
            "3 min read",
            "Also",
            "Herald",
            "Saturday, November 22, 2025",
            "Issue 7",
            "25 stories",
            "1 Quay Street",
            "Lindholm",
            "Unsubscribe",
        ):
            assert said.lower() in " ".join(part.split()).lower(), said
    assert "https://letters.example/courier-2025-11-22/" in rendered.html
    assert "https://letters.example/courier-2025-11-22/" in rendered.text
    assert "https://herald.example/river" in rendered.html
    assert "https://herald.example/river" in rendered.text


def test_links_of_the_configuration_are_left_out_when_there_are_none(full: Issue, settings: MakeSettings) -> None:
    rendered = render(full, settings())
    assert "View in the browser" not in rendered.html
    assert "View in the browser" not in rendered.text


def test_the_preheader_comes_first_and_is_hidden(full: Issue, complete: Settings) -> None:
    tree = lxml_html.document_fromstring(render(full, complete).html)
    first = next(e for e in tree.find("body").iter("div") if e.text and e.text.strip())
    assert first.text.startswith("What else happened")
    assert "display:none" in first.get("style").replace(" ", "")


def test_dark_and_phone_have_their_rules(full: Issue, complete: Settings) -> None:
    html = render(full, complete).html
    for rule in ("prefers-color-scheme: dark", "[data-ogsc]", "color-scheme: light dark", "@media", "max-width"):
        assert rule in html


@pytest.mark.parametrize(("language", "way"), [("en", "ltr"), ("ar", "rtl"), ("he", "rtl")])
def test_language_and_direction_stand_on_the_page(full: Issue, settings: MakeSettings, language: str, way: str) -> None:
    tree = lxml_html.document_fromstring(render(full, settings(newsletter={"language": language})).html)
    assert (tree.get("lang"), tree.get("dir")) == (language, way)


def test_a_bare_story_leaves_no_empty_parts(issue: MakeIssue, entry: MakeEntry, settings: MakeSettings) -> None:
    bare = entry("Only a title", "", url=None, author=None, published=None, image=None, words=0)
    rendered = render(issue(bare, bare, sections=(Section(title="", entries=(bare, bare)),)), settings())
    tree = lxml_html.document_fromstring(rendered.html)
    assert not list(tree.iter("img"))
    assert [link.get("href") for link in tree.iter("a")] == list(
        {link.get("href"): None for link in tree.iter("a") if link.get("href")}
    )
    for gone in ("min read", "· ·", "None", "Also in"):
        assert gone not in tree.text_content()
        assert gone not in rendered.text
    assert lint(rendered, settings()) == ()


def test_every_picture_has_an_alt_and_a_width(full: Issue, complete: Settings) -> None:
    images = list(lxml_html.document_fromstring(render(full, complete).html).iter("img"))
    assert images
    assert all(image.get("alt") and image.get("width") for image in images)


def test_the_text_part_is_at_most_72_wide_but_for_addresses(full: Issue, complete: Settings) -> None:
    text = render(full, complete).text
    wide = [line for line in text.split("\n") if columns(line) > 72 and "://" not in line and "slot" not in line]
    assert wide == []


def test_an_issue_of_nothing_is_still_an_email(issue: MakeIssue, settings: MakeSettings) -> None:
    rendered = render(issue(sections=()), settings())
    assert "Unsubscribe" in rendered.html
    assert "Unsubscribe" in rendered.text


def test_no_font_picture_or_style_comes_from_elsewhere(full: Issue, complete: Settings) -> None:
    html = render(full, complete).html
    tree = lxml_html.document_fromstring(html)
    assert not list(tree.iter("link"))
    assert "@import" not in html
    assert "url(" not in html
    assert all((image.get("src") or "").startswith("https://news.example/") for image in tree.iter("img"))
