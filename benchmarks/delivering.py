"""How fast an issue is delivered, ledger and all, beside yagmail's own `send` and Postfix's `smtp-source`.

    python benchmarks/delivering.py [--readers 3000] [--connections 2] [--rounds 3] [--letter plain] [--store URL]
    python benchmarks/delivering.py --delay-ms 20 --connections 16
    python benchmarks/delivering.py --memory 1000 1000000 --letter small

Messages are 72 KB: an issue of seventeen stories in the theme `classic`, or with `--letter plain` nothing but
paragraphs, with which yagmail (it parses and writes anew the HTML of each message) has far less to do. They go to
`smtp-sink` on loopback, which comes with Postfix, as `smtp-source` does: the quickest sender that we know of, in C and
without a ledger, with as many connections as ours. The ledger is a new SQLite file each time, or the empty PostgreSQL
database that `--store` names. Each round runs all of them; what is printed is the best of the rounds, in messages a
second of wall time, and the processor time of the sending process.

With `--delay-ms` every answer of the server takes so much longer, by a relay between; the bound that is printed is what
connections that say everything as early as they may can reach: two answers to wait for a letter. With `--memory` an
issue goes to each so many readers, each time in a process of its own, and what is printed is the most memory it held.
Small letters (`--letter small`, 1 KB) make a million of them a matter of minutes.
"""

import argparse
import asyncio
import contextlib
import json
import logging
import multiprocessing
import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import composing

from digest import compose, deliver
from digest.config import Settings
from digest.model import FrozenIssue, IssueState, Period, Rendered, Slot
from digest.store import open_store
from digest.store.subscribers import NewSubscriber

WORDS = "The harbour bridge opened to walkers on Friday after two years of work, and the ferries kept running. "
SIZE = 72_000
STORIES = 17
BATCH = 500


