"""When a deferred delivery is tried again, and when it is given up."""

import random
from datetime import datetime, timedelta

_FIRST = timedelta(minutes=15)
_LONGEST = timedelta(hours=8)
_GIVE_UP_AFTER = timedelta(days=4)


def next_try(attempts: int, now: datetime, *, chance: random.Random) -> datetime:
    """After `attempts` failures: a quarter of an hour, doubled each time, up to eight hours, spread by a fifth.

    The spread keeps thousands that were put off together from coming back together.
    """
    wait: timedelta = min(_FIRST * 2 ** min(attempts, 10), _LONGEST)
    return now + wait * chance.uniform(0.8, 1.2)


def is_given_up(created: datetime, now: datetime) -> bool:
    """Whether it is too late: RFC 5321 (4.5.4.1) asks for four to five days, and news is older by then."""
    return now - created > _GIVE_UP_AFTER
