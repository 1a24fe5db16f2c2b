"""Kinds of value that a configuration may hold: durations, rates, addresses, time zones."""

import re
from datetime import timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator

from digest.config.address import mailable

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DURATION = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([mhdw])\s*", re.IGNORECASE)
_RATE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*/\s*(s|sec|min|m|h|hour|d|day)\s*", re.IGNORECASE)
_SECONDS = {"s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "hour": 3600, "d": 86400, "day": 86400}


def parse_duration(value: object) -> timedelta:
    """Read "36h", "7d", "90m" or "2w". Raises ValueError with a remedy in it."""
    if isinstance(value, timedelta):
        return value
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError('must be a number and a unit, like "36h" or "7d" (m, h, d, w)')
    try:
        span = timedelta(**{_UNITS[found[2].lower()]: float(found[1])})
    except OverflowError as error:
        raise ValueError('is too long a time; the longest that makes sense is some "3650d"') from error
    if not span:
        raise ValueError("must be longer than nothing")
    return min(span, timedelta(days=36500))


def parse_rate(value: object) -> float:
    """Read messages a second: a number, or "600/min", "3600/h". 0 means no limit. Raises ValueError."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < float("inf"):
        return float(value)
    found = _RATE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError('must be messages a second, or like "600/min" or "3600/h"; 0 means no limit')
    return float(found[1]) / _SECONDS[found[2].lower()]


def split_mailbox(value: str) -> tuple[str, str]:
    """`Name <address>` or `address` as (name, address). A name may hold commas, quoted or not."""
    named = re.fullmatch(r"\s*(.*?)\s*<\s*([^<>]*?)\s*>\s*", value)
    if named is None:
        return "", value.strip()
    name = named[1]
    quoted = len(name) > 1 and name[0] == name[-1] == '"'
    return (name[1:-1].replace('\\"', '"') if quoted else name), named[2]


def parse_mailbox(value: object) -> str:
    """Check `Name <address>` or `address`. Raises ValueError with what is wrong with it.

    Line breaks and other control characters are refused: the value becomes a mail header.
    """
    if not isinstance(value, str):
        raise TypeError("must be text")
    if any(ord(c) < 32 or ord(c) == 127 for c in value):
        raise ValueError("must not hold line breaks or other control characters")
    mailable(split_mailbox(value)[1])
    return value.strip()


def parse_zone(value: object) -> ZoneInfo:
    """Read the name of a time zone, like "Europe/Berlin". Raises ValueError."""
    if isinstance(value, ZoneInfo):
        return value
    try:
        return ZoneInfo(str(value))
    except (KeyError, ValueError, OSError) as error:
        raise ValueError('is not a time zone; use a name like "Europe/Berlin" or "UTC"') from error


Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
Rate = Annotated[float, BeforeValidator(parse_rate)]
Mailbox = Annotated[str, BeforeValidator(parse_mailbox)]
Zone = Annotated[ZoneInfo, BeforeValidator(parse_zone)]
