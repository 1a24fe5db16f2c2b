"""A theme is changed block by block and file by file, and a name that fits nothing is told."""

import pytest

from digest.compose import render
from digest.errors import Problem, TemplateError
from tests.compose.conftest import MakeEntry, MakeIssue, WriteTheme

BASE = """\
<mjml><mj-body>
{% block opening %}<mj-section><mj-column><mj-text>BASE OPENING</mj-text></mj-column></mj-section>{% endblock %}
{% block closing %}<mj-section><mj-column><mj-text>BASE CLOSING</mj-text></mj-column></mj-section>{% endblock %}
</mj-body></mjml>
"""
OWN = "<mj-section><mj-column><mj-text>OWN</mj-text></mj-column></mj-section>"


def problem_of(theme: WriteTheme, issue: MakeIssue, files: dict[str, str]) -> Problem:
    with pytest.raises(TemplateError) as caught:
        render(issue(), theme(files))
    (problem,) = caught.value.problems
    return problem


def test_one_block_is_replaced_and_the_others_stay(theme: WriteTheme, issue: MakeIssue) -> None:
    page = f'{{% extends "base.mjml" %}}\n{{% block opening %}}{OWN}{{{{ super() }}}}{{% endblock %}}'
    html = render(issue(), theme({"base.mjml": BASE, "email.mjml": page})).html
    assert html.index("OWN") < html.index("BASE OPENING") < html.index("BASE CLOSING")


def test_the_built_in_file_is_extended_by_a_file_of_its_name(theme: WriteTheme, issue: MakeIssue) -> None:
    text = '{% extends "builtin/text.txt" %}'
    rendered = render(issue(), theme({"text.txt": text}, newsletter={"name": "The Morning Paper"}))
    assert "The Morning Paper" in rendered.text


def test_one_file_of_the_theme_is_replaced(theme: WriteTheme, issue: MakeIssue, entry: MakeEntry) -> None:
    settings = theme({"footer.mjml": OWN})
    assert settings.theme.dir is not None
    for name in ("email.mjml", "text.txt"):
        (settings.theme.dir / name).unlink()
    rendered = render(issue(entry("A built-in page")), settings)
    assert "A built-in page" in rendered.html
    assert "OWN" in rendered.html


def test_a_misspelled_block_is_told_with_the_nearest(theme: WriteTheme, issue: MakeIssue) -> None:
    page = f'{{% extends "base.mjml" %}}\n\n{{% block openning %}}{OWN}{{% endblock %}}'
    problem = problem_of(theme, issue, {"base.mjml": BASE, "email.mjml": page})
    assert problem.where.endswith("mine/email.mjml:3")
    assert "base.mjml has no block 'openning'" in problem.what
    assert problem.remedy == "did you mean 'opening'?"


def test_a_misspelled_block_of_the_built_in_theme_is_told(theme: WriteTheme, issue: MakeIssue) -> None:
    page = f'{{% extends "builtin/email.mjml" %}}\n{{% block fotter %}}{OWN}{{% endblock %}}'
    problem = problem_of(theme, issue, {"email.mjml": page})
    assert problem.remedy == "did you mean 'footer'?"


def test_a_block_inside_a_replaced_one_may_be_new(theme: WriteTheme, issue: MakeIssue) -> None:
    inner = f"{{% block opening %}}{{% block inner %}}{OWN}{{% endblock %}}{{% endblock %}}"
    html = render(issue(), theme({"base.mjml": BASE, "email.mjml": '{% extends "base.mjml" %}' + inner})).html
    assert "OWN" in html


def test_a_template_that_extends_itself_is_told(theme: WriteTheme, issue: MakeIssue) -> None:
    problem = problem_of(theme, issue, {"email.mjml": '{% extends "email.mjml" %}'})
    assert "this template extends itself" in problem.what
    assert problem.remedy == 'write {% extends "builtin/email.mjml" %}'


def test_a_file_that_nothing_uses_and_is_nearly_called_as_one_that_is_used(theme: WriteTheme, issue: MakeIssue) -> None:
    problem = problem_of(theme, issue, {"email.mjml": '{% extends "builtin/email.mjml" %}', "foter.mjml": OWN})
    assert problem.where.endswith("mine/foter.mjml")
    assert problem.remedy == "did you mean 'footer.mjml'?"


def test_a_file_that_cannot_be_read_is_told_before_one_that_nothing_uses(theme: WriteTheme, issue: MakeIssue) -> None:
    problem = problem_of(theme, issue, {"email.mjml": '{% if %}{% include "foter.mjml" %}', "foter.mjml": OWN})
    assert problem.where.endswith("mine/email.mjml:1")


def test_other_files_may_lie_in_the_folder(theme: WriteTheme, issue: MakeIssue) -> None:
    assert render(issue(), theme({"notes.txt": "not a template {{", "README.md": "{% x"})).html
