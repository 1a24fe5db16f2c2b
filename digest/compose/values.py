"""What the attributes of MJML may be set to: a length without its unit makes MRML lose the whole layout in silence."""

import re
from functools import lru_cache

import tinycss2.color4

_LENGTH = re.compile(r"\d+(\.\d+)?(px|em|%)|0|auto")
_LINE_HEIGHT = re.compile(r"\d+(\.\d+)?(px|em|%)?|normal")
_CHOICES = {
    "align": frozenset({"left", "center", "right", "justify"}),
    "text-align": frozenset({"left", "center", "right", "justify"}),
    "direction": frozenset({"ltr", "rtl"}),
    "vertical-align": frozenset({"top", "middle", "bottom"}),
}
_LENGTHS = re.compile(
    r"(inner-|icon-|ico-|text-)?padding(-\w+)?|(border|font|icon|ico-font|tb)?-?(width|height|size)|max-height"
    r"|(inner-)?border-radius|background-(width|height)|icon-(width|height|size)"
)
_COLORS = re.compile(r"([\w-]+-)?color")


@lru_cache(maxsize=1024)
def mistake(name: str, value: str) -> str | None:
    """What the attribute `name` takes, when `value` is none of it; None when it is, or when any text will do."""
    value = value.strip()
    if name in _CHOICES:
        return None if value in _CHOICES[name] else f"it takes {', '.join(sorted(_CHOICES[name]))}"
    if name == "line-height":
        return None if _LINE_HEIGHT.fullmatch(value) else "it takes a number, or a length like 24px"
    if _COLORS.fullmatch(name):
        return None if tinycss2.color4.parse_color(value) else "it takes a colour like #1a2b3c"
    if _LENGTHS.fullmatch(name) and not _lengths(value):
        return "it takes lengths with their unit, like 20px, none below zero"
    return None


def _lengths(value: str) -> bool:
    parts = value.replace("/", " ").split()
    return bool(parts) and all(_LENGTH.fullmatch(part) for part in parts)
