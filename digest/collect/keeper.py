"""Writes what is new to the store beside the run: what comes in during one transaction goes into the next."""

import asyncio
from collections.abc import Sequence

from digest.model import Article
from digest.store.articles import Arrival, Articles

_Waiting = tuple[str, Sequence[Arrival], "asyncio.Future[list[Article]]"]


class Keeper:
    """Keeps articles of several sources in one transaction, in a thread of its own. Used inside one event loop.

    Each commit waits for the disk: one for each source would make that the longest part of a run.
    """

    def __init__(self, articles: Articles) -> None:
        self._articles = articles
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None

    async def add(self, ref: str, arrivals: Sequence[Arrival]) -> list[Article]:
        """What of one source is new, once it is durable. Raises StoreError."""
        done: asyncio.Future[list[Article]] = asyncio.get_running_loop().create_future()
        self._waiting.append((ref, arrivals, done))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        return await done

    async def close(self) -> None:
        """Wait until nothing is being written."""
        if self._writing is not None:
            await asyncio.wait({self._writing})

    async def _write(self) -> None:
        while batch := self._waiting:
            self._waiting = []
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
