"""Parses in other processes, so that an input made to hang or to fill the memory can be ended.

An input that was at fault is rejected for good. What the machine was short of, time or memory for the process itself,
says nothing of the input: then it is a SourceError, and tried again.
"""

import asyncio
import os
import signal
from datetime import datetime
from math import inf
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from digest.collect.draft import Draft, Rejected
from digest.collect.parsed import ParsedFeed
from digest.collect.processes import Process, Starter, starter
from digest.collect.worker import Answer
from digest.errors import SourceError

if TYPE_CHECKING:  # the parsers are loaded where they run
    from digest.collect.listing import Listing
    from digest.collect.opml import Subscriptions
    from digest.collect.sitemaptext import ParsedSitemap

_LIMIT = 8.0  # seconds for one input: with what is around it, it has ended within ten
_START = 30.0  # seconds that a new process may take to be ready on a busy machine
_END = 1.0  # seconds that a process may take to end once it has stopped talking
_BUSY = 0.05  # of the time of an input: a process that computed for less of it was not held up by the input
_RECYCLED = 1500  # inputs, after which a process is exchanged: parsers leak


class Workers:
    """Up to `count` processes, started when they are needed and reused. Used inside one event loop.

    All that read raise Rejected for the input, and SourceError when the machine could not read it now.
    """

    def __init__(self, count: int | None = None, *, limit: float = _LIMIT) -> None:
        self._limit = limit
        self._free: asyncio.LifoQueue[_Worker] = asyncio.LifoQueue()
        self._count = count or min(4, os.cpu_count() or 1)
        self._starter = starter()
        for _ in range(self._count):
            self._free.put_nowait(_Worker(self._starter))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while not self._free.empty():
            await self._free.get_nowait().stop()
        await self._starter.stop()

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

    async def sitemap(self, data: bytes, *, url: str | None, most_bytes: int, now: datetime) -> "ParsedSitemap":
        """The pages that a sitemap lists; unpacked it may have `most_bytes`. Raises Rejected."""
        found: ParsedSitemap = await self._run("sitemap", data=data, url=url, most_bytes=most_bytes, now=now)
        return found

    async def listing(self, data: bytes, *, charset: str | None, url: str, now: datetime) -> "Listing":
        """The article of a page, or the articles that it links to. Raises Rejected."""
        found: Listing = await self._run("listing", data=data, charset=charset, url=url, now=now)
        return found

    async def opml(self, data: bytes) -> "Subscriptions":
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
        await asyncio.sleep(0)  # whoever waits for it asks it now: it must not idle while this answer is dealt with
        if kind == "done":
            return result
        if kind == "hindered":
            raise SourceError(result, remedy="it is tried again; should that stay so, give digest a machine less busy")
        raise Rejected(f"it broke the parser ({result})" if kind == "failed" else result)


class _NotReadyError(Exception):
    """There is no process to read with, whatever the input."""


class _Worker:
    def __init__(self, starter: Starter) -> None:
        self._starter = starter
        self._process: Process | None = None
        self._served = 0

    async def ask(self, task: str, arguments: dict[str, Any], limit: float) -> Answer:
        """The answer to one request; a process that is too slow or dies is ended, and the input is at fault, unless the
        machine hindered it.

        One that ran out of memory is ended too, and if it had served others before, the input gets another for what
        is left of its time.
        """
        used = self._served > 0
        reply, spent = await self._ask(task, arguments, limit)
        if reply[0] == "exhausted" and used and spent < limit:
            again, _ = await self._ask(task, arguments, limit - spent)
            return reply if again[0] in {"slow", "hindered"} else again
        return reply

    async def _ask(self, task: str, arguments: dict[str, Any], limit: float) -> tuple[Answer, float]:
        """The answer and the seconds that it took once there was a process to ask."""
        reply: Answer = ("slow", f"reading it takes longer than {limit:g} seconds")
        begun = monotonic()
        try:
            process = await self._ready()
            begun, worked = monotonic(), _processor_seconds(process)
            async with asyncio.timeout(limit):
                reply = await process.exchange(task, arguments)
        except _NotReadyError as error:
            reply = ("hindered", str(error))
        except TimeoutError:
            if _processor_seconds(process) - worked < _BUSY * limit:
                reply = ("hindered", f"this machine was too busy to read it within {limit:g} seconds")
        except (asyncio.IncompleteReadError, ConnectionError):
            reply = ("ended", "it ended the process that read it")
            if await _is_killed(process):
                reply = ("hindered", "the process that read it was killed from outside, as for want of memory")
        finally:
            if reply[0] in {"slow", "ended", "exhausted", "hindered"}:
                await self.stop(kill=True)
        return reply, monotonic() - begun

    async def _ready(self) -> Process:
        """The process, which has said that it is ready. Raises _NotReadyError."""
        if self._served >= _RECYCLED:
            await self.stop()
        if self._process is None:
            try:
                async with asyncio.timeout(_START):
                    self._process = await self._starter.start()
                    await self._process.ready()
            except (OSError, asyncio.IncompleteReadError) as error:  # a TimeoutError is an OSError
                raise _NotReadyError(f"no process to read it could be started ({_why(error)})") from error
        self._served += 1
        return self._process

    async def stop(self, *, kill: bool = False) -> None:
        process, self._process, self._served = self._process, None, 0
        if process is None:
            return
        if kill:
            process.kill()
        process.close()
        await process.wait()


def _why(error: Exception) -> str:
    if isinstance(error, asyncio.IncompleteReadError):
        return "it ended at once"
    return f"it was not ready within {_START:g} seconds" if isinstance(error, TimeoutError) else str(error)


async def _is_killed(process: Process) -> bool:
    """Whether somebody else ended a process, as a system does that runs out of memory; no parser ends itself so."""
    try:
        async with asyncio.timeout(_END):
            return await process.wait() == -signal.SIGKILL
    except TimeoutError:
        return False


def _processor_seconds(process: Process) -> float:
    """How long a process has computed; without end where the system does not tell."""
    try:
        fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return inf
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
