"""Keeps all connections together within the rates: one over all, and one for each domain that has its own."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from digest.deliver.pace import Pace

_WINDOW_S = 10.0
_BUSY_S = 0.05  # how long to look elsewhere when a domain has as many connections as it may


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What one domain takes: letters a second, 0 for no limit, and letters at a time, 0 for as many as there are."""

    rate: float = 0.0
    connections: int = 0


class Throttle:
    """Lets letters go, one by one. Safe to use from several threads. `clock` is for tests."""

    def __init__(
        self,
        rate: float,
        domains: Mapping[str, Limit] | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._limits = dict(domains or {})
        now = clock()
        self._all = Pace(rate, now=now)
        self._domains = {domain: Pace(limit.rate, now=now) for domain, limit in self._limits.items()}
        self._flying: Counter[str] = Counter()
        self._lately = _Lately(now)
        self._lock = threading.Lock()

    def pause(self) -> float:
        """Seconds until any letter may go."""
        with self._lock:
            return self._all.pause(self._clock())

    def take(self, domain: str, *, after: str | None = None) -> float:
        """Have a letter to this domain go: 0 when it may, else how many seconds to wait before asking again.

        `after` is the domain of the letter that the same connection is busy with: the two never go at a time. Each
        letter that went is to be followed by `done`.
        """
        with self._lock:
            now = self._clock()
            pace = self._domains.get(domain)
            wait = max(self._all.pause(now), pace.pause(now) if pace is not None else 0.0)
            if not wait and (limit := self._limits.get(domain)) is not None and limit.connections:
                wait = _BUSY_S if self._flying[domain] - (after == domain) >= limit.connections else 0.0
            if wait:
                return wait
            self._lately.count(domain, now)
            self._all.take(now)
            if pace is not None:
                pace.take(now)
            if domain in self._limits:
                self._flying[domain] += 1
            return 0.0

    def done(self, domain: str) -> None:
        """A letter that went is over."""
        if domain in self._limits:
            with self._lock:
                self._flying[domain] -= 1

    def slow(self, domain: str | None = None) -> float:
        """A server asks for less, of one domain or of all; returns the letters a second from now on."""
        with self._lock:
            now = self._clock()
            if domain is None:
                return self._all.slow(now, lately=self._lately.rate(now))
            pace = self._domains.get(domain)
            if pace is None:
                pace = self._domains[domain] = Pace(0.0, now=now)
            return pace.slow(now, lately=self._lately.rate(now, domain))


class _Lately:
    """How many letters went out in this window of time and the one before, by domain: never more than these hold."""

    def __init__(self, now: float) -> None:
        self._since = now
        self._span = 0.0
        self._before: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()

    def count(self, domain: str, now: float) -> None:
        if now - self._since >= _WINDOW_S:
            self._before, self._span = self._counts, now - self._since
            self._counts, self._since = Counter(), now
        self._counts[domain] += 1

    def rate(self, now: float, domain: str | None = None) -> float:
        """Letters a second, in all or to one domain."""
        span = max(1.0, now - self._since + self._span)
        if domain is None:
            return (self._counts.total() + self._before.total()) / span
        return (self._counts[domain] + self._before[domain]) / span
