"""`digest schedule`: lines for cron or systemd that run `digest send`."""

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from digest.cli.command import command
from digest.cli.exits import Exit
from digest.cli.output import print_text
from digest.cli.session import Session
from digest.errors import UsageError

AtOption = Annotated[str, typer.Option("--at", metavar="HH:MM", help="When, in the time of this machine.")]
SystemdOption = Annotated[bool, typer.Option("--systemd", help="Print systemd units instead of a crontab line.")]

_SERVICE = """# ~/.config/systemd/user/digest.service
[Unit]
Description=Send the newsletter of {config}

[Service]
Type=oneshot
ExecStart={command}
# 75 means: incomplete, run again.
SuccessExitStatus=0
Restart=on-failure
RestartForceExitStatus=75
RestartPreventExitStatus=2 65 69 76 78
RestartSec=15min
"""

_TIMER = """# ~/.config/systemd/user/digest.timer
[Unit]
Description=When the newsletter of {config} is sent

[Timer]
OnCalendar=*-*-* {hour:02}:{minute:02}:00
Persistent=true

[Install]
WantedBy=timers.target
"""


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    command(app, "schedule")(schedule)


def schedule(session: Session, *, at: AtOption = "07:00", systemd: SystemdOption = False) -> Exit:
    """Print a crontab line, or systemd units, that send the newsletter every day."""
    hour, minute = _time(at)
    config = session.settings.file
    # The interpreter's own folder, not its target: in a virtual environment the two differ.
    program = Path(sys.executable).parent / "digest"
    words = shlex.join([str(program), "-q", "-c", str(config), "send"])
    if systemd:
        named, escaped = str(config).replace("%", "%%"), words.replace("%", "%%")
        print_text(_SERVICE.format(config=named, command=escaped))
        print_text(_TIMER.format(config=named, hour=hour, minute=minute).rstrip())
        session.say("write these two files, then: systemctl --user enable --now digest.timer")
    else:
        # cron reads an unescaped % as a line break.
        print_text(f"{minute} {hour} * * * {words}".replace("%", r"\%"))
        session.say("add this line with: crontab -e")
    return Exit.DONE


def _time(at: str) -> tuple[int, int]:
    hour, _, minute = at.partition(":")
    if not (hour.isdecimal() and minute.isdecimal() and int(hour) < 24 and int(minute) < 60):
        raise UsageError(f"--at {at!r} is not a time of day", remedy="write it like 07:00")
    return int(hour), int(minute)
