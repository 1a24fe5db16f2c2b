"""An IMAP server on loopback with one folder, that notes every command."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class ImapServer:
    """`letters` maps UIDs to messages."""

    def __init__(self, letters: dict[int, bytes], *, password: str) -> None:
        self.letters = letters
        self.password = password
        self.commands: list[str] = []
        self.logins = 0
        self.port = 0

    @property
    def url(self) -> str:
        return f"imap://127.0.0.1:{self.port}/News%20letters"

    @contextmanager
    def running(self) -> Iterator["ImapServer"]:
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self.wfile.write(b"* OK ready\r\n")
                while line := self.rfile.readline():
                    tag, _, command = line.decode().strip().partition(" ")
                    outer.commands.append(command)
                    self.wfile.write(outer.answer(tag, command))

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True

        with Server(("127.0.0.1", 0), Handler) as server:
            self.port = server.server_address[1]
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield self
            server.shutdown()

    def answer(self, tag: str, command: str) -> bytes:
        done = f"{tag} OK done\r\n".encode()
        if command == "CAPABILITY":
            return b"* CAPABILITY IMAP4rev1\r\n" + done
        if command.startswith("LOGIN"):
            self.logins += 1
            return done if command == f'LOGIN anna "{self.password}"' else f"{tag} NO wrong password\r\n".encode()
        if command.startswith(("SELECT", "EXAMINE")):
            if '"News letters"' not in command:
                return f"{tag} NO no such folder\r\n".encode()
            following = max(self.letters, default=0) + 1
            head = f"* {len(self.letters)} EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT {following}] ok\r\n"
            return f"{head}{tag} OK [READ-ONLY] done\r\n".encode()
        if command == "UID SEARCH ALL":
            return f"* SEARCH {' '.join(map(str, self.letters))}\r\n".encode() + done
        if latest := re.fullmatch(r"UID SEARCH (\d+):\*", command):
            return f"* SEARCH {' '.join(map(str, list(self.letters)[int(latest[1]) - 1 :]))}\r\n".encode() + done
        if found := re.fullmatch(r"UID FETCH ([\d,]+) \((.+)\)", command):
            return b"".join(self._fetched(int(uid), found[2]) for uid in found[1].split(",")) + done
        if command == "LOGOUT":
            return b"* BYE\r\n" + done
        return f"{tag} BAD what is {command}\r\n".encode()

    def _fetched(self, uid: int, items: str) -> bytes:
        letter = self.letters.get(uid)
        if letter is None:
            return b""
        if "RFC822.SIZE" in items:
            return f"* {uid} FETCH (UID {uid} RFC822.SIZE {len(letter)})\r\n".encode()
        part = letter if "BODY.PEEK[])" in f"{items})" else letter.partition(b"\r\n")[0] + b"\r\n\r\n"
        return f"* {uid} FETCH (UID {uid} BODY[] {{{len(part)}}}\r\n".encode() + part + b")\r\n"
