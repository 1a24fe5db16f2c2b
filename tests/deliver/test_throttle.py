"""One rate over all connections."""

import pytest

from digest.deliver.throttle import Throttle


class Hand:
    """A clock whose hand a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_letters_are_a_gap_apart_whoever_asks() -> None:
    throttle = Throttle(4.0, clock=Hand())
    assert [throttle.pause() for _ in range(4)] == [0.0, 0.25, 0.5, 0.75]


def test_time_that_passed_unused_is_not_saved_up() -> None:
    hand = Hand()
    throttle = Throttle(2.0, clock=hand)
    throttle.pause()
    hand.now += 60
    assert [throttle.pause() for _ in range(2)] == [0.0, 0.5]


def test_without_a_rate_nobody_waits() -> None:
    throttle = Throttle(0.0, clock=Hand())
    assert [throttle.pause() for _ in range(3)] == [0.0, 0.0, 0.0]


def test_a_pause_is_waited_for() -> None:
    waited: list[float] = []
    throttle = Throttle(1.0, clock=Hand(), wait=waited.append)
    for _ in range(2):
        throttle.hold(throttle.pause())
    assert waited == pytest.approx([1.0])