def main() -> None:
    options = _options()
    if options.memory_of:
        _print_memory(options)
        return
    with _sink() as port:
        if options.memory:
            _memory(options)
        elif options.delay_ms:
            with _delayed(port, options.delay_ms / 1000) as slow:
                _against_the_bound(slow, options)
        else:
            _against_peers(port, options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int, default=3000)
    parser.add_argument("--connections", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--delay-ms", type=float, default=0.0)
    parser.add_argument("--letter", choices=("issue", "plain", "small"), default="issue")
    parser.add_argument("--store", default="")
    parser.add_argument("--memory", type=int, nargs="+", default=[])
    parser.add_argument("--memory-of", type=int, default=0, help=argparse.SUPPRESS)
    return parser.parse_args()


def _against_peers(port: int, options: argparse.Namespace) -> None:
    few = max(20, options.readers // 50)
    runs: dict[str, Callable[[], tuple[float, float]]] = {
        "digest": lambda: _digest(options, port, options.readers),
        "smtp-source": lambda: _smtp_source(port, options.readers, options.connections),
        "yagmail.send()": lambda: _timed(lambda: _yagmail(port, few, options.letter), few),
    }
    best = dict.fromkeys(runs, (0.0, 0.0))
    for _ in range(options.rounds):
        for name, run in runs.items():
            rate, cpu = run()
            if rate > best[name][0]:
                best[name] = rate, cpu
    for name, (rate, cpu) in best.items():
        print(f"{name:16} {rate:8.0f} messages/s   {cpu:8.3f} ms of processor a message")
    ours = best["digest"][0]
    print(f"{'of smtp-source':16} {ours / best['smtp-source'][0]:8.2f}")
    print(f"{'times yagmail':16} {ours / best['yagmail.send()'][0]:8.1f}")


def _against_the_bound(port: int, options: argparse.Namespace) -> None:
    bound = options.connections / (2 * options.delay_ms / 1000)
    best = 0.0
    for _ in range(options.rounds):
        rate, cpu = _digest(options, port, options.readers)
        print(f"{'digest':16} {rate:8.0f} messages/s   {cpu:8.3f} ms of processor a message")
        best = max(best, rate)
    print(f"{'bound':16} {bound:8.0f} messages/s\n{'of the bound':16} {best / bound:8.2f}")


def _timed(work: Callable[[], None], messages: int) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return messages / (time.perf_counter() - wall), 1000 * (time.process_time() - cpu) / messages


def _digest(options: argparse.Namespace, port: int, readers: int) -> tuple[float, float]:
    """Send one issue from a store with so many readers; the time is that of delivering alone."""
    transport = f'type="smtp"\nhost="127.0.0.1"\nport={port}\ntls="none"\nconnections={options.connections}\n'
    settings = Settings.model_validate(
        {"newsletter": {"from": "Bench <bench@harbour.example>"}, "transport": tomllib.loads(transport)}
    )
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as folder, open_store(options.store or f"sqlite:///{folder}/store.db") as store:
        known = sum(store.subscribers.counts().values())
        for start in range(known, readers, BATCH):
            store.subscribers.insert(_new(start, min(BATCH, readers - start)), "added", now=now)
        issue = _issue(now, options.letter)
        store.issues.freeze(issue, [])

        def send() -> None:
            outcome = deliver.deliver(issue, settings, store, clock=lambda: datetime.now(UTC))
            assert outcome.sent_now == readers, outcome

        return _timed(send, readers)


def _new(start: int, count: int) -> list[NewSubscriber]:
    return [
        NewSubscriber(
            address=f"reader{i}@town{i % 50}.example",
            key=f"reader{i}@town{i % 50}.example",
            domain=f"town{i % 50}.example",
            name=f"Reader {i}",
            token=f"token{i:08d}",
        )
        for i in range(start, start + count)
    ]


def _issue(now: datetime, letter: str) -> FrozenIssue:
    name = f"bench-{now:%H%M%S%f}"
    return FrozenIssue(
        id=name,
        newsletter="Bench",
        number=1,
        created=now,
        state=IssueState.WAITING,
        period=Period(start=now, end=now),
        rendered=compose.render(composing.issue(STORIES), Settings())
        if letter == "issue"
        else _plain(name, 1 if letter == "small" else 600),
        report={},
    )


def _plain(name: str, paragraphs: int) -> Rendered:
    return Rendered(
        issue_id=name,
        subject="A bridge opens",
        preheader="",
        html="<p>Hello slotname1</p>" + f"<p>{WORDS}</p>\n" * paragraphs + '<a href="sloturl1">Leave</a>',
        text=WORDS * (paragraphs * 45 // 600) + "\nsloturl1\n",
        slots={Slot.NAME: "slotname1", Slot.UNSUBSCRIBE_URL: "sloturl1"},
    )


def _yagmail(port: int, messages: int, letter: str) -> None:
    import yagmail

    logging.disable(logging.ERROR)  # it says much about CSS that it does not know, and saying it takes time
    issue = _issue(datetime.now(UTC), letter)
    client = yagmail.SMTP(
        user="bench@harbour.example", host="127.0.0.1", port=port, smtp_ssl=False, smtp_starttls=False,
        smtp_skip_login=True,
    )  # fmt: skip
    for i in range(messages):
        client.send(to=f"reader{i}@town.example", subject=issue.rendered.subject, contents=[issue.rendered.html])
    client.close()
    logging.disable(logging.NOTSET)


def _smtp_source(port: int, messages: int, connections: int) -> tuple[float, float]:
    """Postfix's own source; `-d` keeps its connections, as ours are kept."""
    command = [_program("smtp-source"), "-d", "-s", str(connections), "-m", str(messages), "-l", str(SIZE)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    wall = time.perf_counter()
    subprocess.run([*command, "-f", "a@b.example", "-t", "c@d.example", f"127.0.0.1:{port}"], check=True)
    rate = messages / (time.perf_counter() - wall)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return rate, 1000 * cpu / messages


def _memory(options: argparse.Namespace) -> None:
    for readers in options.memory:
        again = [sys.executable, __file__, "--memory-of", str(readers), "--store", options.store]
        again += ["--connections", str(options.connections), "--letter", options.letter]
        subprocess.run(again, check=True)


def _print_memory(options: argparse.Namespace) -> None:
    readers = options.memory_of
    with _sink() as port:
        rate, cpu = _digest(options, port, readers)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        json.dumps({"readers": readers, "peak_mib": round(peak, 1), "messages_s": round(rate), "cpu_ms": round(cpu, 3)})
    )


@contextlib.contextmanager
def _sink() -> Iterator[int]:
    port = _free_port()
    as_nobody = ["-u", "nobody"] if os.geteuid() == 0 else []
    sink = subprocess.Popen([_program("smtp-sink"), *as_nobody, f"127.0.0.1:{port}", "1000"])
    try:
        _wait_for(port)
        yield port
    finally:
        sink.terminate()
        sink.wait()


def _program(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None:
        sys.exit(f"{name} is missing: install Postfix, which it comes with (apt install postfix)")
    return found


@contextlib.contextmanager
def _delayed(port: int, delay: float) -> Iterator[int]:
    """A relay, in a process of its own, by which what the server says arrives so much later."""
    mine = _free_port()
    relay = multiprocessing.get_context("spawn").Process(target=_relay, args=(mine, port, delay), daemon=True)
    relay.start()
    try:
        _wait_for(mine)
        yield mine
    finally:
        relay.terminate()
        relay.join()


def _relay(mine: int, port: int, delay: float) -> None:
    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, later: float) -> None:
        loop = asyncio.get_running_loop()
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(1 << 17):
                if later:
                    loop.call_later(later, writer.write, data)
                else:
                    writer.write(data)
                    await writer.drain()
        loop.call_later(later, writer.close)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_sink, to_sink = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(carry(reader, to_sink, 0.0), carry(from_sink, writer, delay))

    async def run() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", mine, limit=1 << 20)
        await server.serve_forever()

    asyncio.run(run())


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


if __name__ == "__main__":
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    main()
