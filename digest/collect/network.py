"""Connects to public addresses only: names are resolved, vetted and pinned here, whatever the resolver says next."""

import asyncio
import ipaddress
import socket
import ssl
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpcore2
import httpx2

from digest.collect.connections import Connections

_NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
_6TO4 = ipaddress.ip_network("2002::/16")
_TEREDO = ipaddress.ip_network("2001::/32")
_COMPATIBLE = ipaddress.ip_network("::/96")
_NEXT = 4.0  # seconds after which the next address of a name is tried

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class PrivateAddressError(httpcore2.ConnectError):
    """The name leads to an address that is not on the public internet."""


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet, with every address that an IPv6 one may carry inside."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id or address.is_site_local:
            return False
        inner = _carried(address)
        if inner is not None:
            # Translated addresses reach what they carry; tunnels are no way to a web server at all.
            return is_public(inner) and any(address in net for net in _NAT64[:1])
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback
        or address.is_link_local or address.is_private
    )  # fmt: skip


def _carried(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _6TO4:
        return address.sixtofour
    if address in _TEREDO:
        return ipaddress.IPv4Address(0)
    if any(address in net for net in _NAT64) or address in _COMPATIBLE:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return None


class _Tcp(httpcore2.AsyncNetworkStream):
    """A TCP connection that ends with its TLS handshake: httpcore leaves it open when that is cancelled, as it is when
    the time for an answer is over."""

    def __init__(self, inner: httpcore2.AsyncNetworkStream) -> None:
        self._inner = inner

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return await self._inner.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.AsyncNetworkStream:
        try:
            return await self._inner.start_tls(ssl_context, server_hostname, timeout)
        except BaseException:
            await self._inner.aclose()
            raise

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class VettedBackend(httpcore2.AsyncNetworkBackend):
    """Opens TCP connections for httpcore2 to vetted addresses. Certificates are still checked against the name."""

    def __init__(self, *, allow_private: bool, connections: int) -> None:
        self._allow_private = allow_private
        self._inner = httpcore2.AnyIOBackend()
        # Of their own, as many as may be asked at a time: names that nobody answers for must not hold up the others.
        self._resolvers = ThreadPoolExecutor(max_workers=connections, thread_name_prefix="resolve")

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        error: Exception | None = None
        addresses = _alternating(await self._resolve(host, port))
        for number, address in enumerate(addresses, 1):
            # Where one of the two protocols leads nowhere, the other has to be reached before all time is spent.
            soon = timeout if number == len(addresses) else min(_NEXT, timeout or _NEXT)
            try:
                return _Tcp(await self._inner.connect_tcp(address, port, soon, local_address, socket_options))
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as failed:
                error = failed
        raise error or httpcore2.ConnectError(f"{host} has no address")

    async def connect_unix_socket(self, path: str, *_: Any, **__: Any) -> httpcore2.AsyncNetworkStream:
        raise PrivateAddressError(f"{path} is a local socket")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def close(self) -> None:
        """Resolve no more names."""
        self._resolvers.shutdown(wait=False, cancel_futures=True)

    async def _resolve(self, host: str, port: int) -> list[str]:
        """The addresses of a name, in the order to try. One that is not public condemns the name."""
        try:
            found = _numeric(host) or await asyncio.get_running_loop().run_in_executor(
                self._resolvers, _look_up, host, port
            )
        except (OSError, UnicodeError) as error:
            why = error.strerror if isinstance(error, OSError) else str(error)
            raise httpcore2.ConnectError(f"the name {host} cannot be resolved ({why})") from error
        addresses = list(dict.fromkeys(found))
        for address in addresses:
            if not self._allow_private and not is_public(ipaddress.ip_address(address)):
                name = host if host == address else f"{host} ({address})"
                raise PrivateAddressError(f"{name} is not on the public internet")
        return addresses


def _numeric(host: str) -> list[str]:
    """The host itself, where it is an address already and there is nothing to wait for."""
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        return []


def _look_up(host: str, port: int) -> list[str]:
    return [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _alternating(addresses: list[str]) -> list[str]:
    """The addresses of IPv6 and IPv4 in turn, the family that the system prefers first (RFC 8305, 4)."""
    families = [":" in address for address in addresses]
    places: Counter[bool] = Counter()
    turns = []
    for address, family in zip(addresses, families, strict=True):
        turns.append((places[family], family != families[0], address))
        places[family] += 1
    return [address for _, _, address in sorted(turns, key=lambda turn: turn[:2])]


class VettedTransport(httpx2.AsyncBaseTransport):
    """HTTP/1.1 over vetted connections; no proxy and nothing from the environment."""

    def __init__(self, *, allow_private: bool, connections: int) -> None:
        self._backend = VettedBackend(allow_private=allow_private, connections=connections)
        self._connections = Connections(self._backend, idle=connections)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        url = httpcore2.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        answer, body = await self._connections.ask(
            httpcore2.Request(
                method=request.method,
                url=url,
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx2.Response(
            status_code=answer.status, headers=answer.headers, stream=body, extensions=answer.extensions
        )

    async def aclose(self) -> None:
        await self._connections.aclose()
        self._backend.close()
