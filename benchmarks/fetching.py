"""Times the update of many feeds from a loopback server that answers late, beside the library `reader` 3.x.

usage: fetching.py [FEEDS_FOLDER] [--feeds 1000] [--delay 0.1] [--entries 20] [--hosts 100] [--rounds 2]
                   [--reader-python PATH] [--workers 8 16 32]
With FEEDS_FOLDER, a folder of gzipped feeds, these are served in turn; else feeds are made up, with --entries each.
For the comparison, install reader into an environment of its own and name its Python:
    python -m venv /tmp/reader && /tmp/reader/bin/pip install reader && … --reader-python /tmp/reader/bin/python
Both read the same addresses from the same server, which honours If-None-Match. Ours is the command `digest collect`
as a user has it (parsing in processes of its own, every article stored with its text, language and keys), without the
pages of teasers, which reader does not fetch. Each of our two runs counts by its best round; reader is tried with
several numbers of workers, and its best counts. Memory is the most that all processes of a program held together (PSS),
sampled.
"""

import argparse
import asyncio
import gzip
import multiprocessing
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

NOW = datetime.now(UTC)
READER = """
import sys
from reader import make_reader
place, workers, *urls = sys.argv[1:2] + sys.argv[2:3] + open(sys.argv[3]).read().split()
reader = make_reader(place)
for url in urls:
    reader.add_feed(url, exist_ok=True)
sys.stdin.readline()
reader.update_feeds(workers=int(workers), scheduled=False)
print(reader.get_entry_counts().total)
"""
_WORKERS = (8, 16, 32)  # more were never better: Python threads share one core


@dataclass(frozen=True)
class Spent:
    """What one run took: seconds of the clock and of the processor, megabytes at the most, and what it printed."""

    seconds: float
    processor: float
    memory: float
    said: str


def feed(number: int, entries: int) -> bytes:
    """One RSS feed whose items are long enough to be articles."""
    text = " ".join(f"word{number % 7}{n}" for n in range(150))
    items = "".join(
        f"<item><title>Item {n} of {number}</title><link>http://site{number}.example/{n}</link><guid>{number}-{n}</guid>"
        f"<pubDate>{NOW:%a, %d %b %Y %H:%M:%S} +0000</pubDate><description>{number} {n} {text}</description></item>"
        for n in range(entries)
    )
    head = f"<title>Feed {number}</title><link>http://site{number}.example/</link><language>en</language>"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()


def serve(port: "multiprocessing.Queue[int]", delay: float, bodies: Sequence[bytes], hosts: Sequence[str]) -> None:
    """Answer every path that ends in a number with that feed, `delay` seconds late, on several loopback addresses."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                number = int(head.split(b" ", 2)[1].rsplit(b"/", 1)[1])
                await asyncio.sleep(delay)
                if b"if-none-match" in head.lower():
                    writer.write(b"HTTP/1.1 304 Not Modified\r\n\r\n")
                else:
                    body = bodies[number % len(bodies)]
                    fields = f'etag: "{number}"\r\ncontent-type: application/xml\r\ncontent-length: {len(body)}'
                    writer.write(f"HTTP/1.1 200 OK\r\n{fields}\r\n\r\n".encode() + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def run() -> None:
        first = await asyncio.start_server(answer, hosts[0], 0, backlog=1000)
        number: int = first.sockets[0].getsockname()[1]
        others = [await asyncio.start_server(answer, host, number, backlog=1000) for host in hosts[1:]]
        port.put(number)
        await asyncio.gather(*(server.serve_forever() for server in (first, *others)))

    asyncio.run(run())


def measure(command: Sequence[str], *, ready: bool = False) -> Spent:
    """Run a command to its end; with `ready` it waits for a line before the work that counts."""
    before = os.times()
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    if ready:
        time.sleep(2)
    start = time.perf_counter()
    peak = 0.0

    def watch() -> None:
        nonlocal peak
        while process.poll() is None:
            peak = max(peak, sum(_memory(pid) for pid in tree(process.pid)))
            time.sleep(0.05)

    watcher = threading.Thread(target=watch)
    watcher.start()
    said, _ = process.communicate("\n")
    seconds = time.perf_counter() - start
    watcher.join()
    after = os.times()
    if process.returncode:
        sys.exit(f"{command[0]} ended with {process.returncode}")
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    return Spent(seconds, processor, peak, said.strip())


def tree(pid: int) -> list[int]:
    """A process and all that come from it."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(each for child in children for each in tree(int(child)))]


