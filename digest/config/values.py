"""Kinds of value that a configuration may hold: durations, rates, addresses, time zones, names, lines, patterns."""

import re
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, StringConstraints

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


def _one_line(value: str) -> str:
    if any(ord(c) < 32 or ord(c) == 127 for c in value):
        raise ValueError("must be one line, without control characters")
    return value


def _http_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be an address that starts with http:// or https://")
    return value


def _header(value: str) -> str:
    if not value.isascii():
        raise ValueError("must be in ASCII, as it stands in the head of a request")
    return value


def _place_url(value: str) -> str:
    if urlsplit(value).scheme in {"imap", "imaps"}:
        if not urlsplit(value).hostname or "@" in urlsplit(value).netloc:
            raise ValueError("must be like imaps://HOST/FOLDER; the user goes into username")
        return value
    if "@" in urlsplit(value).netloc:
        raise ValueError("must not hold a login; use username and password_env")
    return _http_url(value)


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"is no regular expression: {error}") from error
    return value


def _base_url(value: str) -> str:
    return _http_url(value).rstrip("/") if value else value


def _unsubscribe_url(value: str) -> str:
    if not value:
        return value
    if value.count("{token}") != 1:
        raise ValueError("must hold {token} once: the reader's own key is put there")
    if any(not 32 < ord(c) < 127 or c in '<>"' for c in value) or not value.startswith("https://"):
        raise ValueError("must be an address in ASCII that starts with https:// (RFC 8058)")
    return _http_url(value)


def _client(value: str) -> str:
    from digest.config.clients import known_client

    return known_client(value)


def _domain(value: str) -> str:
    try:
        return mailable(f"postmaster@{value}").rpartition("@")[2]
    except ValueError as error:
        raise ValueError('must be what stands behind the "@", like "example.org"') from error


Line = Annotated[str, AfterValidator(_one_line)]
HeaderLine = Annotated[Line, AfterValidator(_header)]
ClientName = Annotated[str, AfterValidator(_client)]
DomainName = Annotated[str, AfterValidator(_domain)]
NAME_MAX = 200
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=NAME_MAX), AfterValidator(_one_line)
]
Pattern = Annotated[str, StringConstraints(min_length=1, max_length=1000), AfterValidator(_pattern)]
HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")]
Variable = Annotated[str, StringConstraints(pattern=r"^([A-Za-z_][A-Za-z0-9_]*)?$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}([-_][A-Za-z0-9]{2,8})*$")]
PlaceUrl = Annotated[str, AfterValidator(_place_url)]
SourceUrl = Annotated[str, StringConstraints(max_length=2000), AfterValidator(_place_url)]
BaseUrl = Annotated[str, AfterValidator(_base_url)]
UnsubscribeUrl = Annotated[str, AfterValidator(_unsubscribe_url)]
