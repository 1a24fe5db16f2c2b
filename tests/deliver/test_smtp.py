"""One session with a mail server, well-behaved or not."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from digest.deliver import check_transport, session, smtp
from digest.deliver.message import Letter, Recipient
from digest.deliver.session import stuffed
from digest.deliver.transport import Fence, Receipt, open_transport
from digest.deliver.wire import Wire
from digest.errors import LoginError, TransportError
from digest.model import DeliveryState
from tests.deliver.scene import configure
from tests.deliver.scripted import HANG_UP, Script, Scripted, scripted_server
from tests.smtp_server import Server, deaf_server, smtp_server

SENDER = "letter@harbour.example"


def letter(address: str = "ann@example.org", *, smtputf8: bool = False) -> Letter:
    return Letter(sender=SENDER, recipient=address, content=b"Subject: x\r\n\r\nhello\r\n", smtputf8=smtputf8)


def reader(address: str = "ann@example.org") -> Recipient:
    return Recipient(subscriber_id=1, address=address, name="", token="secret")


def hand_over(folder: Path, script: Script, *letters: Letter) -> tuple[list[Receipt | None], Scripted]:
    """Hand letters over to a scripted server by one channel."""
    with scripted_server(script) as server:
        channel = open_transport(configure(folder, server.transport), "issue-1").connect()
        receipts = [channel.hand_over(reader(one.recipient), one, lambda: True) for one in letters]
        channel.close()
    return receipts, server


def on(command: str, said: str, *, session_number: int | None = None) -> Script:
    """The usual replies, but this one to commands that begin so."""

    def script(number: int, given: str) -> str | None:
        if session_number not in {None, number}:
            return None
        hit = given == command if command in {"", "."} else given.startswith(command)
        return said if hit else None

    return script


@pytest.mark.parametrize(
    ("command", "said", "state", "lost"),
    [
        ("MAIL", "451 later", DeliveryState.DEFERRED, False),
        ("MAIL", "553 not you", DeliveryState.DEFERRED, False),
        ("MAIL", HANG_UP, DeliveryState.DEFERRED, True),
        ("RCPT", "450 busy", DeliveryState.DEFERRED, False),
        ("RCPT", "550 5.1.1 who?", DeliveryState.BOUNCED, False),
        ("RCPT", HANG_UP, DeliveryState.DEFERRED, True),
        ("DATA", "451 not now", DeliveryState.DEFERRED, False),
        ("DATA", "554 no", DeliveryState.BOUNCED, False),
        ("DATA", HANG_UP, DeliveryState.DEFERRED, True),
        (".", "250 taken", DeliveryState.SENT, False),
        (".", "451 not now", DeliveryState.DEFERRED, False),
        (".", "554 spam", DeliveryState.BOUNCED, False),
        (".", HANG_UP, DeliveryState.UNKNOWN, True),
        (".", "what?", DeliveryState.UNKNOWN, True),
        (".", "354 go on", DeliveryState.UNKNOWN, True),
    ],
)
def test_each_step_that_fails_is_told_apart(
    tmp_path: Path, command: str, said: str, state: DeliveryState, lost: bool
) -> None:
    [receipt], _ = hand_over(tmp_path, on(command, said), letter())
    assert receipt is not None
    assert (receipt.state, receipt.lost) == (state, lost)


@pytest.mark.parametrize("ending", [HANG_UP, "421 idle too long"])
def test_a_session_that_ended_between_two_letters_is_renewed(tmp_path: Path, ending: str) -> None:
    mails = 0

    def script(number: int, command: str) -> str | None:
        nonlocal mails
        mails += command.startswith("MAIL")
        return ending if number == 1 and command.startswith("MAIL") and mails == 2 else None

    receipts, server = hand_over(tmp_path, script, letter(), letter("bob@example.org"))
    assert [receipt.state for receipt in receipts if receipt] == [DeliveryState.SENT, DeliveryState.SENT]
    assert server.sessions == 2
    assert len(server.taken) == 2


def test_after_a_refusal_the_session_is_reset(tmp_path: Path) -> None:
    receipts, server = hand_over(
        tmp_path, on("RCPT TO:<bad", "550 5.1.1 who?"), letter("bad@example.org"), letter("good@example.org")
    )
    assert [receipt.state for receipt in receipts if receipt] == [DeliveryState.BOUNCED, DeliveryState.SENT]
    assert server.commands.count("RSET") == 1


class TestPipelining:
    """What is said to a server that takes several commands at once, and when (RFC 2920)."""

    OFFERED = "250-here\r\n250 PIPELINING"

    def hand_over(
        self, folder: Path, script: Script, *letters: Letter, fence: Fence = lambda: True
    ) -> tuple[list[Receipt | None], Scripted]:
        """Hand letters over, each announced while the one before is under way."""

        def offering(number: int, command: str) -> str | None:
            return self.OFFERED if command.startswith(("EHLO", "ehlo")) else script(number, command)

        with scripted_server(offering) as server:
            channel = open_transport(configure(folder, server.transport), "issue-1").connect()
            following = [*letters[1:], None]
            receipts = [
                channel.hand_over(reader(one.recipient), one, fence, upcoming=lambda after=after: after)
                for one, after in zip(letters, following, strict=True)
            ]
            channel.close()
        return receipts, server

    def test_the_next_letter_is_announced_behind_the_end_of_the_last(self, tmp_path: Path) -> None:
        heard: list[str] = []

        def script(number: int, command: str) -> str | None:
            heard.append(command)
            return None

        receipts, server = self.hand_over(tmp_path, script, letter("a@x.example"), letter("b@x.example"))
        assert [receipt.state for receipt in receipts if receipt] == [DeliveryState.SENT] * 2
        assert len(server.taken) == 2
        assert [command.split(":")[0] for command in heard[1:]] == [
            *("MAIL FROM", "RCPT TO", "DATA", "."), *("MAIL FROM", "RCPT TO", "DATA", "."), "QUIT"
        ]  # fmt: skip

    def test_no_data_is_asked_for_before_the_fence_nor_while_the_letter_before_is_in_doubt(
        self, tmp_path: Path
    ) -> None:
        heard: list[str] = []
        at_fence: list[int] = []

        def script(number: int, command: str) -> str | None:
            heard.append(command)
            return None

        def fence() -> bool:
            at_fence.append(heard.count("DATA") - heard.count("."))
            assert heard.count("DATA") == len(at_fence) - 1
            return True

        self.hand_over(tmp_path, script, *[letter(f"r{n}@x.example") for n in range(4)], fence=fence)
        assert at_fence == [0, 0, 0, 0]

    def test_who_is_refused_leaves_no_trace_in_the_next_letter(self, tmp_path: Path) -> None:
        script = on("RCPT TO:<bad", "550 5.1.1 who?")
        letters = [letter("a@x.example"), letter("bad@x.example"), letter("bad2@x.example"), letter("b@x.example")]
        receipts, server = self.hand_over(tmp_path, script, *letters)
        sent, bounced = DeliveryState.SENT, DeliveryState.BOUNCED
        assert [receipt.state for receipt in receipts if receipt] == [sent, bounced, bounced, sent]
        assert len(server.taken) == 2
        assert server.commands.count("DATA") == 2
        assert server.commands.count("RSET") == 2

    def test_a_refusal_after_the_message_does_not_touch_the_letter_behind_it(self, tmp_path: Path) -> None:
        ends = iter(["554 spam"])
        receipts, server = self.hand_over(
            tmp_path,
            lambda number, command: next(ends, None) if command == "." else None,
            letter("a@x.example"),
            letter("b@x.example"),
        )
        assert [receipt.state for receipt in receipts if receipt] == [DeliveryState.BOUNCED, DeliveryState.SENT]
        assert len(server.taken) == 1

    def test_a_session_that_ends_behind_a_letter_is_renewed_for_the_next(self, tmp_path: Path) -> None:
        mails = 0

        def script(number: int, command: str) -> str | None:
            nonlocal mails
            mails += command.startswith("MAIL")
            return "421 enough of you" if number == 1 and command.startswith("MAIL") and mails == 2 else None

        receipts, server = self.hand_over(tmp_path, script, letter("a@x.example"), letter("b@x.example"))
        assert [receipt.state for receipt in receipts if receipt] == [DeliveryState.SENT] * 2
        assert server.sessions == 2

    def test_an_announced_letter_that_does_not_come_is_taken_back(self, tmp_path: Path) -> None:
        with scripted_server(on("EHLO", self.OFFERED)) as server:
            channel = open_transport(configure(tmp_path, server.transport), "issue-1").connect()
            one, announced, other = (letter(f"{name}@x.example") for name in "abc")
            channel.hand_over(reader(), one, lambda: True, upcoming=lambda: announced)
            receipt = channel.hand_over(reader(), other, lambda: True)
            channel.close()
        assert receipt is not None
        assert receipt.state is DeliveryState.SENT
        assert server.commands.count("RSET") == 1
        assert [c for c in server.commands if c.startswith("RCPT")][-1] == "RCPT TO:<c@x.example>"

    def test_only_the_last_letter_is_in_doubt_when_the_answer_is_lost(self, tmp_path: Path) -> None:
        receipts, server = self.hand_over(tmp_path, on(".", HANG_UP), letter("a@x.example"))
        assert [receipt.state for receipt in receipts if receipt] == [DeliveryState.UNKNOWN]
        assert server.taken == []


def test_a_claim_that_ran_out_while_the_message_went_out_gets_no_final_dot(tmp_path: Path) -> None:
    with scripted_server(lambda number, command: None) as server:
        channel = open_transport(configure(tmp_path, server.transport), "issue-1").connect()
        receipt = channel.hand_over(reader(), letter(), lambda: True, holds=lambda: False)
        channel.close()
    assert receipt is not None
    assert (receipt.state, receipt.lost) == (DeliveryState.DEFERRED, True)
    assert server.taken == []


def test_a_server_that_drips_is_given_no_more_time_than_a_silent_one() -> None:
    ours, theirs = socket.socketpair()

    def drip() -> None:
        with contextlib.suppress(OSError):
            while True:
                theirs.send(b"2")
                time.sleep(0.05)

    thread = threading.Thread(target=drip)
    thread.start()
    wire = Wire(ours, patience=0.4)
    begun = time.monotonic()
    with pytest.raises(TimeoutError):
        wire.reply()
    assert time.monotonic() - begun < 5
    wire.close()
    thread.join()
    theirs.close()


@pytest.mark.parametrize(
    ("said", "reply"),
    [
        (b"250 fine\r\n", (250, b"fine")),
        (b"250-one\r\n250 two\r\n", (250, b"one\ntwo")),
        (b"354\r\n", (354, b"")),
        (b"hello\r\n", (-1, b"hello")),
        (b"2\r\n", (-1, b"2")),
        ("²²² fine\r\n".encode(), (-1, "²²² fine".encode())),
    ],
)
def test_replies_are_read_as_they_are(said: bytes, reply: tuple[int, bytes]) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(said)
        assert Wire(ours, patience=5).reply() == reply


def test_sessions_are_renewed_after_so_many_letters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "_LETTERS_A_CONNECTION", 2)
    _, server = hand_over(tmp_path, lambda number, command: None, *[letter()] * 5)
    assert server.sessions == 3
    assert len(server.taken) == 5
    assert server.commands.count("QUIT") == 3


def test_a_renewal_that_fails_ends_the_run_with_the_letter_not_handed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "_LETTERS_A_CONNECTION", 1)
    receipts, server = hand_over(tmp_path, on("", "554 go away", session_number=2), letter(), letter())
    last = receipts[1]
    assert last is not None
    assert last.state is DeliveryState.DEFERRED
    assert isinstance(last.failure, TransportError)
    assert len(server.taken) == 1


@pytest.mark.parametrize(
    "address",
    [
        "a\r\nRCPT TO:<evil@example.org>",
        "ü@example.org",
        "a b@example.org\n",
        "Ann <ann@example.org>",
        "a(b)@x.example",
        "",
    ],
)
def test_a_hostile_address_ends_with_itself(tmp_path: Path, address: str) -> None:
    receipts, server = hand_over(tmp_path, lambda number, command: None, letter(address), letter())
    assert [receipt.state for receipt in receipts if receipt] == [DeliveryState.BOUNCED, DeliveryState.SENT]
    assert not any("evil" in command for command in server.commands)


def test_an_address_beyond_ascii_needs_a_server_that_takes_it(tmp_path: Path) -> None:
    plain, _ = hand_over(tmp_path, lambda number, command: None, letter("ü@example.org", smtputf8=True))
    assert plain[0] is not None
    assert plain[0].state is DeliveryState.BOUNCED
    offered, server = hand_over(tmp_path, on("EHLO", "250 SMTPUTF8"), letter("ü@example.org", smtputf8=True))
    assert offered[0] is not None
    assert offered[0].state is DeliveryState.BOUNCED  # the first line of EHLO is the server's name, not an extension
    offered, server = hand_over(
        tmp_path, on("EHLO", "250-here\r\n250 SMTPUTF8"), letter("ü@example.org", smtputf8=True)
    )
    assert offered[0] is not None
    assert offered[0].state is DeliveryState.SENT
    assert "RCPT TO:<ü@example.org>" in server.commands


@pytest.mark.parametrize(
    ("content", "sent"),
    [
        (b"a\r\n.\r\nb\r\n", b"a\r\n..\r\nb\r\n"),
        (b".a", b"..a\r\n"),
        (b"a.\r\nb..c\r\n", b"a.\r\nb..c\r\n"),
        (b"\r\n..a\r\n", b"\r\n...a\r\n"),
    ],
)
def test_dots_are_stuffed(content: bytes, sent: bytes) -> None:
    assert stuffed(content) == sent


class TestConnecting:
    """Against a real server with STARTTLS and login."""

    @pytest.fixture
    def server(self, tmp_path: Path) -> Iterator[Server]:
        with smtp_server(tmp_path) as running:
            yield running

    def test_a_check_connects_and_logs_in(self, server: Server, tmp_path: Path) -> None:
        assert "starttls as letter" in check_transport(configure(tmp_path, server.transport()))
        assert server.accepted == []

    def test_a_wrong_password_is_a_matter_of_configuration(self, server: Server, tmp_path: Path) -> None:
        with pytest.raises(LoginError, match="refuses the login"):
            check_transport(configure(tmp_path, server.transport(password="wrong")))

    def test_letters_beyond_ascii_in_a_password_are_told_without_saying_it(
        self, server: Server, tmp_path: Path
    ) -> None:
        with pytest.raises(LoginError, match="beyond ASCII") as told:
            check_transport(configure(tmp_path, server.transport(password="geheimnisvöll")))
        assert "geheimnis" not in str(told.value)

    def test_an_unknown_authority_is_refused(self, server: Server, tmp_path: Path) -> None:
        with pytest.raises(LoginError, match="certificate cannot be verified"):
            check_transport(configure(tmp_path, server.transport(ca_file=None)))

    def test_a_certificate_for_another_name_is_refused(self, tmp_path: Path) -> None:
        with smtp_server(tmp_path, name="other.example") as server, pytest.raises(LoginError, match="cannot be verif"):
            check_transport(configure(tmp_path, server.transport()))

    @pytest.mark.filterwarnings("ignore:Requiring AUTH")  # aiosmtpd does not see the TLS below it
    def test_tls_from_the_first_byte_is_spoken_and_verified(self, tmp_path: Path) -> None:
        with smtp_server(tmp_path, implicit_tls=True) as server:
            settings = configure(tmp_path, server.transport(tls="ssl"))
            assert "ssl as letter" in check_transport(settings)
            channel = open_transport(settings, "issue-1").connect()
            receipts = [channel.hand_over(reader(), letter(), lambda: True) for _ in range(2)]
            channel.close()
            assert [receipt.state for receipt in receipts if receipt] == [DeliveryState.SENT] * 2
            assert len(server.accepted) == 2
            with pytest.raises(LoginError, match="certificate cannot be verified"):
                check_transport(configure(tmp_path, server.transport(tls="ssl", ca_file=None)))

    def test_the_wrong_kind_of_tls_is_told(self, server: Server, tmp_path: Path) -> None:
        with pytest.raises(LoginError, match="no TLS"):
            check_transport(configure(tmp_path, server.transport(tls="ssl")))

    def test_a_ca_file_that_is_none_is_told(self, server: Server, tmp_path: Path) -> None:
        (tmp_path / "broken.pem").write_text("not a certificate")
        with pytest.raises(LoginError, match="cannot read the certificates"):
            check_transport(configure(tmp_path, server.transport(ca_file=str(tmp_path / "broken.pem"))))


def test_a_server_without_starttls_never_sees_the_password(tmp_path: Path) -> None:
    with scripted_server(lambda number, command: None) as server:
        table = server.transport.replace('"none"', '"starttls"') + 'username = "letter"\npassword = "secret"\n'
        with pytest.raises(LoginError, match="does not offer"):
            check_transport(configure(tmp_path, table))
    assert not any("AUTH" in command.upper() for command in server.commands)


@pytest.mark.parametrize("greeting", ["421 too busy", "554 no service", HANG_UP])
def test_a_server_that_turns_us_away_is_waited_for(tmp_path: Path, greeting: str) -> None:
    with scripted_server(on("", greeting)) as server, pytest.raises(TransportError):
        check_transport(configure(tmp_path, server.transport))


def test_a_server_that_says_nothing_is_left_in_time(tmp_path: Path) -> None:
    with deaf_server() as port:
        table = f'[transport]\ntype = "smtp"\nhost = "127.0.0.1"\nport = {port}\ntls = "none"\ntimeout = 0.3\n'
        with pytest.raises(TransportError, match="timed out"):
            check_transport(configure(tmp_path, table))


def test_a_server_that_drips_its_greeting_is_left_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "_LOGIN_TIMES", 2)
    left = threading.Event()

    def drip(listening: socket.socket) -> None:
        with contextlib.suppress(OSError):
            connection, _ = listening.accept()
            with connection:
                while not left.wait(0.05):
                    connection.sendall(b"220-come in\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=drip, args=(listening,))
        thread.start()
        table = f'[transport]\ntype = "smtp"\nhost = "127.0.0.1"\nport = {listening.getsockname()[1]}\ntls = "none"\n'
        with pytest.raises(TransportError, match="did not come about in time"):
            check_transport(configure(tmp_path, table + "timeout = 0.3\n"))
        left.set()
        thread.join()


def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    with scripted_server(lambda number, command: None) as gone:
        table = gone.transport
    with pytest.raises(TransportError, match="cannot be reached"):
        check_transport(configure(tmp_path, table))
