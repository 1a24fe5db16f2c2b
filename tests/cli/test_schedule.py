"""`digest schedule` prints what cron and systemd take."""

import re
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


def test_the_units_run_at_that_time_and_stay_until_nobody_is_put_off(project: Project) -> None:
    out = project.run("schedule", "--systemd", "--at", "18:30").out
    assert "OnCalendar=*-*-* 18:30:00" in out
    [command] = re.findall(r"^ExecStart=(.*)$", out, re.MULTILINE)
    assert shlex.split(command)[1:] == ["-q", "-c", str(project.folder / "config.toml"), "send", "--wait"]
    assert re.search(r"^TimeoutStartSec=\d+h$", out, re.MULTILINE), "it would be at work when the next issue is due"
    assert "Restart" not in out, "`send` that is begun again begins another issue"


def test_two_newsletters_have_units_of_their_own(project: Project) -> None:
    units = set()
    for name in ("Harbour News", "港新聞", "صحيفة"):
        project.write(f"{name}.toml", f'[newsletter]\nname = "{name}"\n')
        out = project.run("-c", f"{name}.toml", "schedule", "--systemd").out
        [unit] = re.findall(r"^# .*/(.*)\.service$", out, re.MULTILINE)
        assert f"/{unit}.timer" in out
        units.add(unit)
    assert len(units) == 3
    assert "digest-harbour-news" in units


def test_what_systemd_would_expand_is_escaped(project: Project) -> None:
    project.write("a%h $HOME.toml", "")
    out = project.run("-c", "a%h $HOME.toml", "schedule", "--systemd").out
    assert "a%%h $$HOME.toml" in out.split("ExecStart=")[1]


@pytest.mark.parametrize("at", ["25:00", "7", "07:60", "-1:00"])
def test_a_time_that_is_none_is_refused(project: Project, at: str) -> None:
    assert project.run("schedule", "--at", at).code == 2
