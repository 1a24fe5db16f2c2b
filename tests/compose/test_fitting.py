"""An issue that Gmail would cut off is made to fit: its last stories in a sentence, then left out, as few as needed."""

from dataclasses import replace

import pytest

from digest.compose import fit, lint, list_themes, render
from digest.compose.fitting import LARGEST
from digest.config import Settings
from digest.model import Issue, Section
from tests.compose.conftest import MakeEntry, MakeIssue, MakeSettings

SUMMARY = "The council met until late. The vote was closer than anyone had thought it would be. " + "It went on. " * 60


def size(html: str) -> int:
    return len(html.encode())


@pytest.fixture
def large(issue: MakeIssue, entry: MakeEntry) -> Issue:
    def section(name: str, first: int, count: int) -> Section:
        stories = (entry(f"Story {n}", SUMMARY, url=f"https://x.example/{n}") for n in range(first, first + count))
        return Section(title=name, entries=tuple(stories))

    return issue(sections=(section("Town", 0, 20), section("World", 20, 22)))


def titles(made: Issue) -> list[str]:
    return [entry.story.lead.title for entry in made.entries]


def test_an_issue_that_fits_is_left_as_it_is(issue: MakeIssue, entry: MakeEntry, settings: MakeSettings) -> None:
    fitted = fit(issue(entry()), settings())
    assert (fitted.issue, fitted.skipped) == (issue(entry()), ())


def test_the_last_stories_are_told_in_a_sentence_and_no_more_than_needed(large: Issue, settings: MakeSettings) -> None:
    assert size(render(large, settings()).html) > LARGEST
    fitted = fit(large, settings())
    assert size(fitted.rendered.html) <= LARGEST
    assert titles(fitted.issue) == titles(large)
    count = len(fitted.skipped)
    assert 1 <= count < 41
    brief = fitted.issue.entries[-count:]
    assert all(entry.summary.text == "The council met until late." for entry in brief)
    assert all(entry.summary.text == SUMMARY for entry in fitted.issue.entries[:-count])
    assert [skipped.ref for skipped in fitted.skipped] == [entry.story.lead.url for entry in brief]
    assert all("told in one sentence" in skipped.reason and "102 KB" in skipped.reason for skipped in fitted.skipped)
    # One story fewer in brief would not have done.
    longer = list(fitted.issue.entries)
    longer[-count] = large.entries[-count]
    sections = (replace(large.sections[0], entries=tuple(longer[:20])), Section(title="World", entries=(*longer[20:],)))
    assert size(render(replace(large, sections=sections), settings()).html) > LARGEST


def test_stories_that_their_section_tells_in_a_line_are_not_said_to_be_shortened(
    large: Issue, entry: MakeEntry, settings: MakeSettings
) -> None:
    lines = Section(title="In brief", brief=True, entries=tuple(entry(f"Line {n}", SUMMARY) for n in range(5)))
    fitted = fit(replace(large, sections=(*large.sections, lines)), settings())
    assert size(fitted.rendered.html) <= LARGEST
    assert fitted.issue.sections[-1] == lines
    assert fitted.skipped
    assert {skipped.ref for skipped in fitted.skipped} <= {one.story.lead.url for one in large.entries}


def test_what_does_not_fit_even_so_is_left_out_from_the_end(
    issue: MakeIssue, entry: MakeEntry, settings: MakeSettings
) -> None:
    sections = tuple(
        Section(title=f"Part {at}", entries=tuple(entry(f"Story {20 * at + n}", SUMMARY) for n in range(20)))
        for at in range(4)
    )
    chosen = settings(newsletter={"subject": "{{ count }} stories: {{ lead }}"})
    fitted = fit(issue(sections=sections), chosen)
    kept = titles(fitted.issue)
    assert size(fitted.rendered.html) <= LARGEST
    assert kept == [f"Story {n}" for n in range(len(kept))]
    assert 20 < len(kept) < 80
    assert all(section.entries for section in fitted.issue.sections)
    assert fitted.rendered.subject == f"{len(kept)} stories: Story 0"
    assert fitted.issue.entries[0].summary.text == SUMMARY
    left_out = [skipped for skipped in fitted.skipped if skipped.reason.startswith("left out")]
    assert len(left_out) == 80 - len(kept)
    assert {skipped.stage for skipped in fitted.skipped} == {"compose"}
    assert not any(finding.severity == "error" for finding in lint(fitted.rendered, chosen))


def test_it_can_be_switched_off(large: Issue, settings: MakeSettings) -> None:
    fitted = fit(large, settings(email={"fit": False}))
    assert fitted.issue == large
    assert fitted.skipped == ()
    assert size(fitted.rendered.html) > LARGEST


def test_a_theme_that_is_too_large_by_itself_loses_no_story(large: Issue, settings: MakeSettings, tmp_path) -> None:  # type: ignore[no-untyped-def]
    filler = f"<mj-raw><p>{'words ' * 20_000}</p></mj-raw>"
    page = f'{{% extends "builtin/email.mjml" %}}{{% block closing %}}{filler}{{% endblock %}}'
    (tmp_path / "email.mjml").write_text(page)
    chosen = settings(theme={"dir": tmp_path})
    fitted = fit(large, chosen)
    assert fitted.issue == large
    assert fitted.skipped == ()
    assert [finding.rule for finding in lint(fitted.rendered, chosen) if finding.severity == "error"] == ["size"]


@pytest.mark.parametrize("name", [theme.name for theme in list_themes(Settings())])
def test_every_theme_fits(large: Issue, settings: MakeSettings, name: str) -> None:
    fitted = fit(large, settings(theme={"name": name}))
    assert size(fitted.rendered.html) <= LARGEST
    assert titles(fitted.issue) == titles(large)[: len(fitted.issue.entries)]
    assert len(fitted.issue.entries) >= 36
