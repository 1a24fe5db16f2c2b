"""A theme is tried before there is an issue to be spoiled."""

import pytest

from digest.compose import check_theme, lint_theme
from digest.errors import Problem, TemplateError
from tests.compose.conftest import PAGE, TEXT, MakeSettings, WriteTheme


def problems(theme: WriteTheme, files: dict[str, str], **tables: object) -> tuple[Problem, ...]:
    with pytest.raises(TemplateError) as caught:
        check_theme(theme(files, **tables))
    return caught.value.problems


@pytest.mark.parametrize("language", ["en", "ar", "hi", "zh-Hant"])
def test_the_classic_theme_is_sound(settings: MakeSettings, language: str) -> None:
    check_theme(settings(newsletter={"language": language}))


def test_a_small_theme_is_sound(theme: WriteTheme) -> None:
    check_theme(theme())


def test_every_file_that_does_not_compile_is_told_at_once(theme: WriteTheme) -> None:
    found = problems(theme, {"email.mjml": "{% if %}", "text.txt": "{{ a", "unused.mjml": "{% nothing %}"})
    assert sorted(problem.where.split("/")[-1] for problem in found) == ["email.mjml:1", "text.txt:1", "unused.mjml:1"]


def test_mistakes_of_both_parts_are_told_at_once(theme: WriteTheme) -> None:
    files = {"email.mjml": PAGE.replace("issue.subject", "issue.subjekt"), "text.txt": TEXT + "{{ nobody }}"}
    assert [problem.where.split("/")[-1].split(":")[0] for problem in problems(theme, files)] == [
        "email.mjml",
        "text.txt",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "{{ entry.also[0].sauce }}",  # only where a story has a second source
        "{% if not entry.url %}{{ entry.nothing }}{% endif %}",
        "{% if entry.image %}{{ entry.nothing }}{% endif %}",
        "{% if not entry.date %}{{ entry.nothing }}{% endif %}",
        "{% if issue.web_url %}{{ issue.nothing }}{% endif %}",
        "{% if newsletter.address %}{{ issue.nothing }}{% endif %}",
    ],
)
def test_a_mistake_that_only_some_issues_bring_out_is_found(theme: WriteTheme, line: str) -> None:
    text = TEXT.replace("{{ entry.title }}", f"{{{{ entry.title }}}}{line}")
    (problem, *_) = problems(theme, {"text.txt": text})
    assert "text.txt:2" in problem.where


@pytest.mark.parametrize(("address", "base_url"), [("1 Quay Street", "https://x.example"), ("", "")])
def test_parts_of_the_footer_are_tried_whether_they_are_set_or_not(
    theme: WriteTheme, address: str, base_url: str
) -> None:
    line = "{% if not newsletter.address %}{{ a }}{% endif %}{% if newsletter.address %}\n{{ b }}{% endif %}"
    found = problems(theme, {"text.txt": line}, newsletter={"address": address}, web={"base_url": base_url})
    assert sorted(problem.where.split(":")[-1] for problem in found) == ["1", "2"]


def test_text_that_is_not_escaped_is_found_by_a_hostile_article(theme: WriteTheme) -> None:
    page = PAGE.replace("<p>{{ paragraph }}</p>", "<p>{{ paragraph | safe }}</p>")
    (problem, *_) = problems(theme, {"email.mjml": page})
    assert "paragraph | safe" in problem.what


def test_what_lint_finds_in_the_theme_itself_is_told_before_there_is_an_issue(
    theme: WriteTheme, settings: MakeSettings
) -> None:
    assert lint_theme(settings(transport={"type": "smtp", "host": "mail.example"})) == ()
    page = PAGE.replace("<p>{{ paragraph }}</p>", '<p style="display:flex">{{ paragraph }}</p>')
    (finding,) = lint_theme(theme({"email.mjml": page}))
    assert finding.rule == "client-support"
    assert "mine/email.mjml:14" in finding.message


def test_a_mistake_that_shows_in_the_other_direction_of_writing_only_is_told(theme: WriteTheme) -> None:
    with pytest.raises(TemplateError, match="nothing_of_the_kind"):
        check_theme(theme({"text.txt": "{% if newsletter.dir == 'rtl' %}{{ nothing_of_the_kind }}{% endif %}"}))
