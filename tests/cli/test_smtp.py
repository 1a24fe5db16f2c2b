"""`digest send` to a real mail server: STARTTLS, login, kills, refusals. Nobody twice, nobody missed."""

import contextlib
import json
import os
import pty
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.cli.project import Project, small_project
from tests.deliver.scripted import HANG_UP, scripted_server
from tests.smtp_server import Server, deaf_server, smtp_server

pytestmark = pytest.mark.model


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with smtp_server(tmp_path) as running:
        yield running


def smtp_project(folder: Path, transport: str, readers: int) -> Project:
    project = small_project(folder, extra=transport)
    rows = "".join(f"reader{number}@town{number % 7}.example,Reader {number}\n" for number in range(readers))
    project.write("list.csv", "address,name\n" + rows)
    assert project.run("subscribers", "import", "list.csv").code == 0
    assert project.run("build", "-q").code == 0
    return project


def states(project: Project) -> dict[str, int]:
    found: dict[str, int] = project.run("issues", "list", "--json").json[0]["deliveries"]
    return found


def test_everyone_gets_a_message_with_links_of_their_own(server: Server, tmp_path: Path) -> None:
    project = smtp_project(tmp_path, server.transport(connections=3), 40)
    done = project.run("send", "--json")
    assert done.code == 0, done.err
    assert Counter(server.recipients) == Counter(f"reader{n}@town{n % 7}.example" for n in range(40))
    links = set()
    for taken in server.accepted:
        message = message_from_bytes(taken.content, policy=policy.default)
        assert message.defects == []
        assert message["To"].addresses[0].addr_spec == taken.recipients[0]
        link = message["List-Unsubscribe"].strip("<>")
        for kind in ("plain", "html"):
            part = message.get_body((kind,))
            assert part is not None
            assert link in part.get_content()
        links.add(link)
    assert len(links) == 40


def test_cron_is_told_why_a_run_was_stopped(server: Server, tmp_path: Path) -> None:
    project = smtp_project(tmp_path, server.transport(), 12)
    server.rcpt = lambda address: "554 5.7.1 your network is blocked"
    done = project.run("send", "-q")
    assert (done.code, done.out) == (75, "")
    assert "your network is blocked" in done.err


def test_killed_at_three_points_and_run_again_it_finishes(server: Server, tmp_path: Path) -> None:
    readers, connections = 200, 2
    project = smtp_project(tmp_path, server.transport(connections=connections), readers)
    server.delay_s = 0.004
    unknown = 0
    for point in (1, 60, 140):
        running = subprocess.Popen(
            [sys.executable, "-m", "digest", "send", "-q"], cwd=tmp_path, env={**os.environ, "DIGEST_CONFIG": ""}
        )
        server.wait_for(point)
        running.send_signal(signal.SIGKILL)
        running.wait()
    done = project.run("send", "--json")
    unknown = done.json[0]["counts"].get("unknown", 0)
    assert unknown <= 3 * connections
    assert done.code == (76 if unknown else 0), done.err
    assert max(Counter(server.recipients).values()) == 1
    assert len(server.recipients) >= readers - unknown
    assert states(project) == {"sent": readers - unknown, **({"unknown": unknown} if unknown else {})}
    missed = {f"reader{n}@town{n % 7}.example" for n in range(readers)} - set(server.recipients)
    issue = project.run("issues", "list", "--json").json[0]["issue"]
    listed = project.run("issues", "show", issue, "--json").json["unknown"]
    assert missed <= set(listed), "whoever got nothing must be among the unknown"


def test_a_person_may_have_the_unknown_sent_again(server: Server, tmp_path: Path) -> None:
    project = smtp_project(tmp_path, server.transport(), 5)
    server.drop_after_data = lambda address: address.startswith("reader2@")
    done = project.run("send", "-q")
    assert done.code == 76
    assert "--resend-unknown" in done.err, "a person must decide, and -q does not hide that"
    assert states(project) == {"sent": 4, "unknown": 1}
    assert project.run("send").code == 0, "unknown deliveries are never sent again by themselves"
    assert len(server.recipients) == 5
    server.drop_after_data = lambda address: False
    again = project.run("send", "--resend-unknown")
    assert again.code == 0, again.err
    assert Counter(server.recipients)["reader2@town2.example"] == 2
    assert states(project) == {"sent": 5}


