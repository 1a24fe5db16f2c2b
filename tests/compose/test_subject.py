"""Subject and preheader: one line each, whatever the articles are called."""

from pathlib import Path

import pytest

from digest.compose import headline
from digest.errors import ConfigError
from digest.model import Section
from tests.compose.conftest import NOW, MakeEntry, MakeSettings


def test_a_subject_may_use_every_name(entry: MakeEntry, settings: MakeSettings) -> None:
    sections = (Section(title="Town", entries=(entry("First"), entry("Second"))),)
    chosen = settings(newsletter={"name": "Morning", "subject": "{{name}}|{{lead}}|{{date}}|{{number}}|{{count}}"})
    subject, preheader = headline(sections, chosen, number=7, now=NOW)
    assert subject == "Morning|First|Nov 22, 2025|7|2"
    assert preheader == "Second"


def test_a_hostile_title_stays_one_line_of_text(entry: MakeEntry, settings: MakeSettings) -> None:
    title = "a\r\nBcc: x@evil.example\x00 {{ 7 * 7 }} \u202e<b>"
    sections = (Section(title="", entries=(entry(title), entry(title))),)
    subject, preheader = headline(sections, settings(), number=1, now=NOW)
    assert subject == "My digest: a Bcc: x@evil.example {{ 7 * 7 }} <b>"
    assert preheader == "a Bcc: x@evil.example {{ 7 * 7 }} <b>"


def test_a_long_lead_gives_way_to_what_stands_after_it(entry: MakeEntry, settings: MakeSettings) -> None:
    sections = (Section(title="", entries=(entry("word " * 100),)),)
    chosen = settings(newsletter={"name": "Morning", "subject": "{{ lead }} ({{ date }})"})
    subject, _ = headline(sections, chosen, number=1, now=NOW)
    assert len(subject) <= 120
    assert subject.startswith("word word")
    assert subject.endswith("word… (Nov 22, 2025)")


def test_a_word_of_five_thousand_letters_is_cut(entry: MakeEntry, settings: MakeSettings) -> None:
    sections = (Section(title="", entries=(entry("w" * 5000), entry("v" * 5000))),)
    subject, preheader = headline(sections, settings(), number=1, now=NOW)
    assert (len(subject), len(preheader)) == (120, 150)


def test_a_preheader_holds_whole_titles(entry: MakeEntry, settings: MakeSettings) -> None:
    entries = tuple(entry(f"Title number {n} of this issue") for n in range(12))
    _, preheader = headline((Section(title="", entries=entries),), settings(), number=1, now=NOW)
    assert preheader.split(" · ") == [f"Title number {n} of this issue" for n in range(1, 5)]


def test_with_one_story_the_preheader_is_its_summary(entry: MakeEntry, settings: MakeSettings) -> None:
    _, preheader = headline((Section(title="", entries=(entry(),)),), settings(), number=1, now=NOW)
    assert preheader == "Water stood at the quay. The mayor spoke."


def test_an_issue_of_nothing_has_a_subject(settings: MakeSettings) -> None:
    assert headline((), settings(), number=1, now=NOW) == ("My digest", "")


def test_a_story_without_title_is_called_by_its_summary(entry: MakeEntry, settings: MakeSettings) -> None:
    subject, _ = headline((Section(title="", entries=(entry(""),)),), settings(), number=1, now=NOW)
    assert subject == "My digest: Water stood at the quay."


@pytest.mark.parametrize(
    "template",
    [
        "{{ nmae }}",
        "{{ lead",
        "{% for x in %}",
        "{{ lead.__class__.__mro__ }}",
        "{{ 'a' * 999999999 }}",
        "{{ range(999999999) | list }}",
        "{{ 1 / 0 }}",
        "{% include '/etc/passwd' %}",
        "  ",
    ],
)
def test_a_subject_that_cannot_be_written_is_told_with_its_place(template: str, settings: MakeSettings) -> None:
    chosen = settings(newsletter={"subject": template}, file=Path("/etc/digest/config.toml"))
    with pytest.raises(ConfigError) as caught:
        headline((), chosen, number=1, now=NOW)
    (problem,) = caught.value.problems
    assert problem.where == "/etc/digest/config.toml [newsletter] subject"
    assert "{{ name }}" in problem.remedy
