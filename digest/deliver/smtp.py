"""The transport for a mail server. yagmail connects and logs in; the letters are handed over by us, reply by reply.

yagmail's own `send` is never used: it asks for the login each time, repeats a message whose reply was lost, and makes
message ids that repeat. See docs/decisions.md. Source of the dialogue: RFC 5321; enhanced codes: RFC 3463.
"""

import contextlib
import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from functools import cached_property
from typing import Any

from digest.config import Settings, resolve_password
from digest.deliver.message import Letter, Recipient
from digest.deliver.reply import after_the_dot, lost, refused, refused_sender, spoken
from digest.deliver.transport import Fence, Receipt
from digest.errors import DigestError, LoginError, TransportError
from digest.model import DeliveryState

# Servers limit how much one connection may bring; a new one in time is cheaper than a refusal.
_LETTERS_A_CONNECTION = 100
_GO_AHEAD = 354
_CLOSING = 421
_LAST_REPLY = 10  # times the timeout: RFC 5321 (4.5.3.2.6) asks for ten minutes, and the timeout is one by default


class Smtp:
    """Connections to the mail server that `[transport]` names, with verified TLS and a timeout on everything."""

    def __init__(self, settings: Settings, issue_id: str) -> None:
        del issue_id
        self._settings = settings.transport

    @cached_property
    def _password(self) -> str:
        return resolve_password(self._settings)

    @property
    def _where(self) -> str:
        return f"{self._settings.host}:{self._settings.smtp_port}"

    def connect(self) -> "SmtpChannel":
        """Connect and log in. Raises LoginError, TransportError, ConfigError."""
        return SmtpChannel(self._client(), self._client, patience=self._settings.timeout)

    def arrived(self, recipient: Recipient) -> None:
        """A server that did not answer cannot be asked afterwards."""

    def check(self) -> str:
        """Connect and log in, and leave again."""
        self.connect().close()
        user = f" as {self._settings.username}" if self._settings.username else ", no login"
        return f"{self._where} answers ({self._settings.tls}{user})"

    def _client(self) -> Any:
        import yagmail

        chosen = self._settings
        password = self._password  # a secret that is missing is told before anything is connected
        context = self._tls_context()
        extra: dict[str, Any] = {"context": context} if chosen.tls == "ssl" else {}
        client = yagmail.SMTP(
            user=chosen.username,
            password=password,
            host=chosen.host,
            port=chosen.smtp_port,
            smtp_ssl=chosen.tls == "ssl",
            smtp_starttls={"context": context} if chosen.tls == "starttls" else False,
            smtp_skip_login=not chosen.username,
            soft_email_validation=False,
            timeout=chosen.timeout,
            **extra,
        )
        client.user = chosen.username  # yagmail takes a user without "@" for one of gmail.com
        try:
            client.login()
            client.smtp.ehlo_or_helo_if_needed()
            # Letters are written in two pieces, body and final dot; without this the second waits for an answer.
            client.smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            client.is_closed = True  # else its destructor says QUIT into a connection that is gone
            _drop(client.smtp)
            raise self._told(error) from error
        return client

    def _tls_context(self) -> ssl.SSLContext:
        if self._settings.ca_file is None:
            return ssl.create_default_context()
        try:
            return ssl.create_default_context(cafile=str(self._settings.ca_file))
        except (OSError, ssl.SSLError) as error:
            raise LoginError(
                f"cannot read the certificates in {self._settings.ca_file}: {error}", where="[transport] ca_file"
            ) from error

    def _told(self, error: Exception) -> LoginError | TransportError:
        """What a failed connection means: a configuration to be mended, or a server to be waited for."""
        if isinstance(error, ssl.SSLCertVerificationError):
            return LoginError(
                f"the server's certificate cannot be verified: {error.verify_message}",
                where=self._where,
                remedy="use the name that is in the certificate as [transport] host, or set ca_file",
            )
        if isinstance(error, ssl.SSLError):
            return LoginError(
                f"no TLS with this server: {error.reason or error}",
                where=self._where,
                remedy='port 587 wants tls = "starttls", port 465 wants tls = "ssl"',
            )
        if isinstance(error, smtplib.SMTPAuthenticationError) and error.smtp_code >= 500:
            return LoginError(
                f"the server refuses the login: {spoken(error.smtp_code, error.smtp_error)}",
                where=self._where,
                remedy="check [transport] username and password",
            )
        if isinstance(error, UnicodeEncodeError):
            return LoginError(
                "the user name or the password holds letters beyond ASCII, which this login cannot carry",
                where=self._where,
                remedy="choose others at the mail server",
            )
        if isinstance(error, smtplib.SMTPNotSupportedError):
            return LoginError(
                f"the server does not offer what is asked of it: {error}",
                where=self._where,
                remedy='check [transport] port and tls; without TLS: tls = "none"; without login: no username',
            )
        if isinstance(error, smtplib.SMTPResponseException):
            return TransportError(
                f"the server refuses the session: {spoken(error.smtp_code, error.smtp_error)}",
                where=self._where,
                remedy="run again later; nothing was lost",
            )
        return TransportError(
            f"the server cannot be reached: {error}",
            where=self._where,
            remedy="check [transport] host and port, or run again when it is back; nothing was lost",
        )


