"""What templates see of an issue."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from digest.compose.variables import Variables
from digest.compose.view import EntryView, build_view
from digest.config import Settings
from digest.model import Entry, Issue, Reason, Slot, Told
from tests.compose.conftest import NOW, MakeArticle, MakeEntry, MakeIssue, MakeSettings

See = Callable[..., EntryView]
SLOTS = {slot: f"token{slot.value}" for slot in Slot}


@pytest.fixture
def view(issue: MakeIssue, settings: MakeSettings) -> See:
    def see(entry: Entry, **tables: object) -> EntryView:
        sections = build_view(issue(entry), settings(**tables), SLOTS, Variables())["sections"]
        (seen,) = sections[0].entries
        assert isinstance(seen, EntryView)
        return seen

    return see


@pytest.mark.parametrize(("words", "minutes"), [(0, 0), (1, 1), (220, 1), (221, 2), (2200, 10)])
def test_reading_time_is_rounded_up(view: See, entry: MakeEntry, words: int, minutes: int) -> None:
    assert view(entry(words=words)).minutes == minutes


def test_an_article_that_says_nothing_of_itself_is_shown(view: See, entry: MakeEntry) -> None:
    seen = view(entry("", "", url=None, author=None, published=None, image=None, words=0))
    assert (seen.title, seen.url, seen.author, seen.date, seen.image) == ("The Courier", None, "", "", None)
    assert (seen.paragraphs, seen.minutes, seen.also) == ((), 0, ())


def test_unsafe_addresses_are_left_out(view: See, entry: MakeEntry, article: MakeArticle) -> None:
    also = (article("Other", source="Herald", url="file:///etc/passwd"),)
    seen = view(entry(url="javascript:x", image="data:image/png;base64,x", image_alt="A quay", also=also))
    assert (seen.url, seen.image, seen.image_alt, seen.also[0].url) == (None, None, "", None)


def test_also_names_each_source_and_address_once(view: See, entry: MakeEntry, article: MakeArticle) -> None:
    other = article("Other", source="Herald", url="https://herald.example/a")
    seen = view(entry(also=(other, other, article("Same"), article("Third", source="Times"))))
    assert [one.source for one in seen.also] == ["Herald", "Times"]


def test_what_is_shown_of_a_story_is_as_many_outlets_as_its_reasons_say(
    view: See, entry: MakeEntry, article: MakeArticle
) -> None:
    names = ("The Wire", "THE WIRE", "Tide & Table")
    gathered = [
        replace(article(f"By {n}", url=f"https://{n}.example/"), publisher=name) for n, name in enumerate(names)
    ]
    made = entry(also=tuple(gathered))
    seen = view(replace(made, story=replace(made.story, lead=replace(made.story.lead, publisher="The Wave"))))
    assert (seen.source, [one.label for one in seen.also]) == ("The Wave", ["The Wire", "By 1", "Tide & Table"])


def test_a_title_against_the_direction_of_the_newsletter_says_so(view: See, entry: MakeEntry) -> None:
    assert view(entry("النهر يرتفع")).dir == "rtl"
    assert view(entry("النهر يرتفع"), newsletter={"language": "ar"}).dir == ""
    assert view(entry("The river"), newsletter={"language": "ar"}).dir == "ltr"


def test_a_date_in_the_future_shows_its_year(view: See, entry: MakeEntry) -> None:
    assert view(entry(published=NOW + timedelta(days=1))).date == "Nov 23, 2025"
    assert view(entry(published=NOW - timedelta(days=1))).date == "Nov 21"


def test_empty_sections_are_left_out(issue: MakeIssue, settings: MakeSettings) -> None:
    assert build_view(issue(), settings(), SLOTS, Variables())["sections"] == ()


def test_the_newsletter_knows_its_sides(issue: MakeIssue, settings: MakeSettings) -> None:
    seen = build_view(issue(), settings(newsletter={"language": "ar"}), SLOTS, Variables())["newsletter"]
    assert (seen.dir, seen.start, seen.end) == ("rtl", "right", "left")


def test_a_web_address_is_shown_when_there_is_one(issue: MakeIssue, settings: MakeSettings) -> None:
    chosen = settings(web={"base_url": "https://letters.example/"})
    seen = build_view(issue(), chosen, SLOTS, Variables())["issue"]
    assert seen.web_url == "https://letters.example/courier-2025-11-22/"
    assert build_view(issue(), settings(), SLOTS, Variables())["issue"].web_url is None


def _views(issue: Issue, settings: Settings) -> tuple[EntryView, ...]:
    (section,) = build_view(issue, settings, SLOTS, Variables())["sections"]
    return tuple(section.entries)


def test_readers_are_told_only_what_a_story_was_chosen_for(
    issue: MakeIssue, entry: MakeEntry, settings: MakeSettings
) -> None:
    reasons = (Reason("new today", points=1.0), Reason("less of '%(interest)s'", interest="golf", points=-0.5))
    (shown,) = _views(issue(entry(reasons=reasons)), settings())
    assert shown.reasons == ("new today",)


def test_reasons_are_said_in_the_language_of_the_newsletter(
    issue: MakeIssue, entry: MakeEntry, settings: MakeSettings
) -> None:
    reasons = (Reason("%(num)s outlet", "%(num)s outlets", num=4), Reason("no date given"), "of a plug-in")
    german = settings(newsletter={"name": "M", "language": "de"})
    (shown,) = _views(issue(entry(reasons=reasons)), german)
    assert shown.reasons == ("4 Medien", "ohne Datum", "of a plug-in")
    (shown,) = _views(issue(entry(reasons=reasons)), settings())
    assert shown.reasons == ("4 outlets", "no date given", "of a plug-in")


def test_what_was_said_before_is_linked_once_an_issue(
    issue: MakeIssue, entry: MakeEntry, article: MakeArticle, settings: MakeSettings
) -> None:
    told = tuple(
        Told(article=article(f"Told {number}", url=f"https://a.example/{place}"), issue_id=f"m-{number}", number=number,
             when=NOW)
        for place, number in enumerate((3, 3, 2, 1))
    )  # fmt: skip
    one = entry()
    made = issue(replace(one, story=replace(one.story, earlier=told)))
    (shown,) = _views(made, settings())
    assert [(e.number, e.url) for e in shown.earlier] == [(3, "https://a.example/0"), (2, "https://a.example/2")]
    (shown,) = _views(made, settings(web={"base_url": "https://letters.example"}))
    assert [e.url for e in shown.earlier] == ["https://letters.example/m-3/", "https://letters.example/m-2/"]
