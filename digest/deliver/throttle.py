"""Keeps all connections together within one rate."""

import threading
import time
from collections.abc import Callable


class Throttle:
    """Hands out moments at which the next letter may go. Safe to use from several threads.

    `rate` is letters a second, 0 for as fast as it goes. `clock` and `sleep` are for tests.
    """

    def __init__(
        self,
        rate: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], object] = time.sleep,
    ) -> None:
        self._gap = 1.0 / rate if rate else 0.0
        self._clock = clock
        self._wait = wait
        self._next = clock()
        self._lock = threading.Lock()

    def pause(self) -> float:
        """Take the next moment and return how many seconds away it is."""
        if not self._gap:
            return 0.0
        with self._lock:
            now = self._clock()
            moment = max(self._next, now)
            self._next = moment + self._gap
            return moment - now

    def hold(self, seconds: float) -> None:
        """Wait for a moment taken before."""
        if seconds > 0:
            self._wait(seconds)
