"""A connection serves one request after another, for as long as both sides keep it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from digest.collect import connections
from digest.collect.fetch import Fetcher, FetchError
from digest.config import CollectSettings
from tests.collect.conftest import NOW, respond

WHOLE = respond("x", connection="keep-alive")
UNCHANGED = b"HTTP/1.1 304 Not Modified\r\n\r\n"


@dataclass
class Keeping:
    """A server that leaves connections open; `opened` holds how many requests came over each."""

    answer: bytes = WHOLE
    port: int = 0
    opened: list[int] = field(default_factory=list)
    writers: list[asyncio.StreamWriter] = field(default_factory=list)
    closed: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = len(self.opened)
        self.opened.append(0)
        self.writers.append(writer)
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                self.opened[number] += 1
                writer.write(self.answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            self.closed += 1
        finally:
            writer.close()


@asynccontextmanager
async def serving(answer: bytes = WHOLE) -> AsyncIterator[Keeping]:
    keeping = Keeping(answer)
    server = await asyncio.start_server(keeping.serve, "127.0.0.1", 0)
    keeping.port = server.sockets[0].getsockname()[1]
    async with server:
        yield keeping


def run(work: Callable[[Fetcher], Awaitable[None]]) -> None:
    async def fetch() -> None:
        settings = CollectSettings(allow_private=True, timeout=5.0, max_feed_mb=1.0)
        async with Fetcher(settings, lambda: NOW) as fetcher:
            await work(fetcher)

    asyncio.run(fetch())


@pytest.mark.parametrize("answer", [WHOLE, UNCHANGED])
def test_one_connection_serves_requests_to_the_same_site(answer: bytes) -> None:
    async def work(fetcher: Fetcher) -> None:
        async with serving(answer) as server, serving() as other:
            for _ in range(3):
                await fetcher.feed(f"http://127.0.0.1:{server.port}/", etag='"1"')
                await fetcher.feed(f"http://127.0.0.1:{other.port}/")
            assert (server.opened, other.opened) == ([3], [3])

    run(work)


def test_requests_at_the_same_time_have_connections_of_their_own() -> None:
    async def work(fetcher: Fetcher) -> None:
        async with serving() as server:
            await asyncio.gather(*(fetcher.feed(f"http://127.0.0.1:{server.port}/{n}") for n in range(4)))
            assert (len(server.opened), sum(server.opened)) == (2, 4)  # as many as one host is asked at a time

    run(work)


def test_a_connection_that_the_server_has_closed_is_not_used_again() -> None:
    async def work(fetcher: Fetcher) -> None:
        async with serving() as server:
            for _ in range(2):
                await fetcher.feed(f"http://127.0.0.1:{server.port}/")
                server.writers[-1].close()
                await asyncio.sleep(0.05)
            assert server.opened == [1, 1]

    run(work)


def test_what_was_not_read_to_its_end_does_not_reach_the_next_request() -> None:
    async def work(fetcher: Fetcher) -> None:
        async with serving(respond(b"x" * 2_000_000, connection="keep-alive")) as server:
            url = f"http://127.0.0.1:{server.port}/"
            with pytest.raises(FetchError, match="larger than 1 MB"):
                await fetcher.feed(url)
            server.answer = WHOLE
            assert (await fetcher.feed(url)).body == b"x"
            assert server.opened == [1, 1]

    run(work)


def test_those_that_waited_longest_are_closed_when_too_many_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "_IDLE", 1)

    async def work(fetcher: Fetcher) -> None:
        async with serving() as first, serving() as second:
            for server in (first, second):
                await fetcher.feed(f"http://127.0.0.1:{server.port}/")
            await asyncio.sleep(0.05)
            assert (first.closed, second.closed) == (1, 0)

    run(work)
