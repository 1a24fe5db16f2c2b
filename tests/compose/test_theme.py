"""Themes are found, listed, extended and copied; nothing of the user's is ever overwritten."""

import os
import time
from pathlib import Path

import pytest

from digest.compose import check_theme, copy_theme, list_themes, render
from digest.config import Settings
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


def test_a_copy_renders_as_the_theme_does(
    settings: MakeSettings, issue: MakeIssue, entry: MakeEntry, tmp_path: Path
) -> None:
    copies = copy_theme("classic", tmp_path / "new" / "mine")
    assert {path.name for path in copies} >= {"email.mjml", "text.txt", "theme.toml"}
    slots = dict.fromkeys(render(issue(), settings()).slots, "token")
    made = render(issue(entry()), settings(), slots=slots)
    assert render(issue(entry()), settings(theme={"dir": tmp_path / "new" / "mine"}), slots=slots) == made


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


def test_a_mistake_in_the_users_theme_toml_is_told(settings: MakeSettings, tmp_path: Path) -> None:
    (tmp_path / "theme.toml").write_text('[light]\nimk = "#123456"\n')
    with pytest.raises(TemplateError) as caught:
        check_theme(settings(theme={"dir": tmp_path}))
    assert caught.value.problems[0].where == f"{tmp_path / 'theme.toml'}:2 [light] imk"


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
