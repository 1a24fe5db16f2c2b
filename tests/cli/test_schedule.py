"""`digest schedule` prints what cron and systemd take."""

import shlex
from pathlib import Path

import pytest

from tests.cli.project import Project


def test_the_crontab_line_names_the_command_and_the_configuration(project: Project) -> None:
    done = project.run("schedule", "--at", "06:05")
    assert done.code == 0, done.err
    fields = done.out.split(None, 5)
    assert fields[:5] == ["5", "6", "*", "*", "*"]
    program, *arguments = shlex.split(fields[5])
    assert Path(program).is_file()
    assert arguments == ["-q", "-c", str(project.folder / "config.toml"), "send"]


def test_the_units_run_at_that_time_and_again_when_incomplete(project: Project) -> None:
    out = project.run("schedule", "--systemd", "--at", "18:30").out
    assert "OnCalendar=*-*-* 18:30:00" in out
    assert "RestartForceExitStatus=75" in out
    assert str(project.folder / "config.toml") in out


@pytest.mark.parametrize("at", ["25:00", "7", "07:60", "-1:00"])
def test_a_time_that_is_none_is_refused(project: Project, at: str) -> None:
    assert project.run("schedule", "--at", at).code == 2
