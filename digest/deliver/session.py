"""One session with a mail server: the letters are handed over reply by reply.

Sources of the dialogue: RFC 5321, and RFC 2920 for what is said without waiting. Behind the end of one letter go MAIL
and RCPT of the next; its DATA waits for the fence, and the fence for the answer to the letter before. So there are two
journeys to the server a letter, and of no session is more than one letter in doubt.
"""

import re
import smtplib
from collections.abc import Callable

from digest.deliver.message import Letter, Recipient
from digest.deliver.reply import after_the_dot, lost, refused, refused_sender
from digest.deliver.transport import Fence, Holds, Receipt, Upcoming, always, nothing_yet
from digest.deliver.wire import Wire
from digest.errors import DigestError
from digest.model import DeliveryState

# Servers limit how much one connection may bring; a new one in time is cheaper than a refusal.
_LETTERS_A_CONNECTION = 100
# smtplib searches an address for an address and mails to what it finds; what needs searching is none (RFC 5321 4.1.2).
_ADDRESS = re.compile(
    r"""[^\s\x00-\x1f\x7f()<>\[\]:;@\\,"\ud800-\udfff]+@[^\s\x00-\x1f\x7f()<>:;@\\,"\ud800-\udfff]+"""
)
_GO_AHEAD = 354
_CLOSING = 421
_LAST_REPLY = 10  # times the timeout: RFC 5321 (4.5.3.2.6) asks for ten minutes, and the timeout is one by default
_QUIT_REPLY = 0.05  # times the timeout: a farewell is polite, and not worth a wait


