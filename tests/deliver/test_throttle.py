"""One rate over all connections, and others for single domains."""

import pytest

from digest.deliver.throttle import Limit, Throttle


class Hand:
    """A clock whose hand a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def hand() -> Hand:
    return Hand()


def let_go(throttle: Throttle, hand: Hand, domain: str, count: int) -> list[float]:
    """The moments, from now, at which so many letters may go."""
    start, moments = hand.now, []
    while len(moments) < count:
        wait = throttle.take(domain)
        if not wait:
            moments.append(hand.now - start)
        hand.now += wait
    return moments


def test_letters_are_a_gap_apart_whoever_asks(hand: Hand) -> None:
    assert let_go(Throttle(4.0, clock=hand), hand, "a.example", 4) == [0.0, 0.25, 0.5, 0.75]


def test_time_that_passed_unused_is_not_saved_up(hand: Hand) -> None:
    throttle = Throttle(2.0, clock=hand)
    throttle.take("a.example")
    hand.now += 60
    assert let_go(throttle, hand, "a.example", 3) == [0.0, 0.5, 1.0]


def test_without_a_rate_nobody_waits(hand: Hand) -> None:
    assert let_go(Throttle(0.0, clock=hand), hand, "a.example", 3) == [0.0, 0.0, 0.0]


def test_a_domain_has_a_rate_of_its_own_within_that_of_all(hand: Hand) -> None:
    throttle = Throttle(10.0, {"slow.example": Limit(rate=1.0)}, clock=hand)
    assert throttle.take("slow.example") == 0.0
    hand.now += 0.1
    assert throttle.take("slow.example") == pytest.approx(0.9)
    assert throttle.take("quick.example") == 0.0
    assert throttle.take("quick.example") == pytest.approx(0.1)


def test_a_domain_takes_only_so_many_letters_at_a_time(hand: Hand) -> None:
    throttle = Throttle(0.0, {"small.example": Limit(connections=2)}, clock=hand)
    assert [throttle.take("small.example") > 0 for _ in range(3)] == [False, False, True]
    assert throttle.take("small.example", after="small.example") == 0.0  # announced behind one that is about to end
    throttle.done("small.example")
    assert throttle.take("small.example") > 0
    throttle.done("small.example")
    assert throttle.take("small.example") == 0.0


def test_a_domain_that_asks_for_less_gets_half_of_what_it_got_lately(hand: Hand) -> None:
    throttle = Throttle(0.0, clock=hand)
    for _ in range(100):
        throttle.take("big.example")
        throttle.take("other.example")
        hand.now += 0.1
    assert throttle.slow("big.example") == pytest.approx(5.0, rel=0.1)
    assert throttle.take("big.example") == pytest.approx(0.2, rel=0.1)
    assert throttle.take("other.example") == 0.0


def test_a_server_that_asks_for_less_slows_all(hand: Hand) -> None:
    throttle = Throttle(8.0, clock=hand)
    assert throttle.slow() == 4.0
    assert throttle.pause() == 0.25
