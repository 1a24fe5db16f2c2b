"""Writes what is new to the store beside the run, that of many sources in one transaction."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from digest.model import Article
from digest.store.articles import Arrival, Articles

_PAUSE = 0.1  # seconds from one transaction to the next, in which more sources bring theirs
_MANY = 500  # items that wait, from which on there is no pause

_Waiting = tuple[str, Sequence[Arrival], "asyncio.Future[list[Article]]"]


class Keeper:
    """Keeps articles of several sources in one transaction, in a thread of its own. Used inside one event loop.

    Each commit waits for the disk, and writes anew every page that a key falls on: one for each source would make that
    the longest part of a run.
    """

    def __init__(self, articles: Articles) -> None:
        self._articles = articles
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None
        self._next = 0.0  # when the next transaction may begin, by the clock of the loop
        self._hurry = asyncio.Event()

    async def add(self, ref: str, arrivals: Sequence[Arrival]) -> list[Article]:
        """What of one source is new, once it is durable. Raises StoreError."""
        done: asyncio.Future[list[Article]] = asyncio.get_running_loop().create_future()
        self._waiting.append((ref, arrivals, done))
        if sum(len(these) for _, these, _ in self._waiting) >= _MANY:
            self._hurry.set()
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        return await done

    async def close(self) -> None:
        """Write what waits, and wait until nothing is being written."""
        self._hurry.set()
        if self._writing is not None:
            await asyncio.wait({self._writing})

    async def _write(self) -> None:
        while self._waiting:
            await self._pause()
            batch, self._waiting = self._waiting, []
            try:
                new = await asyncio.to_thread(self._articles.add_all, [(ref, these) for ref, these, _ in batch])
            except Exception as error:  # noqa: BLE001 - whoever waits for it raises it
                for _, _, done in batch:
                    if not done.done():
                        done.set_exception(error)
            else:
                for found, (_, _, done) in zip(new, batch, strict=True):
                    if not done.done():
                        done.set_result(found)
        self._writing = None

    async def _pause(self) -> None:
        """Let others bring theirs. The first of a run does not wait."""
        clock = asyncio.get_running_loop().time
        with suppress(TimeoutError):
            async with asyncio.timeout(self._next - clock()):
                await self._hurry.wait()
        self._hurry.clear()
        self._next = clock() + _PAUSE
