"""What the sites let programs read: robots.txt (RFC 9309), asked once for each site of a run."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from protego import Protego

_BYTES_MAX = 500_000  # RFC 9309, 2.5: at least 500 KiB must be read; what comes after is ignored

Load = Callable[[str], Awaitable[bytes | None]]


class Robots:
    """The rules of each site. `load` gives the bytes of a robots.txt, None where there is none, or raises."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._rules: dict[str, Protego | Exception | None] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def allow(self, url: str, user_agent: str) -> bool:
        """Whether the site lets `user_agent` read this address.

        Raises what `load` raised for the site, then and for the rest of the run: a site whose rules cannot be read is
        not read (RFC 9309, 2.3.1.4).
        """
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc.lower()}"
        async with self._locks.setdefault(site, asyncio.Lock()):
            if site not in self._rules:
                self._rules[site] = await self._ask(site)
        rules = self._rules[site]
        if isinstance(rules, Exception):
            raise rules
        return rules is None or rules.can_fetch(url, user_agent)

    async def _ask(self, site: str) -> "Protego | Exception | None":
        from digest.errors import SourceError

        try:
            data = await self._load(f"{site}/robots.txt")
        except SourceError as error:
            return error
        return None if data is None else parse_robots(data)


def parse_robots(data: bytes) -> "Protego":
    """The rules that a robots.txt states. With a byte order mark in front, protego would miss its first line."""
    from protego import Protego

    return Protego.parse(data[:_BYTES_MAX].decode("utf-8-sig", "replace"))