def _memory(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


def ours(folder: Path, urls: Sequence[str], per_host: int) -> tuple[Spent, Spent]:
    """The first and the second run of `digest collect` in a folder of its own."""
    folder.mkdir()
    config = folder / "config.toml"
    head = f"[collect]\nallow_private = true\nper_host = {per_host}\n"
    tables = "".join(
        f'[[sources]]\ntype = "feed"\nname = "Feed {n}"\nurl = "{url}"\nfull_text = false\n'
        for n, url in enumerate(urls)
    )
    config.write_text(head + tables)
    command = [sys.executable, "-m", "digest", "collect", "-q", "-c", str(config)]
    first, second = measure(command), measure(command)
    return first, second


def peer(folder: Path, python: str, urls: Sequence[str], numbers: Sequence[int]) -> dict[int, Spent]:
    """The first run of reader with each number of workers; adding the feeds does not count."""
    listed = folder / "urls.txt"
    listed.write_text("\n".join(urls))
    return {
        workers: measure(
            [python, "-W", "ignore", "-c", READER, str(folder / f"{workers}.db"), str(workers), str(listed)], ready=True
        )
        for workers in numbers
    }


def told(name: str, spent: Spent) -> None:
    """One line for a run."""
    print(
        f"{name:24} {spent.seconds:7.1f} s  {spent.processor:7.1f} s of processor  {spent.memory:6.0f} MB  {spent.said}"
    )


def main() -> None:
    """Print what both take, and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--delay", type=float, default=0.1)
    parser.add_argument("--entries", type=int, default=20)
    parser.add_argument("--hosts", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--reader-python", metavar="PATH")
    parser.add_argument("--workers", type=int, nargs="+", default=_WORKERS)
    options = parser.parse_args()
    if options.folder is None:
        bodies = [feed(number, options.entries) for number in range(options.feeds)]
    elif not (files := sorted(options.folder.glob("*.gz"))):
        sys.exit(f"{options.folder}: there are no *.gz feeds in it")
    else:
        bodies = [gzip.decompress(file.read_bytes()) for file in files]
    hosts = [f"127.0.{1 + n // 250}.{1 + n % 250}" for n in range(options.hosts)]
    ports: multiprocessing.Queue[int] = multiprocessing.Queue()
    server = multiprocessing.Process(target=serve, args=(ports, options.delay, bodies, hosts), daemon=True)
    server.start()
    port = ports.get(timeout=10)
    urls = [f"http://{hosts[n % len(hosts)]}:{port}/{n}" for n in range(options.feeds)]
    with tempfile.TemporaryDirectory() as folder:
        # reader knows no limit for one host: with few hosts ours is lifted to what the settings allow.
        share = min(50, max(2, 200 // options.hosts))
        rounds = [ours(Path(folder, f"ours-{n}"), urls, per_host=share) for n in range(options.rounds)]
        first, second = (min(runs, key=lambda spent: spent.seconds) for runs in zip(*rounds, strict=True))
        told("digest, first run", first)
        told("digest, second run", second)
        print(f"second run {first.seconds / second.seconds:.1f} times faster than the first")
        if options.reader_python:
            runs = peer(Path(folder), options.reader_python, urls, options.workers)
            for workers, spent in runs.items():
                told(f"reader, {workers} workers", spent)
            best = min(runs.values(), key=lambda spent: spent.seconds)
            print(f"{best.seconds / first.seconds:.1f} times faster than reader at its best;", end=" ")
            print(f"memory {first.memory:.0f} MB to {min(spent.memory for spent in runs.values()):.0f} MB")
    server.terminate()


if __name__ == "__main__":
    main()
