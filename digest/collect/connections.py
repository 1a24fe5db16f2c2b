"""Connections that stay open for the next request to the same site."""

import ssl
from collections.abc import AsyncIterator
from functools import cached_property
from typing import Any

import httpcore2
import httpx2

_IDLE = 100  # connections that wait for another request, at the most
_EXPIRY = 10.0  # seconds, after which one that waits is closed
_SAFE = frozenset({b"GET", b"HEAD"})

_Site = tuple[bytes, bytes, int]


class Connections:
    """Lends each request a connection of its own. Used inside one event loop; whoever asks bounds how many at a time.

    The pool of httpcore2 looks at all its connections whenever a request begins and ends: with two hundred of them that
    takes longer than the requests.
    """

    def __init__(self, backend: httpcore2.AsyncNetworkBackend, *, idle: int = _IDLE) -> None:
        self._backend = backend
        self._most = min(idle, _IDLE)
        self._idle: dict[httpcore2.AsyncHTTPConnection, _Site] = {}  # the longest idle first

    async def ask(self, request: httpcore2.Request) -> tuple[httpcore2.Response, "Body"]:
        """The answer, and its body, which is to be closed. Raises the errors of httpcore2."""
        origin = request.url.origin
        if origin.scheme not in {b"http", b"https"}:
            raise httpcore2.UnsupportedProtocol(f"{origin.scheme.decode()} is no protocol of the web")
        site = (origin.scheme, origin.host, origin.port)
        if (kept := await self._take(site)) is not None:
            try:
                return await self._ask(kept, request, site)
            except (httpcore2.NetworkError, httpcore2.RemoteProtocolError):
                # A server may close what is kept open at any time, also while the next request is on its way: that is
                # no failure, and to look again does no harm (RFC 9112, 9.3.1). On a new connection it would be one.
                if request.method not in _SAFE:
                    raise
        return await self._ask(self._open(origin), request, site)

    async def _ask(
        self, connection: httpcore2.AsyncHTTPConnection, request: httpcore2.Request, site: _Site
    ) -> tuple[httpcore2.Response, "Body"]:
        answer = await connection.handle_async_request(request)
        return answer, Body(answer.stream, self, connection, site)

    def _open(self, origin: httpcore2.Origin) -> httpcore2.AsyncHTTPConnection:
        return httpcore2.AsyncHTTPConnection(
            origin,
            ssl_context=self._ssl_context if origin.scheme == b"https" else None,
            keepalive_expiry=_EXPIRY,
            network_backend=self._backend,
        )

    async def _take(self, site: _Site) -> httpcore2.AsyncHTTPConnection | None:
        """The connection to a site that was used last, unless its server has closed it."""
        while found := next((each for each in reversed(self._idle) if self._idle[each] == site), None):
            del self._idle[found]
            if not found.has_expired():
                return found
            await found.aclose()
        return None

    async def give_back(self, connection: httpcore2.AsyncHTTPConnection, site: _Site) -> None:
        """Keep a connection for the next request, if its last answer was read to the end and was all that came."""
        if _has_more(connection):
            await connection.aclose()
        if connection.is_idle():
            self._idle[connection] = site
        while len(self._idle) > self._most:
            await self._close(next(iter(self._idle)))

    async def aclose(self) -> None:
        """Close those that wait."""
        while self._idle:
            await self._close(next(iter(self._idle)))

    async def _close(self, connection: httpcore2.AsyncHTTPConnection) -> None:
        del self._idle[connection]
        await connection.aclose()

    @cached_property
    def _ssl_context(self) -> ssl.SSLContext:
        return httpx2.create_ssl_context(trust_env=False)


def _has_more(connection: httpcore2.AsyncHTTPConnection) -> bool:
    """Whether a server sent more than its answer: the next request would take it for its own."""
    inner = connection._connection  # which httpcore2 tells to nobody
    return isinstance(inner, httpcore2.AsyncHTTP11Connection) and bool(inner._h11_state.trailing_data[0])


class Body(httpx2.AsyncByteStream):
    """The body of one answer; closing it gives the connection back."""

    def __init__(
        self, stream: Any, connections: Connections, connection: httpcore2.AsyncHTTPConnection, site: _Site
    ) -> None:
        self._stream = stream
        self._lent = connections, connection, site

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._stream:
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()
        connections, connection, site = self._lent
        await connections.give_back(connection, site)
