"""Each character of what templates write is traced to the file and line that wrote it."""

from pathlib import Path

from digest.compose import check_theme
from digest.compose.marks import read_marks
from digest.errors import TemplateError

from .conftest import WriteTheme


def test_marks_are_taken_out_and_remembered() -> None:
    places = read_marks("\x010:1\x02one\n\x010:2\x02two\x011:7\x02 three", ["a.mjml", "b.mjml"])

    assert places.text == "one\ntwo three"
    assert places.of(places.text.index("one")) == ("a.mjml", 1)
    assert places.of(places.text.index("two")) == ("a.mjml", 2)
    assert places.of(places.text.index("three")) == ("b.mjml", 7)


def test_what_a_file_writes_before_any_text_of_its_own_is_told_there(theme: WriteTheme, tmp_path: Path) -> None:
    page = '<mjml>\n<mj-body>\n{% include "part.mjml" %}\n</mj-body>\n</mjml>'
    settings = theme({"email.mjml": page, "part.mjml": "{{ issue.subject }}"})
    try:
        check_theme(settings)
    except TemplateError as error:
        wheres = {problem.where for problem in error.problems}
    else:
        wheres = set()

    assert wheres == {f"{tmp_path / 'mine' / 'part.mjml'}:1"}
