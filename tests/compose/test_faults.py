"""A mistake in a template is told with its file, its line, the line itself, and a remedy."""

from collections.abc import Callable

import pytest

from digest.compose import render
from digest.errors import Problem, TemplateError
from tests.compose.conftest import PAGE, TEXT, MakeEntry, MakeIssue, WriteTheme

Find = Callable[[dict[str, str]], tuple[Problem, ...]]


@pytest.fixture
def problems(theme: WriteTheme, issue: MakeIssue, entry: MakeEntry) -> Find:
    def find(files: dict[str, str]) -> tuple[Problem, ...]:
        with pytest.raises(TemplateError) as caught:
            render(issue(entry(), entry("Second")), theme(files))
        return caught.value.problems

    return find


@pytest.mark.parametrize(
    ("line", "what", "remedy"),
    [
        ("{{ isue.number }}", "there is no 'isue' here", "did you mean 'issue'?"),
        ("{{ issue.numbr }}", "there is no 'numbr' in issue", "did you mean 'number'?"),
        ("{{ light.inc }}", "there is no 'inc' in this table", "did you mean 'ink'?"),
        ("{{ issue.number", "unexpected end of template", "end it with }}"),
        ("{% if issue.number %}", "unexpected end of template", ""),
        ("{% fi issue.number %}", "unknown tag 'fi'", ""),
        ("{{ issue.number | uper }}", "no filter named 'uper'", ""),
        ("{# a comment", "missing end of comment tag", "put a space between { and #"),
        ("{{ 1 / 0 }}", "ZeroDivisionError", ""),
        ("{{ issue.number + 'a' }}", "TypeError", ""),
        ("{{ _('Hello %(who)s') }}", "there is no value for %(who)s", "who=…"),
        ("{{ _('100% of it') }}", "TypeError", "is written %%"),
        ("{{ _('all of 100%') }}", "ValueError", "is written %%"),
        ('{% include "entri.txt" %}', "there is no template 'entri.txt'", "did you mean 'entry.txt'?"),
        ('{% include "text.txt" %}', "includes or extends itself", ""),
    ],
)
def test_a_mistake_of_jinja(problems: Find, line: str, what: str, remedy: str) -> None:
    (problem,) = problems({"text.txt": f"first\n{line}\n", "entry.txt": "x"})
    assert what.lower() in problem.what.lower()
    assert remedy in problem.remedy
    assert problem.where.split("/")[-1].startswith("text.txt:")


def test_the_line_is_shown(problems: Find) -> None:
    (problem,) = problems({"text.txt": "first\n\n   {{ isue.number }} of it\n"})
    assert problem.where.endswith("mine/text.txt:3")
    assert problem.what.split("\n")[1].strip() == "{{ isue.number }} of it"


def test_a_mistake_in_an_included_file_is_told_there(problems: Find) -> None:
    page = PAGE.replace("<mj-text>\n          <a", '{% include "parts/one.mjml" %}\n<mj-text>\n          <a')
    (problem,) = problems({"email.mjml": page, "parts/one.mjml": "\n\n<mj-text>{{ entry.titel }}</mj-text>"})
    assert problem.where.endswith("mine/parts/one.mjml:3")
    assert problem.remedy == "did you mean 'title'?"


def test_a_mistake_of_mjml_is_told_at_the_line_that_wrote_it(problems: Find) -> None:
    page = PAGE.replace("</mj-section>\n    {% endblock %}", "{% include 'bad.mjml' %}</mj-section>{% endblock %}")
    bad = "{% set x = 1 %}\n{# a comment of\n two lines #}\n<mj-column>\n  <mj-txt>x</mj-txt>\n</mj-column>"
    (problem,) = problems({"email.mjml": page, "bad.mjml": bad})
    assert problem.where.endswith("mine/bad.mjml:5")
    assert "<mj-txt>x</mj-txt>" in problem.what
    assert problem.remedy == "did you mean <mj-text>?"


def test_all_mistakes_of_mjml_are_told_and_those_in_a_loop_once(problems: Find) -> None:
    page = PAGE.replace("<mj-text>\n          <a", '<mj-text colour="red">\n          <a').replace(
        "<mjml>", "<mjml x='1'>"
    )
    found = problems({"email.mjml": page})
    assert [problem.where.rsplit(":", 1)[1] for problem in found] == ["1", "12"]


def test_a_mistake_that_only_the_library_sees_has_a_line(problems: Find, monkeypatch: pytest.MonkeyPatch) -> None:
    from digest.compose import mjml

    def refuse(source: str, **_: object) -> str:
        at = source.encode().index(b"<mj-text")
        raise ValueError(f"unexpected token in root template at position {at}:{at + 2}")

    monkeypatch.setattr(mjml.mrml, "mjml2html", refuse)
    (problem,) = problems({})
    assert problem.where.endswith("mine/email.mjml:12")
    assert "MJML refuses this" in problem.what


def test_a_page_of_nothing_is_no_email(problems: Find) -> None:
    (problem,) = problems({"email.mjml": ""})
    assert "there is no <mjml>" in problem.what
    assert problem.where.endswith("mine/email.mjml")


def test_css_that_looks_like_jinja_has_a_remedy(problems: Find) -> None:
    page = PAGE.replace("</mj-head>", "<mj-style>a{#b { color: red }}</mj-style></mj-head>")
    (problem,) = problems({"email.mjml": page})
    assert "put a space between { and #" in problem.remedy
    assert problem.where.endswith("email.mjml:5")


def test_text_and_page_are_told_in_their_own_files(problems: Find) -> None:
    (problem,) = problems({"text.txt": TEXT + "{{ entry.nothing }}"})
    assert "text.txt:" in problem.where
