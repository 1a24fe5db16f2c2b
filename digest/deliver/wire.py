"""The bytes between us and a mail server: lines out, replies in, and an end to every wait. Source: RFC 5321, 4.2."""

import contextlib
import socket
import time
from collections.abc import Callable

# RFC 5321 (4.5.3.1.5) allows 512 bytes to a line of a reply; some say more, and none needs this much.
_REPLY_LIMIT = 1 << 16
_READ = 1 << 12
_CLEAR = b"0123456789"


class Wire:
    """A socket on which the login is over. `patience` is how many seconds an answer, or a write, may take in all."""

    def __init__(self, sock: socket.socket, *, patience: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._sock = sock
        self._patience = patience
        self._clock = clock
        self._read = b""
        self._timeout = -1.0
        set_options(sock, patience)

    def send(self, data: bytes) -> None:
        """Write. Raises OSError, after which nobody knows how much of it arrived."""
        self._wait_at_most(self._patience)
        self._sock.sendall(data)

    def reply(self, *, times: float = 1.0) -> tuple[int, bytes]:
        """The next reply: its code, or -1 for what is none, and its text with its lines apart.

        Waits `times` the patience. A server that drips is given no more than one that is silent. Raises OSError.
        """
        deadline = None
        lines, size = [], 0
        while True:
            while (end := self._read.find(b"\n")) < 0:
                if deadline is None:
                    deadline = self._clock() + self._patience * times
                    self._receive(self._patience * times)
                else:
                    self._receive(deadline - self._clock())
            line, self._read = self._read[:end].rstrip(b"\r"), self._read[end + 1 :]
            size += len(line)
            code = int(line[:3]) if len(line) >= 3 and not line[:3].strip(_CLEAR) else -1
            if code < 0 or size > _REPLY_LIMIT:
                return -1, line
            lines.append(line[4:])
            if line[3:4] != b"-":
                return code, b"\n".join(lines)

    def abort(self) -> None:
        """End it at once, from any thread: whoever waits on it gets an OSError."""
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let the socket go."""
        with contextlib.suppress(OSError):
            self._sock.close()

    def _receive(self, seconds: float) -> None:
        if seconds <= 0:
            raise TimeoutError("the server did not answer in time")
        if len(self._read) > _REPLY_LIMIT:
            raise ConnectionError("the server answers without end")
        self._wait_at_most(seconds)
        data = self._sock.recv(_READ)
        if not data:
            raise ConnectionError("the server ended the connection")
        self._read += data

    def _wait_at_most(self, seconds: float) -> None:
        if seconds != self._timeout:  # to set it is a call of the system
            self._sock.settimeout(seconds)
            self._timeout = seconds


def set_options(sock: socket.socket, patience: float) -> None:
    """No waiting for a fuller packet; and a peer that is gone is known after `patience`, not after many minutes.

    What a kernel does not know, or a socket that is none of TCP, goes without.
    """
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(1000 * patience))
