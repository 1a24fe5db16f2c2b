"""Keeps templates from making a text of any length out of a number, or out of a short text."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

from jinja2 import Environment
from jinja2.exceptions import SecurityError

from digest.compose.bounds import measure

_LONGEST_RANGE = 10_000
_LONGEST_REPEAT = 100_000
_LARGEST_POWER = 64
_LARGEST_BITS = 4096  # of a whole number
# The largest number that each of these filters takes.
_COUNTING = {"batch": 10_000, "indent": 1_000, "slice": 10_000, "tojson": 16, "truncate": 10_000, "wordwrap": 10_000,
             "wrap": 10_000}  # fmt: skip
# Of no use to a theme, and each with a trap of its own.
_LEFT_OUT = ("center", "pprint", "xmlattr", "urlize")
# A width of four digits, or one given as a value; a bracket within a name would hide the width from this.
_PADDED = re.compile(r"%(?:\([^()]*\(|(?:\([^()]*\))?[^a-zA-Z%]*(?:\*|\d{4}))")
_WIDEST = 999
_TRANSLATING = frozenset({"_gettext_alias", "gettext", "ngettext", "pgettext", "npgettext"})


def limit(environment: Environment) -> None:
    """Take some filters and globals out, and let others refuse what would fill the memory."""
    for name in _LEFT_OUT:
        del environment.filters[name]
    for name in _COUNTING.keys() & environment.filters.keys():
        environment.filters[name] = _counting(name, environment.filters[name])
    environment.filters["format"] = _formatting(environment.filters["format"])
    environment.filters["join"] = _joining(environment.filters["join"])
    environment.filters["replace"] = _replacing(environment.filters["replace"])
    environment.filters["sum"] = _summing(environment.filters["sum"])
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
    if operator in {"*", "**"} and isinstance(left, int) and isinstance(right, int):
        bits = left.bit_length() * right if operator == "**" else left.bit_length() + right.bit_length()
        if bits > _LARGEST_BITS:
            raise SecurityError(f"this would make a number of more than {_LARGEST_BITS:,} bits")
    if operator == "%" and isinstance(left, str):
        _check_format(left, right)


def check_call(called: Any, arguments: tuple[Any, ...], named: Mapping[str, Any]) -> None:
    """Refuse a call of a text's own method, or of a translation, that would make a very long text."""
    name = getattr(called, "__name__", "")
    if name in _TRANSLATING:
        for text in arguments:
            check_operation("%", text, named)
    text = getattr(called, "__self__", None)
    if not isinstance(text, str):
        return
    if name == "replace" and len(arguments) > 1:
        _check_replace(text, *arguments[:2])
    elif name == "join" and arguments and isinstance(arguments[0], list | tuple | str):
        _check_join(arguments[0], text)


def _check_format(pattern: str, values: Any) -> None:
    if "%" not in pattern:
        return
    if _PADDED.search(pattern):
        raise SecurityError("this would pad a text beyond all measure")
    values = values.values() if isinstance(values, Mapping) else values if isinstance(values, tuple) else (values,)
    # Each value may stand as often as there are signs for one.
    longest = max((len(value) for value in values if isinstance(value, str)), default=0)
    padding = _WIDEST if any(character.isdigit() for character in pattern) else 0
    measure(len(pattern) + pattern.count("%") * max(longest, padding))


def _check_replace(text: Any, old: Any, new: Any) -> None:
    measure(len(str(text)) + str(text).count(str(old)) * len(str(new)))


def _check_join(items: Sequence[Any], between: str) -> None:
    length = 0
    for item in items:
        length += len(str(item)) + len(between)
        measure(length)


def _counting(name: str, apply: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(apply)
    def bounded(*arguments: Any, **named: Any) -> Any:
        values = (*arguments, *named.values())
        if any(isinstance(value, int) and abs(value) > _COUNTING[name] for value in values):
            raise SecurityError(f"{name} takes no number above {_COUNTING[name]:,}")
        texts = [value for value in values if isinstance(value, str)]
        if texts:  # the first is what is filtered; the others may come to stand in it again and again
            added = sum(map(len, texts[1:]))
            if name == "indent":
                lines = texts[0].count("\n") + 1
                measure(lines * max(added, *(value for value in values if isinstance(value, int)), 0))
            else:
                measure(len(texts[0]) * added)
        return apply(*arguments, **named)

    return bounded


def _formatting(apply: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(apply)
    def bounded(pattern: str, *arguments: Any, **named: Any) -> Any:
        check_operation("%", pattern, named or arguments)
        return apply(pattern, *arguments, **named)

    return bounded


def _joining(apply: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(apply)
    def bounded(context: Any, value: Any, d: Any = "", attribute: Any = None) -> Any:
        items = list(value)
        measure(len(items) * len(str(d)))
        if attribute is None:
            _check_join(items, str(d))
        return apply(context, items, d, attribute)

    return bounded


def _replacing(apply: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(apply)
    def bounded(context: Any, text: Any, old: Any, new: Any, *rest: Any) -> Any:
        _check_replace(text, old, new)
        return apply(context, text, old, new, *rest)

    return bounded


def _summing(apply: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(apply)
    def bounded(environment: Any, values: Any, attribute: Any = None, start: Any = 0) -> Any:
        if not isinstance(start, int | float):
            raise SecurityError("sum adds up numbers only")
        return apply(environment, values, attribute, start)

    return bounded


def _short_range(*arguments: int) -> range:
    numbers = range(*arguments)
    if len(numbers) > _LONGEST_RANGE:
        raise SecurityError(f"range() of more than {_LONGEST_RANGE:,} numbers")
    return numbers
