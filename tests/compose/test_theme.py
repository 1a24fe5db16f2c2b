"""Themes are found, listed, extended and copied; nothing of the user's is ever overwritten."""

import os
import re
import time
from pathlib import Path

import pytest

from digest.compose import check_theme, copy_theme, list_themes, render
from digest.compose.theme import open_theme
from digest.config import Settings, load_config
from digest.errors import ConfigError, OutputError, TemplateError, UsageError
from tests.compose.conftest import PAGE, MakeEntry, MakeIssue, MakeSettings, WriteTheme


def test_the_built_in_themes_are_listed(settings: MakeSettings) -> None:
    classic = next(theme for theme in list_themes(settings()) if theme.name == "classic")
    assert classic.current
    assert classic.description
    assert (classic.folder / "email.mjml").is_file()


def test_a_theme_that_is_not_there_is_told_with_the_nearest(settings: MakeSettings) -> None:
    with pytest.raises(ConfigError) as caught:
        check_theme(settings(theme={"name": "clasic"}))
    (problem,) = caught.value.problems
    assert problem.where == "config [theme] name"
    assert problem.remedy == "did you mean 'classic'?"


def test_a_folder_that_is_not_there_is_told(settings: MakeSettings, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        check_theme(settings(theme={"dir": tmp_path / "gone"}))
    assert f"themes copy classic {tmp_path / 'gone'}" in caught.value.problems[0].remedy


@pytest.mark.parametrize("name", ["brief", "classic", "magazine", "plain"])
def test_a_copy_renders_as_the_theme_does(
    settings: MakeSettings, issue: MakeIssue, entry: MakeEntry, tmp_path: Path, name: str
) -> None:
    copies = copy_theme(name, tmp_path / "new" / "mine")
    assert {path.name for path in copies} >= {"email.mjml", "text.txt", "theme.toml"}
    slots = dict.fromkeys(render(issue(), settings()).slots, "token")
    made = render(issue(entry()), settings(theme={"name": name}), slots=slots)
    mine = settings(theme={"name": name, "dir": tmp_path / "new" / "mine"})
    assert render(issue(entry()), mine, slots=slots) == made


@pytest.mark.parametrize("name", ["brief", "classic", "magazine", "plain"])
def test_a_copy_can_change_one_block(
    settings: MakeSettings, issue: MakeIssue, entry: MakeEntry, tmp_path: Path, name: str
) -> None:
    copy_theme(name, tmp_path)
    (tmp_path / "email.mjml").write_text(
        '{% extends "builtin/email.mjml" %}\n{% block opening %}<mj-section><mj-column>'
        "<mj-text>Good morning</mj-text></mj-column></mj-section>{% endblock %}"
    )
    mine = settings(theme={"name": name, "dir": tmp_path})
    check_theme(mine)
    html = render(issue(entry()), mine).html
    assert html.count("Good morning") == 1
    assert html.index("Good morning") < html.index("The river is rising</a>")


def test_a_copy_overwrites_nothing_and_writes_nothing_then(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("mine")
    with pytest.raises(UsageError) as caught:
        copy_theme("classic", tmp_path)
    assert caught.value.problems[0].where == str(tmp_path / "text.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["text.txt"]
    assert (tmp_path / "text.txt").read_text() == "mine"


def test_a_copy_to_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError):
        copy_theme("classic", tmp_path / "file" / "mine")


def test_a_copy_of_a_theme_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no theme 'nothing'"):
        copy_theme("nothing", tmp_path)


def test_a_changed_file_is_seen_by_the_next_render(theme: WriteTheme, issue: MakeIssue) -> None:
    settings = theme({"text.txt": "before"})
    assert render(issue(), settings).text == "before\n"
    assert settings.theme.dir is not None
    path = settings.theme.dir / "text.txt"
    path.write_text("after!")
    os.utime(path, ns=(time.time_ns(), time.time_ns()))
    assert render(issue(), settings).text == "after!\n"


def test_a_theme_toml_of_the_user_changes_what_it_names(
    issue: MakeIssue, settings: MakeSettings, tmp_path: Path
) -> None:
    (tmp_path / "theme.toml").write_text('[light]\nink = "#123456"\n')
    assert "#123456" in render(issue(), settings(theme={"dir": tmp_path})).html
    assert "#123456" not in render(issue(), settings()).html


def test_the_configuration_overrides_a_variable(settings: MakeSettings, issue: MakeIssue, tmp_path: Path) -> None:
    (tmp_path / "theme.toml").write_text('[light]\nink = "#123456"\n[extra]\ngreeting = "Hello"\n')
    tables = {"light": {"ink": "#ABC"}, "layout": {"width": 555}, "extra": {"greeting": "Servus"}}
    mine = settings(theme={"dir": tmp_path, **tables})
    assert open_theme(mine).variables.extra["greeting"] == "Servus"
    html = render(issue(), mine).html
    assert "#aabbcc" in html
    assert "555px" in html
    assert "#123456" not in html


@pytest.mark.parametrize(
    ("line", "what", "remedy"),
    [
        ('[theme.light]\nimk = "#111"', "unknown name 'imk'", "did you mean 'ink'?"),
        ('[theme.dark]\nink = "red"', "must be a colour like #1a2b3c, not 'red'", ""),
        ("[theme.layout]\nwidth = 9999", "must be a whole number of pixels from 0 to 1200", ""),
        ('[theme.layout]\nwidth = "600px"', "must be a whole number of pixels", ""),
        ('[theme.fonts]\nbody = "x; } y {"', "must be names of fonts apart by commas", ""),
        ('[theme.logo]\nimage = "javascript:alert(1)"', "must be an address that begins with https://", ""),
        ("[theme.extra]\nthumbnials = true", "unknown name 'thumbnials'", "did you mean 'thumbnails'?"),
        ('[theme.extra]\nthumbnails = "no"', "must be of the same kind as True", ""),
    ],
)
def test_a_variable_that_is_wrong_is_told_where_the_configuration_says_it(
    tmp_path: Path, line: str, what: str, remedy: str
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f"[newsletter]\nname = 'x'\n\n{line}\n")
    with pytest.raises(ConfigError) as caught:
        check_theme(load_config(path))
    (problem,) = caught.value.problems
    table, key = line.split("\n")[0], line.split("\n")[1].split(" =")[0]
    assert problem.where == f"{path}:5 {table} {key}"
    assert what in problem.what
    assert problem.remedy == remedy


def test_a_margin_that_leaves_no_room_is_told(settings: MakeSettings) -> None:
    with pytest.raises(ConfigError, match="leaves -560 pixels for the text"):
        open_theme(settings(theme={"layout": {"margin": 600}}))


@pytest.mark.parametrize("name", ["brief", "classic", "magazine", "plain"])
@pytest.mark.parametrize("layout", [{"gap": 0}, {"margin": 0, "gap": 80}, {"phone_margin": 0, "section_gap": 0}])
def test_no_measure_becomes_negative(
    settings: MakeSettings, issue: MakeIssue, entry: MakeEntry, name: str, layout: dict[str, int]
) -> None:
    entries = [entry(f"Story {n}", image=f"https://x.example/{n}.jpg") for n in range(4)]
    html = render(issue(*entries), settings(theme={"name": name, "layout": layout})).html
    assert re.findall(r"(?:width|padding)[\w-]*:(?:[^;\"{}]*\s)?-\d[^;\"}]*", html) == []


def test_a_variable_in_an_inline_table_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[theme]\nname = 'plain'\nlight = { imk = '#111' }\n")
    with pytest.raises(ConfigError) as caught:
        check_theme(load_config(path))
    assert caught.value.problems[0].where == f"{path}:3 [theme.light] imk"


def test_a_mistake_in_the_users_theme_toml_is_told(settings: MakeSettings, tmp_path: Path) -> None:
    (tmp_path / "theme.toml").write_text('[light]\nimk = "#123456"\n')
    with pytest.raises(TemplateError) as caught:
        check_theme(settings(theme={"dir": tmp_path}))
    assert caught.value.problems[0].where == f"{tmp_path / 'theme.toml'}:2 [light] imk"


def test_a_folder_that_extends_another_theme_than_the_chosen_one_is_told(
    settings: MakeSettings, tmp_path: Path
) -> None:
    (tmp_path / "theme.toml").write_text('description = "x"\nextends = "magazine"\n', encoding="utf-8")
    with pytest.raises(TemplateError) as caught:
        open_theme(settings(theme={"dir": tmp_path}))
    (problem,) = caught.value.problems
    assert problem.where == f"{tmp_path / 'theme.toml'}:2 extends"
    assert problem.remedy.startswith('set name = "magazine"')
    assert open_theme(settings(theme={"name": "magazine", "dir": tmp_path})).user == tmp_path


@pytest.mark.parametrize(
    ("link", "target"), [("gone.mjml", "nowhere.mjml"), ("again", "."), ("self.mjml", "self.mjml")]
)
def test_a_link_that_leads_nowhere_or_back_is_no_template(
    theme: WriteTheme, issue: MakeIssue, link: str, target: str
) -> None:
    settings = theme({})
    assert settings.theme.dir is not None
    (settings.theme.dir / link).symlink_to(target)
    assert "<html" in render(issue(), settings).html


def test_hidden_files_are_no_templates(theme: WriteTheme, issue: MakeIssue) -> None:
    assert isinstance(check_theme(theme({".draft.mjml": "{{", ".git/x.mjml": "{{"})), type(None))
    with pytest.raises(TemplateError):
        check_theme(theme({"draft.mjml": "{{"}))


def test_a_theme_of_another_package_can_extend_a_built_in_one(
    issue: MakeIssue, settings: MakeSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "ours"
    package.mkdir()
    (package / "theme.toml").write_text('name = "ours"\nextends = "classic"\n[light]\nink = "#123456"\n')
    (package / "text.txt").write_text('{% extends "classic/text.txt" %}')
    info = tmp_path / "site" / "ours-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: ours\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[digest.themes]\nours = ours_theme:FOLDER\n")
    (tmp_path / "site" / "ours_theme.py").write_text(f"FOLDER = {str(package)!r}\n")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))

    chosen: Settings = settings(theme={"name": "ours"})
    rendered = render(issue(), chosen)
    assert "#123456" in rendered.html
    assert "Unsubscribe" in rendered.text
    assert "ours" in {theme.name for theme in list_themes(chosen)}
    check_theme(chosen)


def test_a_page_of_the_user_alone_is_enough(theme: WriteTheme, issue: MakeIssue, entry: MakeEntry) -> None:
    settings = theme({"email.mjml": PAGE})
    assert settings.theme.dir is not None
    (settings.theme.dir / "text.txt").unlink()
    assert "The river is rising" in render(issue(entry()), settings).text
