"""When a delivery is tried again."""

import random
from datetime import timedelta

from digest.deliver.schedule import is_given_up, next_try
from tests.deliver.scene import NOW


def test_waits_double_up_to_a_limit_and_are_spread() -> None:
    chance = random.Random(1)
    for attempts, minutes in [(0, 15), (1, 30), (3, 120), (5, 480), (90, 480)]:
        waits = [(next_try(attempts, NOW, chance=chance) - NOW) / timedelta(minutes=1) for _ in range(50)]
        assert 0.8 * minutes <= min(waits) < max(waits) <= 1.2 * minutes


def test_a_delivery_is_given_up_after_four_days() -> None:
    assert not is_given_up(NOW, NOW + timedelta(days=3, hours=23))
    assert is_given_up(NOW, NOW + timedelta(days=4, hours=1))
