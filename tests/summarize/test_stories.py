"""Summaries of stories that several outlets tell."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from digest.model import Article, Passage, Summary
from digest.summarize.extractive import Extractive
from tests.summarize.conftest import MakeArticle, MakeSettings

pytestmark = pytest.mark.model

COURIER = """\
A fire destroyed the old fish market of Lindholm in the early hours of Monday, killing 12 people.
The blaze began shortly after four in the morning in a cold store on the ground floor.
Some 80 firefighters fought the flames until noon, and two of them were taken to hospital.
The market hall was built in 1891 and had been restored only last year."""

HERALD = """\
At least 15 people died when a fire destroyed Lindholm's old fish market early on Monday.
Eighty firefighters battled the flames until midday and two of them were brought to hospital.
Prosecutors have opened an inquiry into the company that installed the refrigeration in the cold store.
He said nothing more about it."""

GAZETTE = """\
The old fish market of Lindholm has burned down.
The stallholders will get a tent on the harbour square from Thursday, the mayor announced.
Photo: Anna Berg / Example Press"""


def told(article: MakeArticle, text: str, source: str, hour: int = 9) -> Article:
    return replace(article(text), source=source, published=datetime(2026, 3, 2, hour, tzinfo=UTC))


@pytest.fixture
def story(article: MakeArticle) -> list[Article]:
    return [
        told(article, COURIER, "The Courier"),
        told(article, GAZETTE, "Evening Gazette", 17),
        told(article, HERALD, "Harbour Herald", 12),
    ]


def summarized(settings: MakeSettings, story: list[Article], **changes: int) -> Summary:
    [summary] = Extractive(settings(**changes)).summarize_stories([story], language="en")
    return summary


def test_where_outlets_differ_each_is_told_with_its_figure(settings: MakeSettings, story: list[Article]) -> None:
    summary = summarized(settings, story, sentences=3)
    lead, other = summary.text.splitlines()
    assert lead.startswith(COURIER.splitlines()[0])
    assert other == f"Harbour Herald: {HERALD.splitlines()[0]}"
    assert summary.passages[1] == Passage(text=HERALD.splitlines()[0], source="Harbour Herald")
    assert summary.sentences == 3


def test_what_two_outlets_say_alike_is_said_once(settings: MakeSettings, story: list[Article]) -> None:
    text = summarized(settings, story, sentences=12, max_words=400).text
    assert "Some 80 firefighters" in text
    assert "Eighty firefighters" not in text
    assert "has burned down" not in text


def test_what_only_one_outlet_knows_is_told_after_its_name_as_the_outlets_appeared(
    settings: MakeSettings, story: list[Article]
) -> None:
    summary = summarized(settings, story, sentences=12, max_words=400)
    assert [passage.source for passage in summary.passages] == ["The Courier", "Harbour Herald", "Evening Gazette"]
    lines = summary.text.splitlines()
    assert lines[1].startswith("Harbour Herald: At least 15 people died")
    assert lines[1].endswith("in the cold store.")
    assert lines[2] == f"Evening Gazette: {GAZETTE.splitlines()[1]}"


def test_every_sentence_stands_in_the_article_of_the_outlet_named(settings: MakeSettings, story: list[Article]) -> None:
    texts = {article.source: article.text for article in story}
    for sentences in range(1, 9):
        for passage in summarized(settings, story, sentences=sentences, max_words=400).passages:
            assert all(f"{part.rstrip('.')}." in texts[passage.source] for part in passage.text.split(". "))


def test_the_limits_hold_with_the_names_of_the_outlets(settings: MakeSettings, story: list[Article]) -> None:
    for sentences in (1, 2, 3, 5):
        for max_words in (40, 60, 90):
            summary = summarized(settings, story, sentences=sentences, max_words=max_words)
            assert summary.sentences <= sentences
            assert len(summary.text.split()) <= max_words
            assert summary.text.startswith(COURIER.splitlines()[0])


def test_a_copy_of_the_same_article_adds_nothing(settings: MakeSettings, article: MakeArticle) -> None:
    lead = told(article, COURIER, "The Courier")
    alone = summarized(settings, [lead], sentences=8, max_words=400)
    copied = summarized(settings, [lead, told(article, COURIER, "Wire Copy")], sentences=8, max_words=400)
    assert copied.text == alone.text
    assert alone.passages == ()


def test_a_denial_is_told_beside_the_claim(settings: MakeSettings, article: MakeArticle) -> None:
    claim = "The minister of transport told the committee that she knew of the cracks in the bridge before it opened."
    denial = "The minister of transport did not know of the cracks in the bridge before it opened, her office said."
    rest = "The bridge over the sound cost 90 million euros. Traffic has been halved since it was closed to lorries."
    story = [told(article, f"{claim}\n{rest}", "A"), told(article, f"{denial}\n{rest}", "B")]
    assert summarized(settings, story, sentences=2).text.splitlines() == [claim, f"B: {denial}"]


def test_an_article_in_another_language_is_left_to_its_link(settings: MakeSettings, story: list[Article]) -> None:
    german = replace(story[1], language="de", text="Bei dem Brand auf dem Fischmarkt von Lindholm starben 15 Menschen.")
    assert "Menschen" not in summarized(settings, [story[0], german], sentences=9, max_words=400).text


def test_a_second_article_of_the_same_outlet_needs_no_name(settings: MakeSettings, story: list[Article]) -> None:
    again = replace(story[2], source="The Courier")
    summary = summarized(settings, [story[0], again], sentences=9, max_words=400)
    assert "The Courier:" not in summary.text
    assert "Prosecutors have opened" in summary.text


def test_languages_that_the_encoder_does_not_know_tell_stories_too(
    settings: MakeSettings, article: MakeArticle
) -> None:
    one = "Bei einem Brand auf dem Fischmarkt von Lindholm starben am Montag 12 Menschen.\nDie Halle stammt von 1891."
    two = "Bei dem Brand auf dem Fischmarkt von Lindholm starben am Montag 15 Menschen.\nDie Halle stammt von 1891."
    story = [replace(told(article, text, source), language="de") for text, source in ((one, "Kurier"), (two, "Bote"))]
    summary = summarized(settings, story, sentences=2)
    assert summary.text.splitlines() == [one.splitlines()[0], f"Bote: {two.splitlines()[0]}"]
    assert summary.model == "builtin (words alone, de)"


def test_a_name_of_an_outlet_cannot_bring_lines_of_its_own(settings: MakeSettings, story: list[Article]) -> None:
    story[2] = replace(story[2], source="Evil\nThe Courier")
    assert "Evil The Courier: At least" in summarized(settings, story, sentences=3).text
