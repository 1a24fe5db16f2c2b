"""What hangs, fills the memory or kills its process is ended, and the next input is read as ever."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from digest.collect.draft import Rejected
from digest.collect.workers import Workers
from tests.collect.conftest import NOW, item, rss


def run(work: Callable[[Workers], Awaitable[None]], *, limit: float = 10.0) -> None:
    async def inside() -> None:
        async with Workers(1, limit=limit) as workers:
            await work(workers)

    asyncio.run(inside())


async def read(workers: Workers, data: bytes) -> int:
    return len((await workers.feed(data, content_type=None, url=None, ref="", now=NOW)).drafts)


def test_one_process_serves_many_inputs() -> None:
    async def work(workers: Workers) -> None:
        for number in range(1, 4):
            assert await read(workers, rss(*(item(n) for n in range(number))).encode()) == number

    run(work)


def test_what_takes_too_long_is_ended_and_the_next_is_read() -> None:
    slow = rss(*(item(n) for n in range(20_000))).replace("<rss", "<!DOCTYPE rss><rss").encode()

    async def work(workers: Workers) -> None:
        assert await read(workers, rss(item(1)).encode()) == 1  # the first imports have a time of their own
        with pytest.raises(Rejected, match=r"longer than 0\.3 seconds"):
            await read(workers, slow)
        assert await read(workers, rss(item(1)).encode()) == 1

    run(work, limit=0.3)


def test_a_page_that_needs_too_much_time_or_memory_is_refused_and_the_next_is_read() -> None:
    greedy = ("<html><body><article>" + "<i>a</i>" * 600_000).encode()

    async def work(workers: Workers) -> None:
        assert await read(workers, rss(item(1)).encode()) == 1  # the first imports have a time of their own
        with pytest.raises(Rejected, match=r"too much memory|longer than"):
            await workers.page(greedy, charset=None, url=None, now=NOW)
        assert await read(workers, rss(item(1)).encode()) == 1

    run(work, limit=3)


def test_a_rejection_comes_through_with_its_reason() -> None:
    async def work(workers: Workers) -> None:
        with pytest.raises(Rejected, match="it is empty"):
            await read(workers, b"")

    run(work)
