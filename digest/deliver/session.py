"""One session with a mail server: the letters are handed over reply by reply. Source of the dialogue: RFC 5321."""

import contextlib
import re
import smtplib
from collections.abc import Callable

from digest.deliver.message import Letter, Recipient
from digest.deliver.reply import after_the_dot, lost, refused, refused_sender
from digest.deliver.transport import Fence, Receipt
from digest.errors import DigestError
from digest.model import DeliveryState

# Servers limit how much one connection may bring; a new one in time is cheaper than a refusal.
_LETTERS_A_CONNECTION = 100
# smtplib searches an address for an address and mails to what it finds; what needs searching is none (RFC 5321 4.1.2).
_ADDRESS = re.compile(r"""[^\s\x00-\x1f\x7f()<>\[\]:;@\\,"]+@[^\s\x00-\x1f\x7f()<>:;@\\,"]+""")
_GO_AHEAD = 354
_CLOSING = 421
_LAST_REPLY = 10  # times the timeout: RFC 5321 (4.5.3.2.6) asks for ten minutes, and the timeout is one by default


class SmtpChannel:
    """One session with a server, renewed after so many letters."""

    def __init__(self, session: smtplib.SMTP, reconnect: Callable[[], smtplib.SMTP], *, patience: float) -> None:
        self._session: smtplib.SMTP | None = session
        self._reconnect = reconnect
        self._patience = patience
        self._letters = 0

    def hand_over(self, recipient: Recipient, letter: Letter, fence: Fence) -> Receipt | None:
        """MAIL, RCPT, the fence, DATA, and the reply to the final dot."""
        del recipient
        if not _ADDRESS.fullmatch(letter.recipient):
            return _unmailable("it holds what an address cannot")
        try:
            refusal = self._begin(letter)
        except DigestError as error:
            return Receipt(state=DeliveryState.DEFERRED, text=str(error), lost=True, failure=error)
        except UnicodeEncodeError as error:  # letters that this session cannot say
            self._reset()
            return _unmailable(str(error))
        if refusal is not None:
            return self._after(refusal)
        if not fence():
            self._reset()
            return None
        return self._after(self._data(letter.content))

    def close(self) -> None:
        """Say QUIT, if anybody listens."""
        session, self._session = self._session, None
        if session is not None:
            with contextlib.suppress(OSError):
                session.quit()
            session.close()

    @property
    def _open(self) -> smtplib.SMTP:
        if self._session is None:
            raise smtplib.SMTPServerDisconnected("the session is closed")
        return self._session

    def _begin(self, letter: Letter) -> Receipt | None:
        """MAIL and RCPT. A session that the server ended since the last letter, as it does with idle ones, is renewed.

        Nothing of the letter was handed over until then, so doing this again is safe.
        """
        if self._letters >= _LETTERS_A_CONNECTION:
            self._renew()
        fresh = self._letters == 0
        self._letters += 1
        try:
            refusal = self._envelope(letter)
        except OSError as error:
            if fresh:
                return lost(error)
        else:
            if fresh or refusal is None or refusal.code != _CLOSING:
                return refusal
        self._renew()
        self._letters = 1
        try:
            return self._envelope(letter)
        except OSError as error:
            return lost(error)

    def _renew(self) -> None:
        self.close()
        self._session = self._reconnect()
        self._letters = 0

    def _envelope(self, letter: Letter) -> Receipt | None:
        """MAIL and RCPT; a receipt when one of them is refused."""
        session = self._open
        if letter.smtputf8 and not session.has_extn("smtputf8"):
            return Receipt(state=DeliveryState.BOUNCED, text="the server takes no address beyond ASCII (SMTPUTF8)")
        code, said = session.mail(letter.sender, ["SMTPUTF8", "BODY=8BITMIME"] if letter.smtputf8 else [])
        if not _is_yes(code):
            return refused_sender(code, said)
        code, said = session.rcpt(letter.recipient)
        return None if _is_yes(code) else refused(code, said)

    def _data(self, content: bytes) -> Receipt:
        """DATA to the reply to the dot. Until the dot is out a server must forget the message, then it may have it."""
        session = self._open
        try:
            code, said = session.docmd("DATA")
            if code != _GO_AHEAD:
                return refused(code, said)
            sock = session.sock
            assert sock is not None  # noqa: S101 - it has just answered
            sock.sendall(stuffed(content))
        except OSError as error:
            return lost(error)
        try:
            # A server may take its time over a message that it has; giving up early would leave it unknown.
            sock.settimeout(_LAST_REPLY * self._patience)
            sock.sendall(b".\r\n")
            code, said = session.getreply()
            sock.settimeout(self._patience)
        except OSError as error:
            return Receipt(state=DeliveryState.UNKNOWN, text=f"no answer after the message: {error}", lost=True)
        return after_the_dot(code, said)

    def _after(self, receipt: Receipt) -> Receipt:
        if receipt.state is not DeliveryState.SENT and not receipt.lost:
            self._reset()
        return receipt

    def _reset(self) -> None:
        """RSET, so that the next letter finds a clean session; one that cannot is renewed before it."""
        try:
            code, _ = self._open.rset()
            clean = _is_yes(code)
        except OSError:
            clean = False
        if not clean:
            self._letters = _LETTERS_A_CONNECTION


def stuffed(content: bytes) -> bytes:
    """The message as it stands in DATA: a dot at the start of a line is doubled, and the last line is ended."""
    if b"\r\n." in content or content.startswith(b"."):
        content = re.sub(rb"(?m)^\.", b"..", content)
    return content if content.endswith(b"\r\n") else content + b"\r\n"


def _unmailable(why: str) -> Receipt:
    return Receipt(state=DeliveryState.BOUNCED, text=f"not an address that can be mailed to: {why}")


def _is_yes(code: int) -> bool:
    return 200 <= code < 300
