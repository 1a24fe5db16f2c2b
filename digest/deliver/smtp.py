"""The transport for a mail server. yagmail connects and logs in; the letters are handed over by us, reply by reply.

yagmail's own `send` is never used: it asks for the login each time, repeats a message whose reply was lost, and makes
message ids that repeat. See docs/decisions.md. Source of the dialogue: RFC 5321; enhanced codes: RFC 3463.
"""

import contextlib
import re
import smtplib
import socket
import ssl
from functools import cached_property
from typing import Any

from digest.config import Settings, resolve_password
from digest.deliver.message import Letter, Recipient
from digest.deliver.transport import Fence, Receipt
from digest.errors import LoginError, TransportError
from digest.model import DeliveryState

# Servers limit how much one connection may bring; a new one in time is cheaper than a refusal.
_LETTERS_A_CONNECTION = 100
_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_NO_MAILBOX = {(1, 1), (1, 2), (1, 3), (1, 6), (1, 10)}
_WORDS_OF_NO_MAILBOX = re.compile(
    r"user unknown|unknown user|no such user|does not exist|mailbox (not found|unavailable)", re.I
)


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
        return SmtpChannel(self._client(), self._client)

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
                f"the server refuses the login: {_said(error.smtp_code, error.smtp_error)}",
                where=self._where,
                remedy="check [transport] username and password",
            )
        if isinstance(error, smtplib.SMTPNotSupportedError):
            return LoginError(
                f"the server does not offer what is asked of it: {error}",
                where=self._where,
                remedy='check [transport] port and tls; without TLS: tls = "none"; without login: no username',
            )
        if isinstance(error, smtplib.SMTPResponseException):
            return TransportError(
                f"the server refuses the session: {_said(error.smtp_code, error.smtp_error)}",
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

    def __init__(self, client: Any, reconnect: Any) -> None:
        self._client = client
        self._reconnect = reconnect
        self._letters = 0

    def hand_over(self, recipient: Recipient, letter: Letter, fence: Fence) -> Receipt | None:
        """MAIL, RCPT, the fence, DATA, and the reply to the final dot."""
        try:
            self._renew_in_time()
            refused = self._envelope(letter)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            return _lost(error)
        except (LoginError, TransportError) as error:
            return Receipt(state=DeliveryState.DEFERRED, text=str(error), general=True, lost=True, failure=error)
        if refused is not None:
            return self._reset(refused)
        if not fence():
            self._reset(None)
            return None
        return self._data(letter.content)

    def close(self) -> None:
        """Say QUIT, if anybody listens."""
        if self._client is None:
            return
        self._client.is_closed = True
        with contextlib.suppress(smtplib.SMTPException, OSError):
            self._client.smtp.quit()
        _drop(self._client.smtp)
        self._client = None

    def _renew_in_time(self) -> None:
        if self._letters >= _LETTERS_A_CONNECTION:
            self.close()
            self._client = self._reconnect()
            self._letters = 0
        self._letters += 1

    def _envelope(self, letter: Letter) -> Receipt | None:
        """MAIL and RCPT; a receipt when one of them is refused."""
        session = self._client.smtp
        options = ["SMTPUTF8", "BODY=8BITMIME"] if letter.smtputf8 else []
        if letter.smtputf8 and not session.has_extn("smtputf8"):
            return Receipt(state=DeliveryState.BOUNCED, text="the server takes no address beyond ASCII (SMTPUTF8)")
        if letter.smtputf8:
            session.command_encoding = "utf-8"
        code, said = session.mail(letter.sender, options)
        if code >= 400:
            return Receipt(
                state=DeliveryState.DEFERRED, code=code, text=_said(code, said), general=True, lost=code == 421
            )
        code, said = session.rcpt(letter.recipient)
        return _refusal(code, said) if code >= 400 else None

    def _data(self, content: bytes) -> Receipt:
        """DATA to the reply to the dot: before the dot a server must forget the message, after it, it may have it."""
        session = self._client.smtp
        try:
            code, said = session.docmd("DATA")
            if code != 354:
                return self._reset(_refusal(code, said)) or _lost(None)
            session.sock.sendall(stuffed(content))
        except (smtplib.SMTPException, OSError) as error:
            return _lost(error)
        try:
            session.sock.sendall(b".\r\n")
            code, said = session.getreply()
        except (smtplib.SMTPException, OSError) as error:
            return Receipt(state=DeliveryState.UNKNOWN, text=f"no answer after the message: {error}", lost=True)
        if 200 <= code < 300:
            return Receipt(state=DeliveryState.SENT, code=code, text=_said(code, said))
        return _refusal(code, said)

    def _reset(self, receipt: Receipt | None) -> Receipt | None:
        """RSET, so that the next letter finds a clean session; a session that cannot is lost."""
        if receipt is not None and receipt.lost:
            return receipt
        try:
            code, _ = self._client.smtp.rset()
            clean = code < 400
        except (smtplib.SMTPException, OSError):
            clean = False
        if clean:
            return receipt
        self._letters = _LETTERS_A_CONNECTION  # renewed before the next letter
        return receipt


def stuffed(content: bytes) -> bytes:
    """The message as it stands in DATA: a dot at the start of a line is doubled, and the last line is ended."""
    if b"\r\n." in content or content.startswith(b"."):
        content = re.sub(rb"(?m)^\.", b"..", content)
    return content if content.endswith(b"\r\n") else content + b"\r\n"


def _refusal(code: int, said: bytes) -> Receipt:
    """What a refusal of one recipient or message means."""
    text = _said(code, said)
    if code < 500:
        return Receipt(state=DeliveryState.DEFERRED, code=code, text=text, lost=code == 421, general=code == 421)
    enhanced = _ENHANCED.search(text)
    where = (int(enhanced[2]), int(enhanced[3])) if enhanced else None
    gone = where in _NO_MAILBOX or (where is None and code in {550, 551} and bool(_WORDS_OF_NO_MAILBOX.search(text)))
    return Receipt(state=DeliveryState.BOUNCED, code=code, text=text, suppress=gone, general=not gone)


def _lost(error: BaseException | None) -> Receipt:
    return Receipt(state=DeliveryState.DEFERRED, text=f"the connection was lost: {error}", lost=True)


def _said(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}"


def _drop(session: smtplib.SMTP | None) -> None:
    if session is not None:
        session.close()
