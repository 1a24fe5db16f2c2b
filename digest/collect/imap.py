"""Reads an IMAP folder (RFC 3501) without changing it: letters stay unread, and nothing is deleted."""

import imaplib
import ipaddress
import re
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes, policy
from typing import Any
from urllib.parse import unquote, urlsplit

from digest.collect.draft import Rejected
from digest.collect.prose import one_line
from digest.errors import SourceError

_LETTERS_MAX = 500
_BATCH = 100
_LITERAL_MAX = 1_000_000  # bytes, of anything but a whole letter
_ANSWERS_MAX = 10_000_000  # bytes of all that a server says to one command, beside one literal
_NUMBER = re.compile(rb"\d{1,10}")  # of 32 bits, RFC 3501, 9; what is longer is none, and may be more than int takes
_UID = re.compile(rb"\bUID (\d{1,10})\b")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d{1,10})\b")


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of the folder, and what it is known by."""

    uid: str
    message_id: str


class Imap:
    """One connection to one folder, made when it is first needed. Not safe to use from two threads at a time.

    `url` is imaps://HOST[:PORT]/FOLDER, or imap:// for STARTTLS; on loopback alone a login goes without encryption.
    `most` letters are looked at, the latest. All calls raise SourceError.
    """

    def __init__(
        self,
        url: str,
        username: str,
        password: str,
        *,
        timeout: float,
        allow_private: bool,
        max_bytes: int,
        most: int = _LETTERS_MAX,
    ) -> None:
        self._url = url
        self._login = (username, password)
        self._timeout = timeout
        self._allow_private = allow_private
        self._max_bytes = max_bytes
        self._most = most
        self._connection: _PlainImap | None = None
        self._sockets: list[socket.socket] = []
        self._exists = 0

    def state(self) -> str:
        """What changes when a letter comes: UIDVALIDITY and UIDNEXT; "" when the server does not tell them."""
        validity, following = self._answer("UIDVALIDITY"), self._answer("UIDNEXT")
        return f"{validity}:{following}" if validity and following else ""

    def letters(self) -> list[Letter]:
        """The letters of the folder, the latest first."""
        self._open()
        # By their place in the folder: the numbers of all letters of a large one are more than one line may hold.
        found = self._uid("SEARCH", "ALL" if self._exists <= self._most else f"{self._exists - self._most + 1}:*")
        named = (found[0] or b"").split()[-self._most :][::-1] if found else []
        uids = [uid for uid in named if _NUMBER.fullmatch(uid)]
        letters: list[Letter] = []
        for start in range(0, len(uids), _BATCH):
            batch = b",".join(uids[start : start + _BATCH]).decode("ascii")
            answers = self._uid("FETCH", batch, "(UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")
            letters += [_letter(answer) for answer in answers if isinstance(answer, tuple) and _UID.search(answer[0])]
        return sorted(letters, key=lambda letter: -int(letter.uid))

    def letter(self, uid: str) -> bytes:
        """The bytes of one letter. Raises Rejected when it is too large, or gone."""
        size = _SIZE.search(b" ".join(_flat(self._uid("FETCH", uid, "(UID RFC822.SIZE)"))))
        if size is None:
            raise Rejected("it is not in the mailbox any more")
        if int(size[1]) > self._max_bytes:
            raise Rejected(f"it is larger than {self._max_bytes / 1_000_000:g} MB")
        self._open().max_literal = self._max_bytes + _LITERAL_MAX
        answers = self._uid("FETCH", uid, "(UID BODY.PEEK[])")
        body = next((answer[1] for answer in answers if isinstance(answer, tuple)), None)
        if not isinstance(body, bytes):
            raise Rejected("it is not in the mailbox any more")
        return body

    def abandon(self) -> None:
        """End every wait for the server, from any thread: a call under way fails at once."""
        for one in self._sockets:
            with suppress(OSError):  # it is closed already
                one.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Log out."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.logout()
            except (imaplib.IMAP4.error, OSError):
                with suppress(OSError):  # it is closed already
                    connection.shutdown()

    def _answer(self, name: str) -> str:
        _, values = self._open().response(name)
        return values[0].decode("ascii", "replace") if values and isinstance(values[0], bytes) else ""

    def _uid(self, command: str, *arguments: str) -> list[Any]:
        connection = self._open()
        connection.left = connection.max_literal + _ANSWERS_MAX
        try:
            status, answers = connection.uid(command, *arguments)
        except (imaplib.IMAP4.error, OSError) as error:
            raise self._error(f"the mail server said: {_said(error)}") from error
        if status != "OK":
            raise self._error(f"the mail server refuses {command}")
        return list(answers)

    def _open(self) -> "_PlainImap":
        if self._connection is None:
            try:
                self._connection = self._connect()
            except ssl.SSLError as error:
                raise self._error(f"no secure connection: {error}", "check host, port and certificate") from error
            except OSError as error:
                raise self._error(f"nothing answers there ({error})", "check the address") from error
            except imaplib.IMAP4.error as error:
                raise self._error(f"it is no mail server, or does not answer as one: {_said(error)}") from error
            self._select(self._connection)
        return self._connection

    def _connect(self) -> "_PlainImap":
        parts = urlsplit(self._url)
        host, secure = parts.hostname or "", parts.scheme == "imaps"
        port = parts.port or (993 if secure else 143)
        address = self._vetted(host, port)
        context = ssl.create_default_context()
        if secure:
            return _SecureImap(host, port, address, self._timeout, self._sockets, context)
        connection = _PlainImap(host, port, address, self._timeout, self._sockets)
        if not ipaddress.ip_address(address).is_loopback:
            try:
                connection.starttls(context)
            except imaplib.IMAP4.error as error:
                connection.shutdown()
                raise self._error("it offers no encryption", "use imaps://, or another server") from error
        return connection

    def _vetted(self, host: str, port: int) -> str:
        """The address to connect to; names are resolved once, so that what was vetted is what is reached."""
        from digest.collect.network import is_public

        found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        for address in found:
            if not self._allow_private and not is_public(ipaddress.ip_address(address)):
                remedy = "set allow_private = true in [collect] if this address is meant"
                raise self._error(f"{host} ({address}) is not on the public internet", remedy)
        return found[0]

    def _select(self, connection: imaplib.IMAP4) -> None:
        username, password = self._login
        folder = unquote(urlsplit(self._url).path.strip("/")) or "INBOX"
        if not folder.isprintable():
            raise self._error("its folder is not a name", "mend url in [[sources]]")
        try:
            if username:
                connection.login(username, password)
            elif connection.state == "NONAUTH":
                self.close()
                raise self._error("the mail server wants a login", "set username and password_env beside url")
            status, exists = connection.select(_quoted(folder), readonly=True)
        except (imaplib.IMAP4.error, OSError) as error:
            self.close()
            raise self._error(
                f"the mail server said: {_said(error)}", "check username, password_env and url"
            ) from error
        if status != "OK":
            self.close()
            raise self._error(f"there is no folder {folder!r}", "check the path in url; INBOX is the usual one")
        count = _NUMBER.fullmatch((exists and exists[0]) or b"0")
        self._exists = int(count[0]) if count else 0

    def _error(self, what: str, remedy: str = "") -> SourceError:
        return SourceError(what, where=self._url, remedy=remedy)


class _PlainImap(imaplib.IMAP4):
    """`max_literal` bytes at the most are taken at once, and `left` before they are set anew for the next command."""

    def __init__(self, host: str, port: int, address: str, timeout: float, sockets: list[socket.socket]) -> None:
        self._address = address
        self._sockets = sockets
        self.max_literal = _LITERAL_MAX
        self.left = _ANSWERS_MAX
        super().__init__(host, port, timeout)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        made = socket.create_connection((self._address, self.port), timeout)
        self._sockets.append(made)
        return made

    def read(self, size: int) -> bytes:
        if size > self.max_literal:
            raise self.abort("its answer is larger than it said")
        self._take(size)
        return super().read(size)

    def readline(self) -> bytes:
        line = super().readline()
        self._take(len(line))
        return line

    def _take(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise self.abort("its answer has no end")


class _SecureImap(_PlainImap):
    def __init__(
        self,
        host: str,
        port: int,
        address: str,
        timeout: float,
        sockets: list[socket.socket],
        context: ssl.SSLContext,
    ) -> None:
        self._context = context
        super().__init__(host, port, address, timeout, sockets)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        made = self._context.wrap_socket(super()._create_socket(timeout), server_hostname=self.host)
        self._sockets[:] = [made]  # the wrapped socket is the one that waits
        return made


def _letter(answer: tuple[bytes, bytes]) -> Letter:
    uid = _UID.search(answer[0])
    header = message_from_bytes(answer[1], policy=policy.compat32)
    return Letter(uid[1].decode() if uid else "0", one_line(str(header.get("Message-ID") or ""))[:2000])


def _flat(answers: list[Any]) -> list[bytes]:
    return [part for answer in answers for part in (answer if isinstance(answer, tuple) else (answer,)) if part]


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _said(error: Exception) -> str:
    return one_line(
        error.args[0].decode("utf-8", "replace") if error.args and isinstance(error.args[0], bytes) else str(error)
    )[:300]
