"""theme.toml: what it may say, and how a mistake in it is told."""

from pathlib import Path

import pytest

from digest.compose.variables import Variables, read_variables
from digest.errors import TemplateError

BASE = Variables(name="base", light={"ink": "#111111"}, dark={"ink": "#eeeeee"}, layout={"width": 600})


def write(folder: Path, text: str) -> Path:
    (folder / "theme.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_folder_without_a_file_has_those_of_the_base(tmp_path: Path) -> None:
    assert read_variables(tmp_path, BASE) == BASE


def test_values_are_laid_over_those_of_the_base(tmp_path: Path) -> None:
    text = '[light]\nink = "#ABC"\n[extra]\nlogo = "https://x.example/l.png"\n[fonts]\n'
    seen = read_variables(write(tmp_path, text), BASE)
    assert seen.light == {"ink": "#aabbcc"}
    assert seen.dark == {"ink": "#eeeeee"}
    assert seen.extra == {"logo": "https://x.example/l.png"}


def test_quotes_around_fonts_are_left_out(tmp_path: Path) -> None:
    seen = read_variables(write(tmp_path, "[fonts]\nbody = \"'Segoe UI', Arial\"\n"))
    assert seen.fonts == {"body": "Segoe UI, Arial"}


@pytest.mark.parametrize(
    ("text", "where", "what", "remedy"),
    [
        ('[light]\nimk = "#111"\n', ":2 [light] imk", "unknown name 'imk'", "did you mean 'ink'?"),
        ('[light]\n\nink = "red"\n', ":3 [light] ink", "must be a colour", ""),
        ('[light]\nink = "#111;} body{display:none"\n', ":2 [light] ink", "must be a colour", ""),
        ('[fonts]\nbody = "a; } x { y: z"\n', ":2 [fonts] body", "must be names of fonts", ""),
        ('[layout]\nwidth = "wide"\n', ":2 [layout] width", "must be a whole number", ""),
        ("[layout]\nwidth = 99999\n", ":2 [layout] width", "must be a whole number", ""),
        ("[layout]\nwidth = true\n", ":2 [layout] width", "must be a whole number", ""),
        ("[layout]\nwidth = 100\n", ":2 [layout] width", "leaves 100 pixels for the text", "at least 200"),
        ("[layout]\nwidth = 0\n", ":2 [layout] width", "leaves 0 pixels", "at least 200"),
        ('[lihgt]\nink = "#111"\n', ":1", "unknown key 'lihgt'", "did you mean 'light'?"),
        ("light = 3\n", "theme.toml", "must be a table", "write [light]"),
        ("description = 3\n", "theme.toml", "must be text", ""),
        ('[logo]\nimage = "data:image/png;base64,x"\n', ":2 [logo] image", "must be an address", ""),
        ("[logo]\nwidth = 2000\n", ":2 [logo] width", "must be a whole number", ""),
        ("[extra]\nlist = [1]\n", ":2 [extra] list", "must be text, a number", ""),
        ("[light\n", "theme.toml", "cannot be read", "mend this file"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, text: str, where: str, what: str, remedy: str) -> None:
    base = None if "fonts" in text or "logo" in text else BASE
    with pytest.raises(TemplateError) as caught:
        read_variables(write(tmp_path, text), base)
    (problem,) = caught.value.problems
    assert where in problem.where
    assert what in problem.what
    assert remedy in problem.remedy


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(TemplateError) as caught:
        read_variables(write(tmp_path, 'naem = "x"\n[light]\nimk = "#111"\n[dark]\nink = 3\n'), BASE)
    assert len(caught.value.problems) == 3
