"""How fast an issue is delivered, ledger and all, beside yagmail's own `send`, to the same sink on loopback.

    python benchmarks/delivering.py [--readers 3000] [--connections 2] [--delay-ms 0] [--store sqlite:///FILE]

Messages are 72 KB, as a long issue is. The sink speaks SMTP without TLS, answers after `--delay-ms`, and throws away
what it gets; it runs in a process of its own on the same cores. The ledger is a new SQLite file unless `--store` names
another, empty one. What is printed is messages a second of wall time, and of processor time of the sending process.
"""

import argparse
import asyncio
import multiprocessing
import os
import socket
import tempfile
import time
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime

from digest import deliver
from digest.config import Settings
from digest.model import FrozenIssue, IssueState, Period, Rendered, Slot
from digest.store import open_store
from digest.store.subscribers import NewSubscriber

WORDS = "The harbour bridge opened to walkers on Friday after two years of work, and the ferries kept running. "


def main() -> None:
    options = _options()
    port = _free_port()
    sink = multiprocessing.get_context("spawn").Process(target=_sink, args=(port, options.delay_ms / 1000), daemon=True)
    sink.start()
    _wait_for(port)
    try:
        with tempfile.TemporaryDirectory() as folder:
            url = options.store or f"sqlite:///{folder}/store.db"
            ours = _timed(lambda: _digest(url, port, options.readers, options.connections), options.readers)
            few = max(20, options.readers // 50)
            theirs = _timed(lambda: _yagmail(port, few), few)
    finally:
        sink.terminate()
        sink.join()
    for name, (rate, cpu) in {"digest": ours, "yagmail.send()": theirs}.items():
        print(f"{name:16} {rate:8.0f} messages/s   {cpu:8.3f} ms of processor a message")
    print(f"{'ratio':16} {ours[0] / theirs[0]:8.1f}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int, default=3000)
    parser.add_argument("--connections", type=int, default=1)
    parser.add_argument("--delay-ms", type=float, default=0.0)
    parser.add_argument("--store", default="")
    return parser.parse_args()


def _timed(work: Callable[[], None], messages: int) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return messages / (time.perf_counter() - wall), 1000 * (time.process_time() - cpu) / messages


def _digest(url: str, port: int, readers: int, connections: int) -> None:
    now = datetime.now(UTC)
    transport = f'type="smtp"\nhost="127.0.0.1"\nport={port}\ntls="none"\nconnections={connections}\n'
    settings = Settings.model_validate(
        {"newsletter": {"from": "Bench <bench@harbour.example>"}, "transport": tomllib.loads(transport)}
    )
    new = [
        NewSubscriber(
            address=f"reader{i}@town{i % 50}.example",
            key=f"reader{i}@town{i % 50}.example",
            domain=f"town{i % 50}.example",
            name=f"Reader {i}",
            token=f"token{i:08d}",
        )
        for i in range(readers)
    ]
    with open_store(url) as store:
        for start in range(0, readers, 500):
            store.subscribers.insert(new[start : start + 500], "added", now=now)
        issue = _issue(now)
        store.issues.freeze(issue, [])
        begun = time.perf_counter()
        outcome = deliver.deliver(issue, settings, store, clock=lambda: datetime.now(UTC))
        print(f"delivering alone took {time.perf_counter() - begun:.2f} s: {outcome.sent_now} sent")
        assert outcome.sent_now == readers, outcome


def _issue(now: datetime) -> FrozenIssue:
    html = "<p>Hello slotname1</p>" + f"<p>{WORDS}</p>\n" * 600 + '<a href="sloturl1">Leave</a>'
    return FrozenIssue(
        id="bench",
        newsletter="Bench",
        number=1,
        created=now,
        state=IssueState.WAITING,
        period=Period(start=now, end=now),
        rendered=Rendered(
            issue_id="bench",
            subject="A bridge opens",
            preheader="",
            html=html,
            text=WORDS * 45 + "\nsloturl1\n",
            slots={Slot.NAME: "slotname1", Slot.UNSUBSCRIBE_URL: "sloturl1"},
        ),
        report={},
    )


def _yagmail(port: int, messages: int) -> None:
    import yagmail

    issue = _issue(datetime.now(UTC))
    client = yagmail.SMTP(
        user="bench@harbour.example", host="127.0.0.1", port=port, smtp_ssl=False, smtp_starttls=False,
        smtp_skip_login=True,
    )  # fmt: skip
    for i in range(messages):
        client.send(to=f"reader{i}@town.example", subject=issue.rendered.subject, contents=[issue.rendered.html])
    client.close()


def _sink(port: int, delay: float) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _converse(reader, writer, delay)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # whoever hangs up is done
        finally:
            writer.close()

    async def run() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", port, limit=2**22)
        await server.serve_forever()

    asyncio.run(run())


async def _converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay: float) -> None:
    writer.write(b"220 sink\r\n")
    while True:
        command = (await reader.readuntil(b"\r\n"))[:4].upper()
        if delay:
            await asyncio.sleep(delay)
        if command == b"DATA":
            writer.write(b"354 go\r\n")
            await reader.readuntil(b"\r\n.\r\n")
            if delay:
                await asyncio.sleep(delay)
        writer.write(b"250 ok\r\n" if command != b"QUIT" else b"221 bye\r\n")
        if command == b"QUIT":
            return


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
