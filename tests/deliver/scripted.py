"""A mail server that says, command by command, whatever a test wants it to say."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

HANG_UP = "hang up"
# A session's number from 1, and the command; "" is the greeting, "." the end of a message. None: the usual reply.
Script = Callable[[int, str], str | None]
_USUAL = {"": "220 ready", "DATA": "354 go ahead", "QUIT": "221 bye"}


@dataclass
class Scripted:
    """What a test sees: where the server is, every command it got, and the messages that it took."""

    port: int
    commands: list[str] = field(default_factory=list)
    taken: list[bytes] = field(default_factory=list)
    sessions: int = 0

    @property
    def transport(self) -> str:
        return f'[transport]\ntype = "smtp"\nhost = "127.0.0.1"\nport = {self.port}\ntls = "none"\ntimeout = 5.0\n'


class _Handler(socketserver.StreamRequestHandler):
    server: "_Listening"

    def handle(self) -> None:
        seen = self.server.seen
        seen.sessions += 1
        number = seen.sessions
        if not self._say(number, ""):
            return
        while line := self.rfile.readline().decode().rstrip("\r\n"):
            line = line[:4].upper() + line[4:]
            seen.commands.append(line)
            if not self._say(number, line) or line == "QUIT":
                return
            if line == "DATA" and self._last.startswith("354") and not self._take(number):
                return

    def _take(self, number: int) -> bool:
        content = self._message()
        if content is None or not self._say(number, "."):
            return False
        if self._last.startswith("250"):
            self.server.seen.taken.append(content)
        return True

    def _say(self, number: int, command: str) -> bool:
        said = self.server.script(number, command)
        self._last = said if said is not None else _USUAL.get(command, "250 fine")
        if self._last == HANG_UP:
            return False
        self.wfile.write(f"{self._last}\r\n".encode())
        return True

    def _message(self) -> bytes | None:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return None
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)


class _Listening(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, script: Script) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = script
        self.seen = Scripted(port=self.server_address[1])

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the play."""


@contextmanager
def scripted_server(script: Script) -> Iterator[Scripted]:
    """Run it until the block is left."""
    with _Listening(script) as listening:
        thread = threading.Thread(target=listening.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield listening.seen
        finally:
            listening.shutdown()
            thread.join()
