"""A newsletter on a real mail host: out by Postfix, reports and requests back into Dovecot, read by IMAP."""

import smtplib
import ssl
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.cli.project import Project, small_project
from tests.mail_host import PASSWORD, USER, MailHost, free_port, mail_host

pytestmark = pytest.mark.model

READERS = ("ann@example.org", "bo@example.org")


class _NextHost:
    """The mail host of some other domain, where nobody called gone lives."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session, options
        if address.startswith("gone@"):
            return "550 5.1.1 no such user here"
        if address.startswith("full@"):
            return "552 5.2.2 mailbox full"
        envelope.rcpt_tos.append(address)
        self.taken.append(address)
        return "250 OK"


@pytest.fixture
def next_host() -> Iterator[tuple[_NextHost, int]]:
    handler = _NextHost()
    port = free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    controller.stop()


@pytest.fixture
def host(next_host: tuple[_NextHost, int]) -> Iterator[MailHost]:
    with mail_host(mailboxes=("bounces@harbour.example", *READERS), next_host=next_host[1]) as running:
        yield running


def newsletter(folder: Path, host: MailHost, **transport: object) -> Project:
    bounces = (
        f'[bounces]\naddress = "bounces@harbour.example"\nurl = "{host.imaps()}"\n'
        'username = "bounces@harbour.example"\npassword_env = "BOUNCES_PASSWORD"\n'
    )
    return small_project(folder, extra=host.transport(**transport) + bounces)


def bounces(project: Project, host: MailHost, password: str = PASSWORD, *arguments: str) -> dict[str, str]:
    done = project.run("bounces", "--json", *arguments, BOUNCES_PASSWORD=password, SSL_CERT_FILE=str(host.ca_file))
    assert done.code == 0, done.err
    return {letter["address"]: letter["effect"] for letter in done.json["letters"]}


def test_everyone_gets_one_and_what_comes_back_is_understood(
    host: MailHost, next_host: tuple[_NextHost, int], tmp_path: Path
) -> None:
    project = newsletter(tmp_path, host, connections=2)
    away = ["cy@away.example", "gone@away.example", "full@away.example"]
    rows = "".join(f"{address},Reader\n" for address in (*READERS, *away))
    project.write("list.csv", "address,name\n" + rows)
    assert project.run("subscribers", "import", "list.csv").code == 0
    done = project.run("send", "--json")
    assert (done.code, done.json[0]["counts"]) == (0, {"sent": 5}), done.err

    arrived = {reader: host.wait_for(reader, 1) for reader in READERS}
    for reader, letters in arrived.items():
        message = message_from_bytes(letters[0], policy=policy.default)
        assert message["To"].addresses[0].addr_spec == reader
        assert message["Return-Path"].startswith("<bounces+")
        assert message.defects == []
    reports = host.wait_for("bounces@harbour.example", 2)
    assert Counter(next_host[0].taken) == {"cy@away.example": 1}
    assert all(b"delivery-status" in report for report in reports)

    leave = str(message_from_bytes(arrived[READERS[1]][0], policy=policy.default)["List-Unsubscribe"])
    address, _, subject = leave.strip("<>").removeprefix("mailto:").partition("?subject=")
    with smtplib.SMTP("localhost", host.smtp_port, timeout=20) as session:
        session.starttls(context=ssl.create_default_context(cafile=str(host.ca_file)))
        session.login(USER, PASSWORD)
        asked = f"From: {READERS[1]}\r\nTo: {address}\r\nSubject: {subject.replace('%20', ' ')}\r\n\r\n"
        session.sendmail(READERS[1], [address], asked)
    host.wait_for("bounces@harbour.example", 3)

    assert bounces(project, host) == {
        "gone@away.example": "suppressed", "full@away.example": "bounced", READERS[1]: "unsubscribed",
    }  # fmt: skip
    states = {row["address"]: row["state"] for row in project.run("subscribers", "list", "--json").json}
    assert states == {
        READERS[0]: "active", READERS[1]: "unsubscribed",
        "cy@away.example": "active", "gone@away.example": "suppressed", "full@away.example": "active",
    }  # fmt: skip
    assert project.run("issues", "list", "--json").json[0]["deliveries"] == {"sent": 3, "bounced": 2}
    assert bounces(project, host) == {}, "each letter counts once"
    assert len(list(host.folder.rglob("bounces/Maildir/new/*"))) == 3, "and stays unread"


def test_a_mail_host_that_does_not_know_us_is_told_apart(host: MailHost, tmp_path: Path) -> None:
    project = newsletter(tmp_path, host, password="wrong")
    assert project.run("subscribers", "add", READERS[0]).code == 0
    refused = project.run("send", "-q")
    assert refused.code == 78
    assert "refuses the login" in refused.err
    assert host.letters(READERS[0]) == []
    unknown = project.run("bounces", BOUNCES_PASSWORD=PASSWORD)
    assert unknown.code == 75
    assert "certificate" in unknown.err
    wrong = project.run("bounces", BOUNCES_PASSWORD="wrong", SSL_CERT_FILE=str(host.ca_file))
    assert wrong.code == 75
    assert "username" in wrong.err
