"""Names are resolved once, and what was vetted is what is reached."""

import asyncio
import socket
from collections.abc import Callable
from typing import Any

import httpcore2
import pytest

from digest.collect import network
from digest.collect.fetch import Fetched, Fetcher, FetchError
from digest.config import CollectSettings
from tests.collect.conftest import NOW, WebServer, respond

Answer = tuple[int, int, int, str, tuple[Any, ...]]


def naming(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Answer each question for a name with the next addresses, the last for ever; returns the names asked for."""
    asked: list[str] = []
    waiting = list(answers)

    def look_up(host: str, port: int, **_: object) -> list[Answer]:
        asked.append(host)
        found = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


def get(url: str, *, allow_private: bool) -> Fetched:
    async def run() -> Fetched:
        settings = CollectSettings(allow_private=allow_private, timeout=3.0)
        async with Fetcher(settings, lambda: NOW) as fetcher:
            return await fetcher.feed(url)

    return asyncio.run(run())


def test_a_name_that_turns_private_once_it_was_vetted_is_not_asked_again(
    web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached: list[str] = []
    inner = httpcore2.AnyIOBackend.connect_tcp

    async def connect(self: httpcore2.AnyIOBackend, host: str, *rest: Any) -> httpcore2.AsyncNetworkStream:
        reached.append(host)
        return await inner(self, "127.0.0.1", *rest)

    monkeypatch.setattr(httpcore2.AnyIOBackend, "connect_tcp", connect)
    asked = naming(monkeypatch, ["93.184.215.14"], ["127.0.0.1"])
    url = web.put("/", respond("x", connection="keep-alive")).replace("127.0.0.1", "rebinding.example")
    assert get(url, allow_private=False).body == b"x"
    assert (asked, reached) == (["rebinding.example"], ["93.184.215.14"])
    with pytest.raises(FetchError, match=r"rebinding\.example \(127\.0\.0\.1\) is not on the public internet"):
        get(url, allow_private=False)
    assert len(reached) == 1


def test_an_address_is_asked_of_no_resolver_and_vetted_all_the_same(
    web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = naming(monkeypatch, ["93.184.215.14"])
    url = web.put("/", respond("x"))
    assert get(url, allow_private=True).body == b"x"
    for host in ("127.0.0.1", "[::1]", "[::ffff:127.0.0.1]"):
        with pytest.raises(FetchError, match="is not on the public internet"):
            get(url.replace("127.0.0.1", host), allow_private=False)
    assert asked == []


def test_one_private_address_condemns_a_name(web: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    naming(monkeypatch, ["93.184.215.14", "10.0.0.1"])
    with pytest.raises(FetchError, match=r"10\.0\.0\.1\) is not on the public internet"):
        get("http://half.example/", allow_private=False)


def test_the_next_address_is_tried_when_one_leads_nowhere(web: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[tuple[str, float | None]] = []
    inner = httpcore2.AnyIOBackend.connect_tcp

    async def connect(
        self: httpcore2.AnyIOBackend, host: str, port: int, timeout: float | None, *rest: Any
    ) -> httpcore2.AsyncNetworkStream:
        waits.append((host, timeout))
        if host != "127.0.0.1":
            raise httpcore2.ConnectTimeout
        return await inner(self, host, port, timeout, *rest)

    monkeypatch.setattr(network, "_NEXT", 0.1)
    monkeypatch.setattr(httpcore2.AnyIOBackend, "connect_tcp", connect)
    naming(monkeypatch, ["2001:db8::1", "2001:db8::2", "127.0.0.1"])
    assert get(web.put("/", respond("x")).replace("127.0.0.1", "both.example"), allow_private=True).body == b"x"
    assert waits == [("2001:db8::1", 0.1), ("127.0.0.1", 0.1)]


@pytest.mark.parametrize("error", [socket.gaierror(-2, "Name or service not known"), UnicodeError("label too long")])
def test_a_name_that_cannot_be_resolved_is_told(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def look_up(*_: object, **__: object) -> Callable[[], None]:
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(FetchError, match=r"the name no\.example cannot be resolved"):
        get("http://no.example/", allow_private=True)
