"""A mail server in a process of its own that notes whom it took a letter for, before it says so, and can misbehave.

It offers PIPELINING. What it does to whom is drawn from its seed and the address alone: a drill can be repeated.
"""

import asyncio
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

_LIMIT = 1 << 22


@dataclass(frozen=True, kw_only=True)
class Manners:
    """How the sink behaves: the share of letters that it answers so, and how long each answer takes.

    `drop`: taken, and the connection cut instead of an answer. `later`, `later_at_last`: put off, at RCPT or after the
    message, the first time. `never`, `never_at_last`: refused for good.
    """

    seed: int = 0
    delay_ms: float = 0.0
    drop: float = 0.0
    later: float = 0.0
    later_at_last: float = 0.0
    never: float = 0.0
    never_at_last: float = 0.0


@dataclass
class Sink:
    """Where the running sink is, and what it took."""

    port: int
    log: Path
    _count: int = 0
    _read: int = 0

    @property
    def taken(self) -> Counter[str]:
        return Counter(self.log.read_text(encoding="utf-8").split())

    @property
    def count(self) -> int:
        """How many letters were taken; each line is read but once."""
        with self.log.open("rb") as file:
            file.seek(self._read)
            new = file.read()
        self._read += len(new)
        self._count += new.count(b"\n")
        return self._count


@contextmanager
def sink(folder: Path, manners: Manners) -> Iterator[Sink]:
    """Run it until the block is left."""
    log = folder / "taken.log"
    log.touch()
    said = [f"{key}={value}" for key, value in asdict(manners).items()]
    command = [sys.executable, "-m", "tests.drills.sink", str(log), *said]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Sink(int(process.stdout.readline()), log)
        finally:
            process.kill()


class _Sessions:
    def __init__(self, manners: Manners, log: int) -> None:
        self._manners = manners
        self._log = log
        self._put_off: set[str] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # a sender that was killed says no farewell
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._say(writer, "220 ready")
        recipient = ""
        while True:
            line = (await reader.readuntil(b"\r\n")).decode().strip()
            command = line[:4].upper()
            if command == "EHLO":
                await self._say(writer, "250-sink\r\n250 PIPELINING")
            elif command == "RCPT":
                recipient = line[line.index("<") + 1 : line.rindex(">")]
                refusal = self._refusal(recipient, self._manners.never, self._manners.later, "")
                recipient = "" if refusal else recipient
                await self._say(writer, refusal or "250 fine")
            elif command == "DATA":
                await self._say(writer, "354 go ahead" if recipient else "554 nobody to take it for")
                if recipient and not await self._take(reader, writer, recipient):
                    return
            else:
                await self._say(writer, "221 bye" if command == "QUIT" else "250 fine")
                if command == "QUIT":
                    return

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, recipient: str) -> bool:
        await reader.readuntil(b"\r\n.\r\n")
        manners = self._manners
        refusal = self._refusal(recipient, manners.never_at_last, manners.later_at_last, "at last")
        if refusal is None:
            os.write(self._log, f"{recipient}\n".encode())
            if _chance(manners.seed, "drop", recipient) < manners.drop:
                writer.transport.abort()
                return False
        await self._say(writer, refusal or "250 taken")
        return True

    def _refusal(self, recipient: str, never: float, later: float, point: str) -> str | None:
        if _chance(self._manners.seed, "never" + point, recipient) < never:
            return "552 5.2.2 full for good"
        key = f"later{point}{recipient}"
        if key not in self._put_off and _chance(self._manners.seed, "later" + point, recipient) < later:
            self._put_off.add(key)
            return "452 4.2.2 full for now"
        return None

    async def _say(self, writer: asyncio.StreamWriter, reply: str) -> None:
        if self._manners.delay_ms:
            await asyncio.sleep(self._manners.delay_ms / 1000)
        writer.write(f"{reply}\r\n".encode())
        await writer.drain()


def _chance(seed: int, what: str, recipient: str) -> float:
    return random.Random(f"{seed} {what} {recipient}").random()


async def _run(manners: Manners, log: int) -> None:
    server = await asyncio.start_server(_Sessions(manners, log).serve, "127.0.0.1", 0, limit=_LIMIT)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


def main(log: str, *said: str) -> None:
    values = {key: float(value) for key, value in (each.split("=") for each in said)}
    manners = Manners(**{**values, "seed": int(values["seed"])})  # type: ignore[arg-type]  # all others are floats
    asyncio.run(_run(manners, os.open(log, os.O_WRONLY | os.O_APPEND)))


if __name__ == "__main__":
    main(*sys.argv[1:])
