"""A rate that falls by half and comes back slowly."""

import pytest

from digest.deliver.pace import Pace


def test_it_falls_by_half_each_time_it_is_asked_to() -> None:
    pace = Pace(32.0, now=0.0)
    assert [pace.slow(10.0 * again, lately=0.0) for again in range(3)] == pytest.approx([16.0, 9.0, 5.0], rel=0.1)


def test_connections_that_hear_of_one_shortage_cut_once() -> None:
    pace = Pace(32.0, now=0.0)
    assert [pace.slow(moment, lately=0.0) for moment in (0.0, 0.1, 0.2)] == pytest.approx([16.0, 16.0, 16.0], rel=0.01)


def test_it_comes_back_slowly_and_never_above_its_ceiling() -> None:
    pace = Pace(32.0, now=0.0)
    pace.slow(0.0, lately=0.0)
    assert pace.rate(30.0) == pytest.approx(22.6, rel=0.01)
    assert pace.rate(61.0) == 32.0
    assert pace.rate(1e9) == 32.0


def test_without_a_ceiling_it_is_free_again_after_a_while() -> None:
    pace = Pace(0.0, now=0.0)
    assert pace.pause(0.0) == 0.0
    assert pace.slow(0.0, lately=20.0) == 10.0
    assert pace.rate(60.0) == pytest.approx(20.0)
    assert pace.rate(300.0) == 0.0


def test_it_never_stops_altogether() -> None:
    pace = Pace(1.0, now=0.0)
    for again in range(50):
        slowest = pace.slow(10.0 * again, lately=0.0)
    assert slowest == 0.5
    assert pace.pause(490.0) == 2.0
