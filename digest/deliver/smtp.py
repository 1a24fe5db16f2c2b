"""The transport for a mail server. yagmail connects and logs in; the letters are handed over by us, reply by reply.

yagmail's own `send` is never used: it asks for the login each time, repeats a message whose reply was lost, and makes
message ids that repeat. See docs/decisions.md.
"""

import smtplib
import ssl
import threading
from collections.abc import Callable
from functools import cached_property
from typing import Any

from digest.config import Settings, resolve_password
from digest.deliver.message import Recipient
from digest.deliver.oauth2 import AccessTokens, log_in
from digest.deliver.reply import spoken
from digest.deliver.session import SmtpChannel
from digest.errors import LoginError, TransportError

# What all the answers until the login is over may take together, in timeouts: a dozen that each come just in time.
_LOGIN_TIMES = 12


class Smtp:
    """Connections to the mail server that `[transport]` names, with verified TLS and a timeout on everything."""

    def __init__(self, settings: Settings, issue_id: str) -> None:
        del issue_id
        self._settings = settings.transport

    @property
    def _secret(self) -> str:
        """The password, or an access token: tokens run out, so each session asks anew."""
        if self._settings.auth == "password":
            return self._password
        return self._tokens.get() if self._tokens else resolve_password(self._settings)

    @cached_property
    def _password(self) -> str:
        return resolve_password(self._settings)

    @cached_property
    def _tokens(self) -> AccessTokens | None:
        chosen = self._settings
        return AccessTokens(chosen.oauth2_file, timeout=chosen.timeout) if chosen.oauth2_file else None

    @property
    def _where(self) -> str:
        return f"{self._settings.host}:{self._settings.smtp_port}"

    def connect(self) -> SmtpChannel:
        """Connect and log in. Raises LoginError, TransportError, ConfigError."""
        return SmtpChannel(self._session(), self._session, patience=self._settings.timeout)

    def arrived(self, recipient: Recipient) -> None:
        """A server that did not answer cannot be asked afterwards."""

    def check(self) -> str:
        """Connect and log in, and leave again."""
        self.connect().close()
        user = f" as {self._settings.username}" if self._settings.username else ", no login"
        return f"{self._where} answers ({self._settings.tls}{user})"

    def _session(self) -> smtplib.SMTP:
        import yagmail

        chosen = self._settings
        secret = self._secret  # a secret that is missing is told before anything is connected
        by_token = chosen.auth == "oauth2"
        context = None if chosen.tls == "none" else self._tls_context
        extra: dict[str, Any] = {"context": context} if chosen.tls == "ssl" else {}
        client = yagmail.SMTP(
            user=chosen.username,
            password=secret,
            host=chosen.host,
            port=chosen.smtp_port,
            smtp_ssl=chosen.tls == "ssl",
            smtp_starttls={"context": context} if chosen.tls == "starttls" else False,
            smtp_skip_login=not chosen.username or by_token,
            soft_email_validation=False,
            timeout=chosen.timeout,
            **extra,
        )
        client.user = chosen.username  # yagmail takes a user without "@" for one of gmail.com

        def log_in_by_either() -> None:
            client.login()
            client.smtp.ehlo_or_helo_if_needed()
            if by_token:
                log_in(client.smtp, chosen.username, secret)

        try:
            _within(_LOGIN_TIMES * chosen.timeout, log_in_by_either)
            session: smtplib.SMTP = client.smtp
        except (OSError, ValueError) as error:
            if client.smtp is not None:
                client.smtp.close()
            raise self._told(error) from error
        finally:
            client.is_closed = True  # the session is ours now; else yagmail's destructor ends it with a QUIT
        return session

    @cached_property
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
                remedy=(
                    "get a new access token"
                    if self._settings.auth == "oauth2"
                    else "check [transport] username and password"
                ),
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


def _within(seconds: float, work: Callable[[], None]) -> None:
    """Do something that ends each wait in time, and may wait without end all the same: a server can drip its answers.

    Raises TimeoutError, and what the work raises.
    """
    failures: list[BaseException] = []

    def attempt() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - raised below, where somebody hears of it
            failures.append(error)

    thread = threading.Thread(target=attempt, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise TimeoutError("the connection and the login did not come about in time")
    if failures:
        raise failures[0]
