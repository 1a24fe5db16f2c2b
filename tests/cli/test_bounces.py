"""`digest bounces`: a Maildir, an mbox file, standard input; each letter once, and nothing in the mailbox changed."""

import mailbox
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from digest.deliver.message import Letter
from tests.cli.project import Project, small_project
from tests.deliver.reports import delivery_report, request

pytestmark = pytest.mark.model

BOUNCES = '[bounces]\naddress = "bounces@harbour.example"\npath = "Mail"\n'


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An issue that two readers got."""
    made = small_project(tmp_path, extra=BOUNCES)
    for name in ("ann", "bo"):
        assert made.run("subscribers", "add", f"{name}@example.org").code == 0
    assert made.run("send", "-q").code == 0
    return made


def letters(project: Project) -> list[Letter]:
    """What the outbox holds, as it came to the readers: that is all that who reports has of it."""
    found = []
    for path in project.outbox:
        content = path.read_bytes()
        to = message_from_bytes(content, policy=policy.default)["To"].addresses[0].addr_spec
        found.append(Letter(sender="letter@harbour.example", recipient=to, content=content, smtputf8=False))
    return found


def states(project: Project) -> dict[str, str]:
    return {row["address"]: row["state"] for row in project.run("subscribers", "list", "--json").json}


def test_a_maildir_is_read_once_and_stays_as_it_is(project: Project) -> None:
    ann, bo = letters(project)
    box = mailbox.Maildir(project.folder / "Mail", create=True)
    box.add(delivery_report(ann))
    box.add(request(bo))
    box.add(b"Subject: Thank you\r\n\r\nA fine issue.\r\n")
    before = sorted(p.name for p in (project.folder / "Mail").rglob("*"))
    done = project.run("bounces", "--json")
    assert done.code == 0, done.err
    effects = {letter["address"]: letter["effect"] for letter in done.json["letters"]}
    assert effects == {"ann@example.org": "suppressed", "bo@example.org": "unsubscribed", "": "ignored"}
    assert states(project) == {"ann@example.org": "suppressed", "bo@example.org": "unsubscribed"}
    assert sorted(p.name for p in (project.folder / "Mail").rglob("*")) == before
    assert project.run("subscribers", "add", "bo@example.org").code == 0
    again = project.run("bounces", "--json").json
    assert (again["letters"], again["seen"]) == ([], 3)
    assert states(project)["bo@example.org"] == "active", "an old request does not undo a new subscription"
    history = project.run("subscribers", "history", "ann@example.org").out
    assert "bounced" in history
    assert "suppressed" in history


def test_an_mbox_file_and_standard_input_are_read(project: Project) -> None:
    ann, bo = letters(project)
    box = mailbox.mbox(project.folder / "box", create=True)
    box.add(delivery_report(ann, status="5.2.2", said="552 5.2.2 mailbox full"))
    box.close()
    done = project.run("bounces", "--mbox", "box")
    assert done.code == 0, done.err
    assert "ann@example.org" in done.out
    assert "1 bounced" in done.err
    assert states(project)["ann@example.org"] == "active"
    piped = project.run("bounces", "-q", "-", stdin=delivery_report(bo).decode())
    assert (piped.code, piped.err) == (0, "")
    assert states(project)["bo@example.org"] == "suppressed"
    shown = project.run("issues", "list", "--json").json[0]["deliveries"]
    assert shown == {"bounced": 2}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--mbox", "nowhere"), 65, "no such file"),
        (("--maildir", "."), 65, "not a Maildir"),
        (("--mbox", "config.toml"), 65, "not an mbox file"),
        (("--imap", "https://mail.example"), 2, "imaps://HOST/INBOX"),
        (("--imap", "imap://127.0.0.1:9/INBOX"), 75, "nothing answers there"),
        (("--mbox", "a", "--maildir", "b"), 2, "choose one"),
        (("box",), 2, "--mbox box"),
    ],
)
def test_a_mailbox_that_is_none_is_told(tmp_path: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    done = small_project(tmp_path, extra=BOUNCES).run("bounces", *arguments)
    assert (done.code, said in done.err) == (code, True), done.err


def test_without_a_mailbox_it_is_said_how_to_name_one(tmp_path: Path) -> None:
    done = small_project(tmp_path).run("bounces")
    assert done.code == 2
    assert "[bounces]" in done.err
