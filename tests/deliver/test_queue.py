"""How much a sender claims: what goes out soon, for what is claimed is in doubt after a power cut."""

from datetime import timedelta
from typing import Any

import pytest

from digest.deliver.queue import Queue
from digest.deliver.throttle import Throttle
from digest.store import Store
from digest.store.journal import Claim, Journal
from tests.deliver.scene import ISSUE, NOW, freeze, readers, subscribe


@pytest.mark.parametrize(
    ("letters_a_second", "claimed"),
    [(4096, [4, 8, 16, 32, 64, 100]), (64, [4, 6, 6, 6]), (16, [4, 1, 1]), (0.25, [4, 1, 1])],
)
def test_what_is_claimed_at_once_goes_out_soon(store: Store, letters_a_second: float, claimed: list[int]) -> None:
    subscribe(store, readers(400))
    freeze(store)
    store.deliveries.begin(ISSUE, now=NOW)
    now, sizes = 0.0, []
    with Journal(store.engine, ISSUE, lease=timedelta(minutes=5)) as journal:
        queue = Queue(journal, Throttle(0.0), batch=100, clock=lambda: NOW, timer=lambda: now)
        held = 0
        while len(sizes) < len(claimed):
            queue.take()
            if len(queue) + 1 > held:
                sizes.append(len(queue) + 1)
            held = len(queue)
            now += 1 / letters_a_second
    assert sizes == claimed


def test_a_slow_disk_is_asked_less_often(store: Store) -> None:
    subscribe(store, readers(400))
    freeze(store)
    store.deliveries.begin(ISSUE, now=NOW)
    now = 0.0

    class Slow(Journal):
        def claim(self, limit: int, **named: Any) -> list[Claim]:
            nonlocal now
            now += 0.02
            return super().claim(limit, **named)

    with Slow(store.engine, ISSUE, lease=timedelta(minutes=5)) as journal:
        queue = Queue(journal, Throttle(0.0), batch=100, clock=lambda: NOW, timer=lambda: now)
        for _ in range(150):
            queue.take()
            now += 1 / 64
        while queue.take() and len(queue):
            now += 1 / 64
        queue.take()
        size = len(queue) + 1
    assert 24 <= size <= 27  # at 64 letters a second they take 0.4 s, of which the 0.02 s for the claim are a twentieth
