"""`digest schedule`: lines for cron or systemd that run `digest send`."""

import hashlib
import os
import re
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

# It waits for those whom a server put off, and for a server that is away. A unit that still runs is not started: so it
# ends long before the next issue is due, whose run takes up what is left.
_SERVICE = """# ~/.config/systemd/user/{unit}.service
[Unit]
Description=Send the newsletter of {config}

[Service]
Type=oneshot
ExecStart={command}
TimeoutStartSec=6h
"""

_TIMER = """# ~/.config/systemd/user/{unit}.timer
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
    words = [str(program), "-q", "-c", str(config), "send"]
    if systemd:
        named = str(config).replace("%", "%%")
        unit = _unit(session.settings.newsletter.name, str(config))
        # systemd reads % as the start of a specifier, and $ as that of a variable.
        escaped = shlex.join([*words, "--wait"]).replace("%", "%%").replace("$", "$$")
        print_text(_SERVICE.format(unit=unit, config=named, command=escaped))
        print_text(_TIMER.format(unit=unit, config=named, hour=hour, minute=minute).rstrip())
        session.say(f"write these two files, then: systemctl --user enable --now {unit}.timer")
    else:
        # cron reads an unescaped % as a line break.
        print_text(f"{minute} {hour} * * * {shlex.join(words)}".replace("%", r"\%"))
        session.say("add this line with: crontab -e")
        session.say("with --wait at its end, whom a server puts off need not wait for the next day")
    return Exit.DONE


def _unit(newsletter: str, config: str) -> str:
    """A name for the units of one newsletter, so that another on this machine does not take their place."""
    plain = re.sub(r"[^a-z0-9]+", "-", newsletter.lower()).strip("-")[:60]
    return f"digest-{plain or hashlib.sha256(os.fsencode(config)).hexdigest()[:8]}"


def _time(at: str) -> tuple[int, int]:
    hour, _, minute = at.partition(":")
    if not (hour.isdecimal() and minute.isdecimal() and int(hour) < 24 and int(minute) < 60):
        raise UsageError(f"--at {at!r} is not a time of day", remedy="write it like 07:00")
    return int(hour), int(minute)
