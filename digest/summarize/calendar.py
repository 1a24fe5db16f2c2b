"""The names of months and weekdays, long and short, by language."""

import functools
from collections.abc import Callable, Mapping

_SHORTEST = 3  # letters; "di" and "m" are words too


@functools.cache
def month_names(language: str) -> Mapping[str, int]:
    """Names in lower case -> 1…12: English ones, and those of `language` over them."""
    from babel.dates import get_month_names

    return _named(language, get_month_names) | ({"sept": 9} if language == "en" else {})


@functools.cache
def weekday_names(language: str) -> Mapping[str, int]:
    """Names in lower case -> 0 (Monday) … 6: English ones, and those of `language` over them."""
    from babel.dates import get_day_names

    return _named(language, get_day_names) | ({"tues": 1, "thurs": 3, "thur": 3} if language == "en" else {})


def _named(language: str, names: Callable[..., Mapping[int, str]]) -> dict[str, int]:
    from babel import UnknownLocaleError

    found: dict[str, int] = {}
    for locale in ("en", language):
        for width in ("abbreviated", "wide"):
            for context in ("format", "stand-alone"):
                try:
                    table = names(width, context=context, locale=locale)
                except (UnknownLocaleError, ValueError):
                    continue
                found |= {name.casefold().rstrip("."): number for number, name in table.items()}
    return {name: number for name, number in found.items() if len(name) >= _SHORTEST or not name.isascii()}
