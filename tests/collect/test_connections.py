"""A connection serves one request after another, for as long as both sides keep it."""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
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
    served: int | None = None  # requests over each connection, the next of which finds it closed

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = len(self.opened)
        self.opened.append(0)
        self.writers.append(writer)
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                if self.opened[number] == self.served:
                    break
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


def run(work: Callable[[Fetcher], Awaitable[None]], *, per_host: int = 2, timeout: float = 5.0) -> None:
    async def fetch() -> None:
        settings = CollectSettings(allow_private=True, timeout=timeout, max_feed_mb=1.0, per_host=per_host)
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


@pytest.mark.parametrize("more", [WHOLE.replace(b"x", b"y"), b"y", UNCHANGED])
def test_what_a_server_sends_beyond_its_answer_does_not_reach_the_next_request(more: bytes) -> None:
    async def work(fetcher: Fetcher) -> None:
        async with serving(WHOLE + more) as server:
            for _ in range(2):
                assert (await fetcher.feed(f"http://127.0.0.1:{server.port}/", etag='"1"')).body == b"x"
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


def test_a_connection_that_is_closed_while_the_next_request_is_on_its_way_is_no_failure() -> None:
    async def work(fetcher: Fetcher) -> None:
        async with serving() as server:
            url = f"http://127.0.0.1:{server.port}/"
            server.served = 1
            for _ in range(3):
                assert (await fetcher.feed(url)).body == b"x"
            assert server.opened == [1, 1, 1]

    async def work_at_once(fetcher: Fetcher) -> None:
        async with serving() as server:
            url = f"http://127.0.0.1:{server.port}/"
            await asyncio.gather(*(fetcher.feed(url) for _ in range(4)))
            server.served = 1  # all that are kept will be closed, more than a request has tries
            assert (await fetcher.feed(url)).body == b"x"
            assert server.opened == [1, 1, 1, 1, 1]

    run(work)
    run(work_at_once, per_host=4)


def test_a_tls_handshake_that_takes_too_long_leaves_no_connection_open() -> None:
    async def work(fetcher: Fetcher) -> None:
        silent = asyncio.Event()

        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()  # until the other side closes
            writer.close()
            silent.set()

        async with await asyncio.start_server(accept, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            with pytest.raises(FetchError, match="no whole answer within"):
                await fetcher.feed(f"https://127.0.0.1:{port}/")
            await asyncio.wait_for(silent.wait(), 10)

    gc.disable()  # which might close it in the end
    try:
        run(work, timeout=0.2)
    finally:
        gc.enable()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit")
def test_no_source_is_lost_where_few_files_may_be_open() -> None:
    """Sites of which each keeps its connection, more of them than files may be open."""

    async def read_all() -> str:
        async with AsyncExitStack() as servers:
            ports = [(await servers.enter_async_context(serving())).port for _ in range(90)]
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-c", _FETCH_ALL, *map(str, ports), stdout=asyncio.subprocess.PIPE
            )
            said, _ = await process.communicate()
            return said.decode().strip()

    assert asyncio.run(read_all()) == "90"


_FETCH_ALL = """
import asyncio, resource, sys
from datetime import UTC, datetime
from digest.collect.fetch import Fetcher
from digest.config import CollectSettings

resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))

async def main():
    async with Fetcher(CollectSettings(allow_private=True, timeout=20), lambda: datetime.now(UTC)) as fetcher:
        asked = (fetcher.feed(f"http://127.0.0.1:{port}/") for port in sys.argv[1:])
        return sum(not isinstance(one, Exception) for one in await asyncio.gather(*asked, return_exceptions=True))

print(asyncio.run(main()))
"""
