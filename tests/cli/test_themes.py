"""`digest themes copy` says what to write into the configuration, so that it works from wherever it was called."""

import tomllib
from pathlib import Path

from tests.cli.project import Project


def said_to_set(err: str) -> dict[str, str]:
    """What the command says to set, read as the configuration would be."""
    line = next(line for line in err.splitlines() if line.startswith("now set "))
    keys = line.removeprefix("now set ").partition(" in the table [theme]")[0]
    return tomllib.loads("\n".join(keys.split(" and ")))


def test_a_copy_names_the_theme_that_was_copied_and_the_folder(project: Project) -> None:
    done = project.run("themes", "copy", "brief", "theme")
    assert said_to_set(done.err) == {"name": "brief", "dir": "theme"}


def test_a_copy_made_beside_another_configuration_is_named_by_its_whole_path(project: Project, tmp_path: Path) -> None:
    elsewhere = Project(tmp_path / "elsewhere")
    elsewhere.folder.mkdir()
    done = elsewhere.run("-c", str(project.folder / "config.toml"), "themes", "copy", "brief", "theme")
    assert said_to_set(done.err) == {"name": "brief", "dir": str(elsewhere.folder / "theme")}
