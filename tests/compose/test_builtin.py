"""The built-in themes: each complete, small, and sound whatever an issue holds."""

from dataclasses import replace

import pytest
from lxml import html as lxml_html

from digest.compose import check_theme, lint, list_themes, render
from digest.compose.wrap import columns
from digest.config import Settings
from digest.model import Entry, Issue, Section, Told
from tests.compose.conftest import MakeArticle, MakeEntry, MakeIssue, MakeSettings

SUMMARY = "The council met until late, and the vote was closer than anyone had thought it would be. " * 4


THEMES = [theme.name for theme in list_themes(Settings())]
PICTURED = {"classic", "magazine"}


@pytest.fixture(params=THEMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


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
def complete(settings: MakeSettings, name: str) -> Settings:
    return settings(
        theme={"name": name},
        newsletter={"name": "The Morning", "address": "1 Quay Street\nLindholm", "language": "en"},
        web={"base_url": "https://letters.example"},
        transport={"type": "smtp", "host": "mail.example"},
    )


def test_there_are_four() -> None:
    assert THEMES == ["brief", "classic", "magazine", "plain"]


def test_twenty_five_stories_stay_below_gmails_limit(full: Issue, complete: Settings) -> None:
    rendered = render(full, complete)
    assert len(rendered.html.encode()) < 100 * 1024  # each with a picture and a second source
    assert [finding for finding in lint(rendered, complete) if finding.rule != "size"] == []


def test_the_check_finds_nothing(complete: Settings) -> None:
    check_theme(complete)


def test_everything_that_is_known_of_a_story_is_shown(full: Issue, complete: Settings, name: str) -> None:
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


def test_links_of_the_configuration_are_left_out_when_there_are_none(
    full: Issue, settings: MakeSettings, name: str
) -> None:
    rendered = render(full, settings(theme={"name": name}))
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
def test_language_and_direction_stand_on_the_page(
    full: Issue, settings: MakeSettings, name: str, language: str, way: str
) -> None:
    made = render(full, settings(newsletter={"language": language}, theme={"name": name}))
    tree = lxml_html.document_fromstring(made.html)
    assert (tree.get("lang"), tree.get("dir")) == (language, way)
    assert {cell.get("align") for cell in tree.iter("td")} >= {"right" if way == "rtl" else "left"}


def test_a_bare_story_leaves_no_empty_parts(
    issue: MakeIssue, entry: MakeEntry, settings: MakeSettings, name: str
) -> None:
    chosen = settings(theme={"name": name})
    bare = entry("Only a title", "", url=None, author=None, published=None, image=None, words=0)
    rendered = render(issue(bare, bare, sections=(Section(title="", entries=(bare, bare)),)), chosen)
    tree = lxml_html.document_fromstring(rendered.html)
    assert not list(tree.iter("img"))
    assert [link.get("href") for link in tree.iter("a")] == list(
        {link.get("href"): None for link in tree.iter("a") if link.get("href")}
    )
    for gone in ("min read", "· ·", "None", "Also in"):
        assert gone not in tree.text_content()
        assert gone not in rendered.text
    assert lint(rendered, chosen) == ()


def test_every_picture_has_an_alt_and_a_width(full: Issue, complete: Settings, name: str) -> None:
    images = list(lxml_html.document_fromstring(render(full, complete).html).iter("img"))
    assert len(images) == (25 if name in PICTURED else 0)
    assert all(image.get("alt") and image.get("width") for image in images)


def test_the_text_part_is_at_most_72_wide_but_for_addresses(full: Issue, complete: Settings) -> None:
    text = render(full, complete).text
    wide = [line for line in text.split("\n") if columns(line) > 72 and "://" not in line and "slot" not in line]
    assert wide == []


def test_an_issue_of_nothing_is_still_an_email(issue: MakeIssue, complete: Settings) -> None:
    rendered = render(issue(sections=()), complete)
    assert "Unsubscribe" in rendered.html
    assert "Unsubscribe" in rendered.text


def test_no_font_picture_or_style_comes_from_elsewhere(full: Issue, complete: Settings) -> None:
    html = render(full, complete).html
    tree = lxml_html.document_fromstring(html)
    assert not list(tree.iter("link"))
    assert "@import" not in html
    assert "url(" not in html
    assert all((image.get("src") or "").startswith("https://news.example/") for image in tree.iter("img"))


def test_a_logo_stands_for_the_name_and_changes_in_the_dark(full: Issue, settings: MakeSettings, name: str) -> None:
    logo = {"image": "https://x.example/l.png", "dark_image": "https://x.example/d.png", "width": 90}
    made = render(full, settings(newsletter={"name": "The Morning"}, theme={"name": name, "logo": logo})).html
    tree = lxml_html.document_fromstring(made)
    light, dark = tree.find(".//h1").iter("img")
    assert (light.get("src"), light.get("alt"), light.get("width")) == (logo["image"], "The Morning", "90")
    assert (dark.get("src"), dark.get("alt")) == (logo["dark_image"], "")
    assert "display:none" in dark.get("style").replace(" ", "")
    assert "[data-ogsc] .logo-dark" in made


def test_titles_are_headings_below_those_of_their_sections(full: Issue, complete: Settings) -> None:
    tree = lxml_html.document_fromstring(render(full, complete).html)
    assert len(list(tree.iter("h1"))) == 1
    assert len(list(tree.iter("h3"))) == 25
    assert len(list(tree.iter("h2"))) == 5


def test_the_words_of_a_theme_are_in_every_colour_that_it_names(full: Issue, settings: MakeSettings, name: str) -> None:
    changed = {"ink": "#123456", "accent": "#234567", "muted": "#345678"}
    html = render(full, settings(theme={"name": name, "light": changed, "dark": {"card": "#010203"}})).html
    for color in (*changed.values(), "#010203"):
        assert color in html


def test_brief_shows_as_many_sentences_as_it_is_told(
    issue: MakeIssue, entry: MakeEntry, settings: MakeSettings
) -> None:
    story = entry("A title", "The first one. Mr. Smith said a second. The third.")
    for count, shown, hidden in ((1, "The first one.", "Smith"), (2, "said a second.", "third"), (0, "third.", "None")):
        html = render(issue(story), settings(theme={"name": "brief", "extra": {"sentences": count}})).html
        assert shown in html
        assert hidden not in html


def test_what_is_told_in_brief_is_one_line_with_a_link(full: Issue, complete: Settings) -> None:
    brief = replace(full.sections[-1], title="In brief", brief=True)
    rendered = render(replace(full, sections=(*full.sections[:-1], brief)), complete)
    page = lxml_html.fromstring(rendered.html)
    lines = page.xpath("//p[contains(@class, 'brief')]")
    assert [line.text_content().split(" · ")[0].strip() for line in lines] == [
        entry.story.lead.title for entry in brief.entries
    ]
    assert [line.xpath(".//a/@href")[0] for line in lines] == [entry.story.lead.url for entry in brief.entries]
    assert "IN BRIEF" in rendered.text
    last = rendered.text[rendered.text.index("IN BRIEF") :]
    assert "The council met until late" not in last
    assert f"* {brief.entries[0].story.lead.title}" in last
    assert [finding for finding in lint(rendered, complete) if finding.severity == "error"] == []


def test_an_issue_that_is_all_in_brief_tells_each_story_once(full: Issue, complete: Settings) -> None:
    brief = replace(full.sections[-1], title="In brief", brief=True)
    page = lxml_html.fromstring(render(replace(full, sections=(brief,)), complete).html)
    shown = page.find("body").text_content()
    assert [shown.count(entry.story.lead.title) for entry in brief.entries] == [1] * len(brief.entries)
    assert [heading.text_content().strip() for heading in page.iter("h2")] == ["In brief"]


def test_what_was_said_before_is_shown_and_linked(
    issue: MakeIssue, entry: MakeEntry, article: MakeArticle, complete: Settings
) -> None:
    before = article("The bridge is closed", url="https://news.example/closed")
    told = Told(article=before, issue_id="m-12", number=12, when=issue().period.end)
    one = entry()
    story = replace(one.story, earlier=(told,))
    rendered = render(issue(replace(one, story=story)), replace_base_url(complete))
    page = lxml_html.fromstring(rendered.html)
    assert page.xpath("//p[contains(., 'Earlier, in issue 12: The bridge is closed')]//a/@href") == [before.url]
    assert "Earlier, in issue 12: “The bridge is closed”" in rendered.text.replace("\n  ", " ")


def replace_base_url(settings: Settings) -> Settings:
    return settings.model_copy(update={"web": settings.web.model_copy(update={"base_url": ""})})
