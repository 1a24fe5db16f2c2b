"""What one sender has claimed, in the order in which it may go: who has to wait lets others pass."""

import time
from collections import deque
from collections.abc import Callable
from datetime import datetime

from digest.deliver.throttle import Throttle
from digest.store.journal import Claim, Journal

_FIRST_CLAIM = 4
_SOON_S = 0.1
_CLAIMING = 0.05  # the share of its time that a sender may wait for the disk with its claims


class Queue:
    """The claims of one sender, for its thread alone: at most `batch` at a time, and no more than soon go out.

    What is claimed is in doubt after a power cut, and nobody else's until the lease runs out. `timer` is for tests.
    """

    def __init__(
        self,
        journal: Journal,
        throttle: Throttle,
        *,
        batch: int,
        clock: Callable[[], datetime],
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._journal = journal
        self._throttle = throttle
        self._batch = batch
        self._clock = clock
        self._timer = timer
        self._size = min(batch, _FIRST_CLAIM)
        self._since: float | None = None
        self._claim_s = 0.0
        self._claimed: deque[Claim] = deque()
        self._waiting: dict[str, deque[Claim]] = {}
        self._held = 0

    def __len__(self) -> int:
        """How many are claimed and have not gone."""
        return len(self._claimed) + self._held

    def take(self, *, after: str | None = None) -> Claim | float | None:
        """The next claim that may go now; or how many seconds to wait for one; or None when nothing is due any more.

        `after` as for `Throttle.take`. Raises StoreError.
        """
        if pause := self._throttle.pause():
            return pause
        shortest = float("inf")
        for domain, waiting in list(self._waiting.items()):
            if not (pause := self._throttle.take(domain, after=after)):
                return self._let_go(domain, waiting)
            shortest = min(shortest, pause)
        while self._claimed or self._fetch():
            claim = self._claimed.popleft()
            pause = self._throttle.take(claim.domain, after=after) if claim.domain not in self._waiting else shortest
            if not pause:
                return claim
            shortest = min(shortest, pause)
            self._waiting.setdefault(claim.domain, deque()).append(claim)
            self._held += 1
        return shortest if self._held else None

    def _let_go(self, domain: str, waiting: deque[Claim]) -> Claim:
        claim = waiting.popleft()
        self._held -= 1
        if not waiting:
            del self._waiting[domain]
        return claim

    def _fetch(self) -> bool:
        """Claim more, but of no domain that others of ours wait for; not when many wait already."""
        if self._held >= self._batch:
            return False
        now = self._timer()
        if self._since is not None:
            soon = max(_SOON_S, self._claim_s / _CLAIMING)
            self._size = _next_size(self._size, now - self._since, soon, self._batch)
        claims = self._journal.claim(self._size, now=self._clock(), without=sorted(self._waiting))
        self._since = self._timer()
        self._claim_s = self._since - now
        self._claimed.extend(claims)
        return bool(claims)


def _next_size(size: int, took_s: float, soon_s: float, most: int) -> int:
    """What goes out soon, after `size` took so long; and at most twice as many."""
    return max(1, min(most, 2 * size, int(size * soon_s / max(took_s, 1e-3))))