class SmtpChannel:
    """One session with a server, renewed after so many letters."""

    def __init__(self, client: Any, reconnect: Callable[[], Any], *, patience: float) -> None:
        self._client = client
        self._reconnect = reconnect
        self._patience = patience
        self._letters = 0

    def hand_over(self, recipient: Recipient, letter: Letter, fence: Fence) -> Receipt | None:
        """MAIL, RCPT, the fence, DATA, and the reply to the final dot."""
        del recipient
        try:
            refusal = self._begin(letter)
        except DigestError as error:
            return Receipt(state=DeliveryState.DEFERRED, text=str(error), lost=True, failure=error)
        except ValueError as error:  # smtplib refuses line breaks, and letters that the session cannot say
            self._reset()
            return Receipt(state=DeliveryState.BOUNCED, text=f"not an address that can be mailed to: {error}")
        if refusal is not None:
            return self._after(refusal)
        if not fence():
            self._reset()
            return None
        return self._after(self._data(letter.content))

    def close(self) -> None:
        """Say QUIT, if anybody listens."""
        if self._client is None:
            return
        self._client.is_closed = True
        with contextlib.suppress(smtplib.SMTPException, OSError):
            self._client.smtp.quit()
        _drop(self._client.smtp)
        self._client = None

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
        self._client = self._reconnect()
        self._letters = 0

    def _envelope(self, letter: Letter) -> Receipt | None:
        """MAIL and RCPT; a receipt when one of them is refused."""
        session = self._client.smtp
        if letter.smtputf8 and not session.has_extn("smtputf8"):
            return Receipt(state=DeliveryState.BOUNCED, text="the server takes no address beyond ASCII (SMTPUTF8)")
        code, said = session.mail(letter.sender, ["SMTPUTF8", "BODY=8BITMIME"] if letter.smtputf8 else [])
        if not _is_yes(code):
            return refused_sender(code, said)
        code, said = session.rcpt(letter.recipient)
        return None if _is_yes(code) else refused(code, said)

    def _data(self, content: bytes) -> Receipt:
        """DATA to the reply to the dot. Until the dot is out a server must forget the message, then it may have it."""
        session = self._client.smtp
        try:
            code, said = session.docmd("DATA")
            if code != _GO_AHEAD:
                return refused(code, said)
            session.sock.sendall(stuffed(content))
        except OSError as error:
            return lost(error)
        try:
            # A server may take its time over a message that it has; giving up early would leave it unknown.
            session.sock.settimeout(_LAST_REPLY * self._patience)
            session.sock.sendall(b".\r\n")
            code, said = session.getreply()
            session.sock.settimeout(self._patience)
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
            code, _ = self._client.smtp.rset()
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


def _is_yes(code: int) -> bool:
    return 200 <= code < 300


def _drop(session: smtplib.SMTP | None) -> None:
    if session is not None:
        session.close()
