"""When a deferred delivery is tried again, and when it is given up."""

import random
from datetime import datetime, timedelta

_FIRST = timedelta(minutes=15)
_LONGEST = timedelta(hours=8)
_GIVE_UP_AFTER = timedelta(days=4)
_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 30.0


def next_try(attempts: int, now: datetime, *, chance: random.Random) -> datetime:
    """After `attempts` failures: a quarter of an hour, doubled each time, up to eight hours, spread by a fifth.

    The spread keeps thousands that were put off together from coming back together.
    """
    wait: timedelta = min(_FIRST * 2 ** min(attempts, 10), _LONGEST)
    return now + wait * chance.uniform(0.8, 1.2)


def next_connection(lost: int, *, chance: random.Random) -> float:
    """Seconds before a connection is made anew, after `lost` were lost in a row: none after the first, then doubled."""
    if lost <= 1:
        return 0.0
    wait: float = min(_FIRST_PAUSE_S * 2 ** min(lost - 2, 10), _LONGEST_PAUSE_S)
    return wait * chance.uniform(0.5, 1.5)


def is_given_up(created: datetime, now: datetime) -> bool:
    """Whether it is too late: RFC 5321 (4.5.4.1) asks for four to five days, and news is older by then."""
    return now - created > _GIVE_UP_AFTER