def test_refusals_are_told_apart(server: Server, tmp_path: Path) -> None:
    project = smtp_project(tmp_path, server.transport(), 6)
    server.rcpt = {
        "reader1@town1.example": "550 5.1.1 no such mailbox",
        "reader3@town3.example": "450 4.2.1 come back later",
    }.get
    server.data = {"reader4@town4.example": "554 5.7.1 we do not like this"}.get
    done = project.run("send")
    assert done.code == 75, done.err
    assert states(project) == {"sent": 3, "bounced": 2, "deferred": 1}
    listed = {row["address"]: row["state"] for row in project.run("subscribers", "list", "--json").json}
    assert listed["reader1@town1.example"] == "suppressed"
    assert listed["reader4@town4.example"] == "active"
    server.rcpt = lambda address: None
    assert project.run("send").code == 75, "what was put off is not due yet"
    assert len(server.recipients) == 3


def test_a_wrong_password_leaves_the_issue_waiting(server: Server, tmp_path: Path) -> None:
    project = smtp_project(tmp_path, server.transport(password="wrong"), 3)
    done = project.run("send")
    assert done.code == 78
    assert "refuses the login" in done.err
    assert project.run("issues", "list", "--json").json[0]["state"] == "waiting"
    assert server.recipients == []


def test_a_certificate_of_another_name_is_refused(tmp_path: Path) -> None:
    with smtp_server(tmp_path, name="other.example") as server:
        project = smtp_project(tmp_path, server.transport(), 2)
        done = project.run("send")
    assert done.code == 78
    assert "certificate" in done.err
    assert server.recipients == []


def test_a_certificate_that_nobody_vouches_for_is_refused(server: Server, tmp_path: Path) -> None:
    project = smtp_project(tmp_path, server.transport(ca_file=None), 2)
    done = project.run("send")
    assert done.code == 78
    assert "certificate" in done.err


def test_a_server_that_is_away_is_waited_for(tmp_path: Path) -> None:
    with smtp_server(tmp_path) as gone:
        transport = gone.transport()
    project = smtp_project(tmp_path, transport, 2)
    done = project.run("send")
    assert done.code == 75
    assert "cannot be reached" in done.err
    assert project.run("issues", "list", "--json").json[0]["state"] == "waiting"


def test_a_server_that_says_nothing_does_not_hold_the_run(tmp_path: Path) -> None:
    with deaf_server() as port:
        transport = f'[transport]\ntype = "smtp"\nhost = "127.0.0.1"\nport = {port}\ntls = "none"\ntimeout = 0.5\n'
        project = smtp_project(tmp_path, transport, 2)
        assert project.run("send").code == 75


def test_a_server_that_refuses_everyone_costs_nobody_the_subscription(server: Server, tmp_path: Path) -> None:
    project = smtp_project(tmp_path, server.transport(), 30)
    server.rcpt = lambda address: "554 5.7.1 relay access denied"
    done = project.run("send")
    assert done.code == 75, done.err
    assert "relay access denied" in done.err
    assert "bounced" not in states(project)
    assert {row["state"] for row in project.run("subscribers", "list", "--json").json} == {"active"}


def test_sigterm_finishes_the_letter_in_flight_and_the_next_run_the_rest(server: Server, tmp_path: Path) -> None:
    project = smtp_project(tmp_path, server.transport(), 40)
    server.delay_s = 0.02
    running = subprocess.Popen(
        [sys.executable, "-m", "digest", "send", "-q"], cwd=tmp_path, env={**os.environ, "DIGEST_CONFIG": ""}
    )
    server.wait_for(5)
    running.send_signal(signal.SIGTERM)
    assert running.wait(timeout=20) == 75
    assert "unknown" not in states(project)
    assert project.run("send").code == 0
    assert Counter(server.recipients) == Counter(f"reader{n}@town{n % 7}.example" for n in range(40))


