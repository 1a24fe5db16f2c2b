"""Reads inputs that were made to break a reader, each alone and then all in one run beside good feeds.

usage: surviving.py FOLDER... [--good 20]
A FOLDER holds gzipped files: those that end in .html.gz are read as pages, the others as feeds. Alone, each is parsed
by a worker process of its own, whatever its size: the time that its parsing takes, and the most memory that the worker
held (RSS). Together, they are sources of one `digest collect` with the limits that it comes with, served from loopback
among feeds that nothing is wrong with: the time, the most memory that all processes of digest held together (PSS), and
whether the good feeds came through whole.
"""

import argparse
import asyncio
import gzip
import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fetching import feed, measure, tree

from digest.collect.draft import Rejected
from digest.collect.workers import Workers

ENTRIES = 20
SECONDS_MAX, MEGABYTES_MAX = 10.0, 500.0


@dataclass(frozen=True)
class Hostile:
    """One input, and what it is read as."""

    name: str
    data: bytes

    @property
    def kind(self) -> str:
        """The type of source."""
        return "page" if self.name.endswith(".html") else "feed"


def inputs(folders: Sequence[Path]) -> list[Hostile]:
    """The inputs of all folders."""
    files = [file for folder in folders for file in sorted(folder.glob("*.gz"))]
    return [Hostile(file.name.removesuffix(".gz"), gzip.decompress(file.read_bytes())) for file in files]


async def alone(hostile: Hostile) -> tuple[float, float, str]:
    """Seconds, megabytes at the most, and what came of it; one input that nothing is wrong with goes first."""
    now = datetime.now(UTC)
    async with Workers(1) as workers:
        await workers.feed(feed(0, 1), content_type=None, url=None, ref="", now=now)
        peak = Peak()
        watching = asyncio.create_task(peak.watch())
        start = time.perf_counter()
        try:
            if hostile.kind == "page":
                page = await workers.page(hostile.data, charset=None, url="https://example.org/a", now=now)
                said = f"{len(page.text.split())} words"
            else:
                read = await workers.feed(hostile.data, content_type=None, url=None, ref="", now=now)
                said = "; ".join([f"{len(read.drafts)} entries", *(reason for _, reason in read.skipped)])
        except Rejected as verdict:
            said = f"refused: {verdict}"
        seconds = time.perf_counter() - start
        peak.look()
        watching.cancel()
        return seconds, peak.megabytes, said


class Peak:
    """The most memory that any process held that this one, or one of its own, has started."""

    def __init__(self) -> None:
        self.megabytes = 0.0

    async def watch(self) -> None:
        """Look again and again, for a process that is ended cannot be asked any more."""
        while True:
            self.look()
            await asyncio.sleep(0.02)

    def look(self) -> None:
        """Ask each of them now."""
        for child in tree(os.getpid())[1:]:
            try:
                lines = Path(f"/proc/{child}/status").read_text().splitlines()
            except OSError:
                continue  # it has ended since
            held = next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)
            self.megabytes = max(self.megabytes, held)


def serve(port: "multiprocessing.Queue[int]", bodies: Sequence[bytes], kinds: Sequence[str]) -> None:
    """Answer every path that ends in a number with that body."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                last = head.split(b" ", 2)[1].rsplit(b"/", 1)[1]
                if not last.isdigit():
                    writer.write(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n")
                    continue
                body, kind = bodies[int(last)], kinds[int(last)]
                fields = f"content-type: {kind}\r\ncontent-length: {len(body)}"
                writer.write(f"HTTP/1.1 200 OK\r\n{fields}\r\n\r\n".encode() + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def run() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        port.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


def together(hostile: Sequence[Hostile], good: int) -> bool:
    """One run with all of them; whether it kept to the limits and to the good feeds."""
    bodies = [*(one.data for one in hostile), *(feed(number, ENTRIES) for number in range(good))]
    kinds = ["text/html" if one.kind == "page" else "application/xml" for one in hostile] + ["application/xml"] * good
    ports: multiprocessing.Queue[int] = multiprocessing.Queue()
    server = multiprocessing.Process(target=serve, args=(ports, bodies, kinds), daemon=True)
    server.start()
    port = ports.get(timeout=10)
    names = [*((one.name, one.kind) for one in hostile), *((f"good {number}", "feed") for number in range(good))]
    tables = "".join(
        f'[[sources]]\ntype = "{kind}"\nname = "{name}"\nurl = "http://127.0.0.1:{port}/{number}"\nfull_text = false\n'
        for number, (name, kind) in enumerate(names)
    )
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder, "config.toml")
        config.write_text(f"[collect]\nallow_private = true\n{tables}")
        spent = measure([sys.executable, "-m", "digest", "collect", "-q", "--json", "-c", str(config)])
    server.terminate()
    sources = {source["name"]: source for source in json.loads(spent.said)["sources"]}
    for one in hostile:
        source = sources[one.name]
        print(f"  {one.name:28} {source['status']:8} {source['new']:5} new  {source['error'] or ''}")
    whole = sum(sources[f"good {number}"]["new"] == ENTRIES for number in range(good))
    print(f"together: {spent.seconds:.1f} s, {spent.memory:.0f} MB at the most; {whole} of {good} good feeds whole")
    return whole == good


def main() -> None:
    """Print a line for each input, and how the run with all of them went."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--good", type=int, default=20)
    options = parser.parse_args()
    hostile = inputs(options.folders)
    if not hostile:
        sys.exit(f"{', '.join(map(str, options.folders))}: there are no *.gz files")
    slowest = largest = 0.0
    for one in hostile:
        seconds, megabytes, said = asyncio.run(alone(one))
        slowest, largest = max(slowest, seconds), max(largest, megabytes)
        print(f"  {one.name:28} {seconds:6.2f} s {megabytes:5.0f} MB  {said[:120]}")
    print(f"alone: {len(hostile)} inputs, the slowest {slowest:.1f} s, the largest {largest:.0f} MB")
    whole = together(hostile, options.good)
    if not whole or slowest > SECONDS_MAX + 1 or largest > MEGABYTES_MAX:
        sys.exit("beyond the limits")


if __name__ == "__main__":
    main()
