"""A real SMTP server on loopback, with STARTTLS and login, that can be told to misbehave."""

import asyncio
import base64
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "letter", "correct horse"
TOKEN = "ya29.a-token"
Reply = Callable[[str], str | None]


def accept_all(address: str) -> str | None:
    """The reply to RCPT that lets everyone in."""
    del address


@dataclass
class Accepted:
    """One message that the server took."""

    recipients: list[str]
    content: bytes


@dataclass
class Server:
    """What a test sees of the server. `rcpt` and `data` give a reply other than success, by address."""

    host: str
    port: int
    ca_file: Path
    rcpt: Reply = accept_all
    data: Reply = accept_all
    drop_after_data: Callable[[str], bool] = field(default=lambda address: False)
    delay_s: float = 0.0
    accepted: list[Accepted] = field(default_factory=list)
    sessions: int = 0

    @property
    def recipients(self) -> list[str]:
        return [address for message in self.accepted for address in message.recipients]

    def transport(self, **changes: object) -> str:
        """The `[transport]` table of a configuration that uses this server."""
        values: dict[str, object] = {
            "type": "smtp", "host": self.host, "port": self.port, "tls": "starttls", "ca_file": str(self.ca_file),
            "username": USER, "password": PASSWORD, "timeout": 10.0, **changes,
        }  # fmt: skip
        lines = [f"{key} = {_toml(value)}" for key, value in values.items() if value is not None]
        return "\n".join(["[transport]", *lines, ""])

    def wait_for(self, count: int, *, seconds: float = 60.0) -> None:
        """Wait until so many messages were taken."""
        deadline = time.monotonic() + seconds
        while len(self.accepted) < count:
            assert time.monotonic() < deadline, f"only {len(self.accepted)} of {count} messages came"
            time.sleep(0.002)


class _Handler:
    def __init__(self, server: Server) -> None:
        self._server = server

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        del server, envelope
        session.host_name = hostname
        self._server.sessions += 1
        return responses

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802 - aiosmtpd's name
        """As Google and Microsoft do it: a refusal is told in a challenge, which wants an empty answer."""
        said = base64.b64decode(args[1]).decode()
        if said == f"user={USER}\1auth=Bearer {TOKEN}\1\1":
            return AuthResult(success=True, auth_data=USER)
        await server.challenge_auth(b'{"status":"400"}')
        return AuthResult(success=False, handled=False)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session, options
        refusal = self._server.rcpt(address)
        if refusal is None:
            envelope.rcpt_tos.append(address)
        return refusal or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        del session
        address = envelope.rcpt_tos[0]
        if self._server.delay_s:
            await asyncio.sleep(self._server.delay_s)
        if refusal := self._server.data(address):
            return refusal
        self._server.accepted.append(Accepted(list(envelope.rcpt_tos), bytes(envelope.original_content or b"")))
        if self._server.drop_after_data(address):
            assert server.transport is not None
            server.transport.abort()
        return "250 OK"


class _Controller(Controller):
    def factory(self) -> SMTP:
        return SMTP(self.handler, **self.SMTP_kwargs)


def _authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    del server, session, envelope, mechanism
    assert isinstance(data, LoginPassword)
    good = data.login == USER.encode() and data.password == PASSWORD.encode()
    return AuthResult(success=good, handled=False)


@contextmanager
def smtp_server(folder: Path, *, name: str = "localhost", implicit_tls: bool = False) -> Iterator[Server]:
    """Run a server until the block is left. `name` is what its certificate says.

    With `implicit_tls` it speaks TLS from the first byte (RFC 8314), as on port 465; else it wants STARTTLS.
    """
    authority = trustme.CA()
    ca_file = folder / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    server = Server("localhost", _free_port(), ca_file)
    controller = _Controller(
        _Handler(server),
        hostname="127.0.0.1",
        port=server.port,
        ssl_context=context if implicit_tls else None,
        tls_context=None if implicit_tls else context,
        require_starttls=not implicit_tls,
        auth_require_tls=not implicit_tls,
        auth_required=True,
        authenticator=_authenticate,
        data_size_limit=2**22,
    )
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


@contextmanager
def deaf_server() -> Iterator[int]:
    """A port on which someone answers the telephone and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        done = threading.Event()
        held: list[socket.socket] = []

        def hold() -> None:
            listening.settimeout(0.1)
            while not done.is_set():
                try:
                    held.append(listening.accept()[0])
                except TimeoutError:
                    continue

        thread = threading.Thread(target=hold)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            done.set()
            thread.join()
            for connection in held:
                connection.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def _toml(value: object) -> str:
    return (
        str(value).lower()
        if isinstance(value, bool)
        else repr(value)
        if isinstance(value, int | float)
        else f'"{value}"'
    )
