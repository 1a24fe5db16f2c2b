"""How much a sender claims: what goes out soon, for what is claimed is in doubt after a power cut."""

from datetime import timedelta

import pytest

from digest.deliver.queue import Queue
from digest.deliver.throttle import Throttle
from digest.store import Store
from digest.store.journal import Journal
from tests.deliver.scene import ISSUE, NOW, freeze, readers, subscribe


@pytest.mark.parametrize(
    ("letters_a_second", "claimed"),
    [(4096, [10, 20, 40, 80, 100]), (32, [10, 20, 32, 32]), (2, [10, 2, 2, 2]), (0.25, [10, 1, 1])],
)
def test_what_is_claimed_at_once_goes_out_in_about_a_second(
    store: Store, letters_a_second: float, claimed: list[int]
) -> None:
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
