"""Times the collection of many feeds from a loopback server that answers late: first run, second run, memory.

usage: fetching.py [--feeds 1000] [--delay 0.1] [--entries 20]
The server runs in a process of its own and honours If-None-Match. All feeds share one host, so the limit a host
is lifted to the most that the settings allow.
"""

import argparse
import asyncio
import multiprocessing
import resource
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from digest.collect import collect
from digest.config import CollectSettings, SourceSettings
from digest.store import open_store

NOW = datetime.now(UTC)


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


def serve(port: "multiprocessing.Queue[int]", delay: float, entries: int) -> None:
    """Answer every path that ends in a number with that feed, `delay` seconds late."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                number = int(head.split(b" ", 2)[1].rsplit(b"/", 1)[1])
                await asyncio.sleep(delay)
                if b"if-none-match" in head.lower():
                    writer.write(b"HTTP/1.1 304 Not Modified\r\n\r\n")
                else:
                    body = feed(number, entries)
                    head = f'HTTP/1.1 200 OK\r\netag: "{number}"\r\ncontent-length: {len(body)}\r\n\r\n'.encode()
                    writer.write(head + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def run() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=1000)
        port.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


def main() -> None:
    """Print what two runs take."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--delay", type=float, default=0.1)
    parser.add_argument("--entries", type=int, default=20)
    options = parser.parse_args()
    ports: multiprocessing.Queue[int] = multiprocessing.Queue()
    server = multiprocessing.Process(target=serve, args=(ports, options.delay, options.entries), daemon=True)
    server.start()
    port = ports.get(timeout=10)
    sources = [
        SourceSettings(type="feed", name=f"Feed {n}", url=f"http://127.0.0.1:{port}/{n}", full_text=False)
        for n in range(options.feeds)
    ]
    settings = CollectSettings(allow_private=True, per_host=50, concurrency=50)
    with tempfile.TemporaryDirectory() as folder, open_store(f"sqlite:///{Path(folder, 'store.db')}") as store:
        for run in ("first", "second"):
            start = time.perf_counter()
            found = collect(sources, settings, store, now=NOW)
            spent = time.perf_counter() - start
            states = {state: sum(s.status == state for s in found.sources) for state in ("ok", "unchanged", "failed")}
            print(f"{run} run: {spent:.1f} s, {len(found.new)} new articles, {states}")
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"peak memory: {own:.0f} MB, and {child:.0f} MB in the largest parsing process")
    server.terminate()


if __name__ == "__main__":
    main()
