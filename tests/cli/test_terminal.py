"""Where the words go: terminals, pipes and locales that are not what one would wish."""

import json
import shlex
import subprocess
import sys

import pytest

from tests.cli.project import Project


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_data_is_utf8_whatever_the_locale_says(project: Project, encoding: str) -> None:
    project.run("subscribers", "add", "ann@example.org", "--name", "Zoë 日本 🎉")
    for arguments in (("list", "--json"), ("list",), ("export",)):
        done = subprocess.run(
            [sys.executable, "-m", "digest", "subscribers", *arguments],
            cwd=project.folder, env={"PYTHONIOENCODING": encoding}, capture_output=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert "Zoë 日本 🎉" in done.stdout.decode("utf-8")
        if "--json" in arguments:
            assert json.loads(done.stdout)[0]["name"] == "Zoë 日本 🎉"


def test_init_over_a_file_is_wrong_usage(project: Project) -> None:
    done = project.run("init", "config.toml")
    assert done.code == 2
    assert "config.toml: is not a folder" in done.err


@pytest.mark.parametrize("command", ["add", "remove", "history"])
def test_a_typed_address_that_is_none_is_wrong_usage(project: Project, command: str) -> None:
    done = project.run("subscribers", command, "ann")
    assert done.code == 2
    assert "'ann' is not an e-mail address" in done.err


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_stream_that_is_closed_takes_nothing_of_another(project: Project, closed: str) -> None:
    command = f"{shlex.quote(sys.executable)} -m digest subscribers add ann@example.org --json {closed}"
    done = subprocess.run(["bash", "-c", command], cwd=project.folder, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert (b"ann@example.org" in done.stdout) is (closed == "2>&-")
    assert b"gets the next issue" not in done.stdout, "a message is no data"
    [row] = project.run("subscribers", "list", "--json").json
    assert row["address"] == "ann@example.org"
