"""Keeps templates from making a text of any length out of a number, or out of a short text."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from jinja2 import Environment
from jinja2.exceptions import SecurityError

from digest.compose.bounds import measure

_LARGEST_NUMBER = 10_000
_LONGEST_RANGE = 10_000
_LONGEST_REPEAT = 100_000
_LARGEST_POWER = 64
_COUNTING = ("batch", "indent", "slice", "tojson", "truncate", "wordwrap")
# Of no use to a theme, and each with a trap of its own.
_LEFT_OUT = ("center", "pprint", "xmlattr", "urlize")
_PADDED = re.compile(r"%[^a-zA-Z%]*(\*|\d{4})")


def limit(environment: Environment) -> None:
    """Take some filters and globals out, and let others refuse what would fill the memory."""
    for name in _LEFT_OUT:
        del environment.filters[name]
    for name in _COUNTING:
        environment.filters[name] = _counting(name, environment.filters[name])
    environment.filters["format"] = _formatting(environment.filters["format"])
    environment.filters["join"] = _joining(environment.filters["join"])
    environment.filters["replace"] = _replacing(environment.filters["replace"])
    del environment.globals["lipsum"]
    environment.globals["range"] = _short_range


def check_operation(operator: str, left: Any, right: Any) -> None:
    """Refuse a product, power or format whose result would be very large. Raises SecurityError."""
    if operator == "*":
        for one, other in ((left, right), (right, left)):
            if hasattr(one, "__len__") and isinstance(other, int) and len(one) * other > _LONGEST_REPEAT:
                raise SecurityError(f"this would repeat something to more than {_LONGEST_REPEAT:,} parts")
    if operator == "**" and isinstance(right, int | float) and abs(right) > _LARGEST_POWER:
        raise SecurityError(f"a power of more than {_LARGEST_POWER} is too large")
    if operator == "+" and hasattr(left, "__len__") and hasattr(right, "__len__"):
        measure(len(left) + len(right))
    if operator == "%" and isinstance(left, str):
        if _PADDED.search(left):
            raise SecurityError("this would pad a text beyond all measure")
        values = right.values() if isinstance(right, dict) else right if isinstance(right, tuple) else (right,)
        # Each value may stand as often as there are signs for one.
        measure(
            len(left) + left.count("%") * max((len(value) for value in values if isinstance(value, str)), default=0)
        )


def _counting(name: str, apply: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(apply)
    def bounded(*arguments: Any, **named: Any) -> Any:
        if any(isinstance(value, int) and abs(value) > _LARGEST_NUMBER for value in (*arguments, *named.values())):
            raise SecurityError(f"{name} takes no number above {_LARGEST_NUMBER:,}")
        return apply(*arguments, **named)

    return bounded


def _formatting(apply: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(apply)
    def bounded(pattern: str, *arguments: Any, **named: Any) -> Any:
        check_operation("%", pattern, arguments)
        return apply(pattern, *arguments, **named)

    return bounded


def _joining(apply: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(apply)
    def bounded(context: Any, value: Any, d: Any = "", attribute: Any = None) -> Any:
        items = list(value)
        measure(len(items) * len(str(d)) + sum(len(item) for item in items if isinstance(item, str)))
        return apply(context, items, d, attribute)

    return bounded


def _replacing(apply: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(apply)
    def bounded(context: Any, text: Any, old: Any, new: Any, *rest: Any) -> Any:
        measure(len(str(text)) + str(text).count(str(old)) * len(str(new)))
        return apply(context, text, old, new, *rest)

    return bounded


def _short_range(*arguments: int) -> range:
    numbers = range(*arguments)
    if len(numbers) > _LONGEST_RANGE:
        raise SecurityError(f"range() of more than {_LONGEST_RANGE:,} numbers")
    return numbers