class SmtpChannel:
    """One session with a server, renewed after so many letters."""

    def __init__(self, session: smtplib.SMTP, reconnect: Callable[[], smtplib.SMTP], *, patience: float) -> None:
        self._reconnect = reconnect
        self._patience = patience
        self._wire: Wire | None = None
        self._ahead: Letter | None = None
        self._take(session)

    def hand_over(
        self,
        recipient: Recipient,
        letter: Letter,
        fence: Fence,
        *,
        holds: Holds = always,
        upcoming: Upcoming = nothing_yet,
    ) -> Receipt | None:
        """MAIL, RCPT, the fence, DATA, and the reply to the final dot."""
        del recipient
        # What was announced was looked at then.
        if self._ahead is not letter and (unmailable := self._unmailable(letter)) is not None:
            return unmailable
        try:
            refusal = self._begin(letter)
        except DigestError as error:
            return Receipt(state=DeliveryState.DEFERRED, text=str(error), lost=True, failure=error)
        if refusal is not None:
            self._unclean = True
            return refusal
        self._unclean = True  # until the letter is over: whoever leaves from here on leaves an envelope behind
        if not fence():
            return None
        receipt = self._data(letter, holds, upcoming)
        self._unclean = receipt.state is not DeliveryState.SENT and self._ahead is None
        return receipt

    def close(self) -> None:
        """Say QUIT, if anybody listens."""
        wire, self._wire, self._ahead = self._wire, None, None
        if wire is None:
            return
        try:
            wire.send(b"QUIT\r\n")
            wire.reply(times=_QUIT_REPLY)
        except OSError:
            pass  # it is over either way
        finally:
            wire.close()

    def abort(self) -> None:
        """End the session at once, from any thread."""
        if (wire := self._wire) is not None:
            wire.abort()

    @property
    def _open(self) -> Wire:
        if self._wire is None:
            raise ConnectionError("the session is closed")
        return self._wire

    def _take(self, session: smtplib.SMTP) -> None:
        sock = session.sock
        assert sock is not None  # noqa: S101 - it has just answered
        self._wire = Wire(sock, patience=self._patience)
        self._pipelining = session.has_extn("pipelining")
        self._smtputf8 = session.has_extn("smtputf8")
        self._letters = 0
        self._unclean = False
        self._ahead = None

    def _unmailable(self, letter: Letter) -> Receipt | None:
        """What no server is to hear of: it would be syntax in the dialogue, or what this server cannot take."""
        if not (_ADDRESS.fullmatch(letter.recipient) and _ADDRESS.fullmatch(letter.sender)):
            return _bounced("not an address that can be mailed to: it holds what an address cannot")
        if letter.smtputf8 and not self._smtputf8:
            return _bounced("the server takes no address beyond ASCII (SMTPUTF8)")
        if not letter.smtputf8 and not (letter.recipient.isascii() and letter.sender.isascii()):
            return _bounced("not an address that can be mailed to: it holds letters beyond ASCII")
        return None

    def _begin(self, letter: Letter) -> Receipt | None:
        """MAIL and RCPT. A session that the server ended since the last letter, as it does with idle ones, is renewed.

        Nothing of the letter was handed over until then, so doing this again is safe.
        """
        if self._letters >= _LETTERS_A_CONNECTION and self._ahead is not letter:
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
        self._take(self._reconnect())

    def _envelope(self, letter: Letter) -> Receipt | None:
        """MAIL and RCPT, unless they were said before; a receipt when one of them is refused."""
        wire = self._open
        ahead, self._ahead = self._ahead, None
        if ahead is letter:
            return self._answer_to_envelope(wire)
        if ahead is not None:
            self._answer_to_envelope(wire)
            self._unclean = True
        if self._pipelining:
            wire.send((b"RSET\r\n" if self._unclean else b"") + _envelope(letter))
            self._answer_to_reset(wire)
            return self._answer_to_envelope(wire)
        if self._unclean:
            wire.send(b"RSET\r\n")
            self._answer_to_reset(wire)
        for command, refusal in ((_mail(letter), refused_sender), (_rcpt(letter), refused)):
            wire.send(command)
            code, said = wire.reply()
            if not _is_yes(code):
                return refusal(code, said)
        return None

    def _answer_to_reset(self, wire: Wire) -> None:
        if self._unclean:
            code, _ = wire.reply()
            if not _is_yes(code):
                raise ConnectionError("the server cannot begin anew")
            self._unclean = False

    @staticmethod
    def _answer_to_envelope(wire: Wire) -> Receipt | None:
        """Both answers are read, whatever the first one says, unless the server ends the session with it."""
        mailed, why_not_mailed = wire.reply()
        if mailed == _CLOSING:
            return refused_sender(mailed, why_not_mailed)
        code, said = wire.reply()
        if not _is_yes(mailed):
            return refused_sender(mailed, why_not_mailed)
        return None if _is_yes(code) else refused(code, said)

    def _data(self, letter: Letter, holds: Holds, upcoming: Upcoming) -> Receipt:
        """DATA to the reply to the dot. Until the dot is out a server must forget the message, then it may have it."""
        try:
            wire = self._open
            wire.send(b"DATA\r\n")
            code, said = wire.reply()
            if code != _GO_AHEAD:
                return refused(code, said)
            wire.send(letter.content if letter.dotless else stuffed(letter.content))
        except OSError as error:
            return lost(error)
        ending = b".\r\n" + self._envelope_ahead(upcoming)
        if not holds():
            self.abort()
            return lost(TimeoutError("our claim on this letter ran out while it was being handed over"))
        try:
            wire.send(ending)
            # A server may take its time over a message that it has; giving up early would leave it unknown.
            code, said = wire.reply(times=_LAST_REPLY)
        except OSError as error:
            return Receipt(state=DeliveryState.UNKNOWN, text=f"no answer after the message: {error}", lost=True)
        return after_the_dot(code, said)

    def _envelope_ahead(self, upcoming: Upcoming) -> bytes:
        """MAIL and RCPT of the letter that comes next, where the server takes them before it has answered."""
        if not self._pipelining or self._letters >= _LETTERS_A_CONNECTION:
            return b""
        following = upcoming()
        if following is None or self._unmailable(following) is not None:
            return b""
        self._ahead = following
        return _envelope(following)


def stuffed(content: bytes) -> bytes:
    """The message as it stands in DATA: a dot at the start of a line is doubled, and the last line is ended."""
    if b"\r\n." in content or content.startswith(b"."):
        content = re.sub(rb"(?m)^\.", b"..", content)
    return content if content.endswith(b"\r\n") else content + b"\r\n"


def _envelope(letter: Letter) -> bytes:
    return _mail(letter) + _rcpt(letter)


def _mail(letter: Letter) -> bytes:
    return f"MAIL FROM:<{letter.sender}>{' SMTPUTF8 BODY=8BITMIME' if letter.smtputf8 else ''}\r\n".encode()


def _rcpt(letter: Letter) -> bytes:
    return f"RCPT TO:<{letter.recipient}>\r\n".encode()


def _bounced(why: str) -> Receipt:
    return Receipt(state=DeliveryState.BOUNCED, text=why)


def _is_yes(code: int) -> bool:
    return 200 <= code < 300
