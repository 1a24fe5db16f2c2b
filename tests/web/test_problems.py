"""A problem as the page shows it: the place, the lines around it, the remedy."""

from pathlib import Path

from digest.errors import Problem, TemplateError
from digest.web.problems import as_json


def shown(problem: Problem, base: Path) -> list[tuple[int, str, bool]]:
    (told,) = as_json(TemplateError([problem]), base)
    return [(line["number"], line["text"], line["wrong"]) for line in told["lines"]]


def test_the_line_is_shown_among_its_neighbours(tmp_path: Path) -> None:
    file = tmp_path / "theme" / "email.mjml"
    file.parent.mkdir()
    file.write_text("".join(f"line {n}\n" for n in range(1, 10)))
    problem = Problem(what="is wrong\n    line 5", where=f"{file}:5", remedy="mend it")
    (told,) = as_json(TemplateError([problem]), tmp_path)
    assert (told["what"], told["where"], told["remedy"]) == ("is wrong", "theme/email.mjml:5", "mend it")
    assert shown(problem, tmp_path) == [(n, f"line {n}", n == 5) for n in range(3, 8)]
    first = Problem(what="is wrong\n    line 1", where=f"{file}:1")
    assert [number for number, _, _ in shown(first, tmp_path)] == [1, 2, 3]


def test_theme_toml_is_shown_too_also_where_it_is_no_toml(tmp_path: Path) -> None:
    file = tmp_path / "theme.toml"
    file.write_text('[light]\nimk = "#123456"\n')
    assert shown(Problem(what="unknown", where=f"{file}:2 [light] imk"), tmp_path)[1] == (2, 'imk = "#123456"', True)
    syntax = Problem(what="cannot be read: Expected '=' (at line 2, column 5)", where=str(file))
    assert (2, 'imk = "#123456"', True) in shown(syntax, tmp_path)


def test_of_a_configuration_no_line_is_shown_but_what_the_problem_shows(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[transport]\npasword = "open sesame"\n')
    assert shown(Problem(what="unknown key 'pasword'", where=f"{file}:2 [transport] pasword"), tmp_path) == []


def test_a_problem_without_a_place_is_told_as_it_is(tmp_path: Path) -> None:
    (told,) = as_json(TemplateError("no store", where="postgresql://host:5432/db"), tmp_path)
    assert told == {"what": "no store", "where": "postgresql://host:5432/db", "remedy": "", "lines": []}
    assert as_json(TemplateError("x", where=str(tmp_path / "gone.mjml") + ":3"), tmp_path)[0]["lines"] == []