def test_check_online_tries_the_login(server: Server, tmp_path: Path) -> None:
    project = small_project(tmp_path, extra=server.transport())
    done = project.run("check", "--online")
    assert done.code == 0, done.err
    assert "mail server: localhost" in done.out


def test_a_test_copy_goes_through_the_server(server: Server, tmp_path: Path) -> None:
    project = smtp_project(tmp_path, server.transport(), 1)
    assert project.run("send", "--to", "me@example.org").code == 0
    assert server.recipients == ["me@example.org"]
    assert states(project) == {}


def test_a_run_that_waits_ends_at_once_when_it_is_told_to(server: Server, tmp_path: Path) -> None:
    project = smtp_project(tmp_path, server.transport(), 3)
    server.rcpt = lambda address: "450 4.2.1 busy" if address.startswith("reader1@") else None
    running = subprocess.Popen(
        [sys.executable, "-m", "digest", "send", "--wait", "--json"],
        cwd=tmp_path, env={**os.environ, "DIGEST_CONFIG": ""}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    server.wait_for(2)
    assert running.stderr is not None
    told = next(line for line in running.stderr if b"put off" in line)
    assert b"the next try is at" in told
    assert project.run("issues", "discard", "no-such-issue").code == 2, "it is not the lock that refuses this"
    running.send_signal(signal.SIGTERM)
    out, _ = running.communicate(timeout=20)
    assert running.returncode == 75
    assert json.loads(out)[0]["counts"] == {"sent": 2, "deferred": 1}


def test_a_server_that_goes_away_in_the_midst_is_told_with_the_counts(tmp_path: Path) -> None:
    def script(number: int, command: str) -> str | None:
        if number > 1:
            return "421 4.3.2 shutting down"
        return HANG_UP if command == "RCPT TO:<reader2@town2.example>" else None

    with scripted_server(script) as leaving:
        project = smtp_project(tmp_path, leaving.transport, 5)
        done = project.run("send", "--json")
    assert done.code == 75
    assert "shutting down" in done.err
    assert done.json[0]["sent_now"] == 2
    assert done.json[0]["counts"] == {"sent": 2, "deferred": 1, "queued": 2}
    assert done.json[0]["stopped"]


def test_a_dry_run_makes_every_letter_and_logs_in(server: Server, tmp_path: Path) -> None:
    project = smtp_project(tmp_path, server.transport(rate=2.0), 5)
    done = project.run("send", "--dry-run", "--json")
    assert done.code == 0, done.err
    assert (done.json["total"], done.json["domains"]["town0.example"]) == (5, 1)
    assert "starttls as letter" in done.json["transport"]
    assert done.json["letter_bytes"] > 10_000
    assert (done.json["seconds_at_least"], done.json["unmailable"]) == (2.5, [])
    assert server.sessions == 2, "once before TLS and once within"
    assert server.accepted == []
    trial = project.run("send", "--dry-run", "--to", "me@example.org", "--json")
    assert (trial.code, trial.json["domains"]) == (0, {"example.org": 1})
    assert server.accepted == []
    assert states(project) == {}


def test_a_dry_run_foretells_what_would_stop_the_run(server: Server, tmp_path: Path) -> None:
    project = smtp_project(tmp_path, server.transport(password="wrong"), 2)
    done = project.run("send", "--dry-run")
    assert done.code == 78
    assert "refuses the login" in done.err
    assert "2  in all" in done.out


def test_a_terminal_shows_the_rate_and_the_time_left(server: Server, tmp_path: Path) -> None:
    smtp_project(tmp_path, server.transport(rate=20.0), 40)
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-m", "digest", "send"],
        cwd=tmp_path, env={**os.environ, "DIGEST_CONFIG": "", "COLUMNS": "100", "TERM": "xterm"},
        stdout=subprocess.DEVNULL, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # the end of a terminal
        while data := os.read(ours, 4096):
            shown += data
    os.close(ours)
    assert running.wait(timeout=60) == 0
    plain = re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", shown).decode()
    assert re.search(r"deliver\W+.*\d+/40 +\d+(\.\d)?/s +0:00:\d\d", plain), plain
    assert "40 sent now; 40 sent" in plain
