"""Tells every open page that what it shows has changed: server-sent events."""

import asyncio
import secrets
from collections.abc import AsyncIterator

_HEARTBEAT = 15.0  # seconds; a stream that says nothing is not known to be open


class Changes:
    """Counts changes, and streams the count to whoever follows. Used from one event loop."""

    def __init__(self) -> None:
        self._run = secrets.token_hex(4)  # so that a page sees that the server was started anew
        self._count = 0
        self._closed = False
        self._next = asyncio.Event()

    @property
    def version(self) -> str:
        """Differs after each change, and in each run of the server."""
        return f"{self._run}-{self._count}"

    def tell(self) -> None:
        """Say that something changed."""
        self._count += 1
        self._wake()

    def close(self) -> None:
        """End every stream."""
        self._closed = True
        self._wake()

    async def stream(self) -> AsyncIterator[str]:
        """The events of one page: the version now, and each version after it."""
        yield "retry: 500\n\n"
        told = ""
        while not self._closed:
            following = self._next
            if told == self.version:
                try:
                    await asyncio.wait_for(following.wait(), _HEARTBEAT)
                except TimeoutError:
                    yield ": still here\n\n"
            else:
                told = self.version
                yield f"event: version\ndata: {told}\n\n"

    def _wake(self) -> None:
        self._next.set()
        self._next = asyncio.Event()
