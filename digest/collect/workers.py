"""Parses in other processes, so that an input made to hang or to fill the memory can be ended."""

import asyncio
import os
import pickle
import sys
from datetime import datetime
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any, Self

from digest.collect.draft import Draft, Rejected
from digest.collect.feedtext import ParsedFeed
from digest.collect.listing import Listing
from digest.collect.opml import Subscriptions
from digest.collect.sitemaptext import ParsedSitemap
from digest.collect.worker import LENGTH, Answer

_LIMIT = 8.0  # seconds for one input: with what is around it, it has ended within ten
_START = 30.0  # seconds that a new process may take to be ready on a busy machine
_RECYCLED = 1500  # inputs, after which a process is exchanged: parsers leak


class Workers:
    """Up to `count` processes, started when they are needed and reused. Used inside one event loop."""

    def __init__(self, count: int | None = None, *, limit: float = _LIMIT) -> None:
        self._limit = limit
        self._free: asyncio.LifoQueue[_Worker] = asyncio.LifoQueue()
        self._count = count or min(4, os.cpu_count() or 1)
        for _ in range(self._count):
            self._free.put_nowait(_Worker())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while not self._free.empty():
            await self._free.get_nowait().stop()

    async def feed(
        self, data: bytes, *, content_type: str | None, url: str | None, ref: str, now: datetime
    ) -> ParsedFeed:
        """The items of a feed. Raises Rejected."""
        found: ParsedFeed = await self._run("feed", data=data, content_type=content_type, url=url, ref=ref, now=now)
        return found

    async def page(self, data: bytes, *, charset: str | None, url: str | None, now: datetime) -> Draft:
        """The article of a page. Raises Rejected."""
        found: Draft = await self._run("page", data=data, charset=charset, url=url, now=now)
        return found

    async def sitemap(self, data: bytes, *, url: str | None, most_bytes: int, now: datetime) -> ParsedSitemap:
        """The pages that a sitemap lists; unpacked it may have `most_bytes`. Raises Rejected."""
        found: ParsedSitemap = await self._run("sitemap", data=data, url=url, most_bytes=most_bytes, now=now)
        return found

    async def listing(self, data: bytes, *, charset: str | None, url: str, now: datetime) -> Listing:
        """The article of a page, or the articles that it links to. Raises Rejected."""
        found: Listing = await self._run("listing", data=data, charset=charset, url=url, now=now)
        return found

    async def opml(self, data: bytes) -> Subscriptions:
        """The feeds that an OPML file lists. Raises Rejected."""
        found: Subscriptions = await self._run("opml", data=data)
        return found

    async def feed_links(self, data: bytes, *, charset: str | None, url: str) -> tuple[str, ...]:
        """The feeds that a page names, the likeliest first. Raises Rejected."""
        found: tuple[str, ...] = await self._run("feed_links", data=data, charset=charset, url=url)
        return found

    async def document(self, data: bytes, *, name: str, now: datetime) -> Draft:
        """The article of a file. Raises Rejected."""
        found: Draft = await self._run("document", data=data, name=name, now=now)
        return found

    async def _run(self, task: str, **arguments: Any) -> Any:
        worker = await self._free.get()
        try:
            kind, result = await worker.ask(task, arguments, self._limit)
        finally:
            self._free.put_nowait(worker)
        if kind == "done":
            return result
        raise Rejected(f"it broke the parser ({result})" if kind == "failed" else result)


class _Worker:
    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._served = 0

    async def ask(self, task: str, arguments: dict[str, Any], limit: float) -> Answer:
        """The answer to one request; a process that is too slow or dies is ended, and the input is at fault.

        One that ran out of memory is ended too, and if it had served others before, the input gets another for what
        is left of its time.
        """
        used = self._served > 0
        reply, spent = await self._ask(task, arguments, limit)
        if reply[0] == "exhausted" and used and spent < limit:
            again, _ = await self._ask(task, arguments, limit - spent)
            return reply if again[0] == "slow" else again
        return reply

    async def _ask(self, task: str, arguments: dict[str, Any], limit: float) -> tuple[Answer, float]:
        """The answer and the seconds that it took once there was a process to ask."""
        reply: Answer = ("slow", f"reading it takes longer than {limit:g} seconds")
        begun = monotonic()
        try:
            process = await self._ready()
            begun = monotonic()
            async with asyncio.timeout(limit):
                reply = await _exchange(process, (task, arguments))
        except TimeoutError:
            pass
        except (asyncio.IncompleteReadError, ConnectionError):
            reply = ("ended", "it ended the process that read it")
        finally:
            if reply[0] in {"slow", "ended", "exhausted"}:
                await self.stop(kill=True)
        return reply, monotonic() - begun

    async def _ready(self) -> asyncio.subprocess.Process:
        """The process, which has said that it is ready."""
        if self._served >= _RECYCLED:
            await self.stop()
        if self._process is None:
            self._process = await _start()
            async with asyncio.timeout(_START):
                await _receive(self._process)
        self._served += 1
        return self._process

    async def stop(self, *, kill: bool = False) -> None:
        process, self._process, self._served = self._process, None, 0
        if process is None:
            return
        if kill and process.returncode is None:
            process.kill()
        if process.stdin is not None:
            process.stdin.close()
        await process.wait()


async def _start() -> asyncio.subprocess.Process:
    root = str(Path(__file__).resolve().parents[2])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",  # the folder in which digest is run is not searched for modules
        "-m",
        "digest.collect.worker",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONWARNINGS": "ignore"},
        start_new_session=True,  # Ctrl-C is for the parent, which ends its workers itself
    )


async def _exchange(process: asyncio.subprocess.Process, request: tuple[str, dict[str, Any]]) -> Answer:
    if process.stdin is None:
        raise ConnectionError("no pipe to the worker")
    data = pickle.dumps(request)
    process.stdin.write(LENGTH.pack(len(data)) + data)
    await process.stdin.drain()
    return await _receive(process)


async def _receive(process: asyncio.subprocess.Process) -> Answer:
    if process.stdout is None:
        raise ConnectionError("no pipe from the worker")
    (length,) = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
    reply: Answer = pickle.loads(await process.stdout.readexactly(length))  # noqa: S301 - from our own worker
    return reply
