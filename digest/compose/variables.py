"""The variables of a theme: colours, fonts and measures, read from its theme.toml and checked."""

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from digest.errors import Problem, TemplateError

FILE = "theme.toml"

_COLOR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_FONTS = re.compile(r"[\w \-,.]+")
_HEAD = ("name", "description", "extends")
_TABLES = ("light", "dark", "fonts", "layout", "extra")


@dataclass(frozen=True, slots=True, kw_only=True)
class Variables:
    """What a theme's files say of it. Colours are `#rrggbb`; fonts are names apart by commas, unquoted."""

    name: str = ""
    description: str = ""
    extends: str = ""
    light: Mapping[str, str] = field(default_factory=dict)
    dark: Mapping[str, str] = field(default_factory=dict)
    fonts: Mapping[str, str] = field(default_factory=dict)
    layout: Mapping[str, int] = field(default_factory=dict)
    extra: Mapping[str, str | int | float | bool] = field(default_factory=dict)


def read_variables(folder: Path, base: Variables | None = None) -> Variables:
    """The variables in a folder's theme.toml laid over `base`, or `base` when the folder has none.

    With a base, only names that it knows may be set, but for those in `[extra]`, which are free. Raises TemplateError
    that carries every problem found.
    """
    path = folder / FILE
    if not path.is_file():
        return base or Variables()
    try:
        text = path.read_text(encoding="utf-8-sig")
        data = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TemplateError(f"cannot be read: {error}", where=str(path), remedy="mend this file first") from error
    problems = [_Problem(*found) for found in _wrong(data, base)]
    if problems:
        raise TemplateError([problem.told(path, text) for problem in problems])
    return _laid_over(data, base or Variables())


@dataclass(frozen=True, slots=True)
class _Problem:
    table: str
    key: str
    what: str
    remedy: str

    def told(self, path: Path, text: str) -> Problem:
        line = _line_of(text, self.table, self.key)
        name = f"[{self.table}] {self.key}" if self.table else self.key
        return Problem(what=self.what, where=f"{path}:{line} {name}" if line else str(path), remedy=self.remedy)


def _wrong(data: Mapping[str, Any], base: Variables | None) -> list[tuple[str, str, str, str]]:
    found = []
    for key, value in data.items():
        if key in _TABLES:
            if not isinstance(value, dict):
                found.append(("", key, "must be a table", f"write [{key}] on a line of its own"))
                continue
            known = getattr(base, key) if base and key != "extra" else None
            found += [
                (key, *wrong) for name, entry in value.items() if (wrong := _wrong_entry(key, name, entry, known))
            ]
        elif key not in _HEAD:
            found.append(("", key, f"unknown key {key!r}", _nearest(key, (*_HEAD, *_TABLES))))
        elif not isinstance(value, str):
            found.append(("", key, f"must be text in quotes, not {value!r}", ""))
    return found


def _wrong_entry(table: str, name: str, value: object, known: Mapping[str, Any] | None) -> tuple[str, str, str] | None:
    if known is not None and name not in known:
        return name, f"unknown name {name!r}", _nearest(name, known)
    if table in {"light", "dark"} and not (isinstance(value, str) and _COLOR.fullmatch(value)):
        return name, f"must be a colour like #1a2b3c, not {value!r}", ""
    if table == "fonts" and not (isinstance(value, str) and _FONTS.fullmatch(re.sub("[\"']", "", value))):
        return name, f"must be names of fonts apart by commas, not {value!r}", ""
    if table == "layout" and not (isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1200):
        return name, f"must be a whole number of pixels from 0 to 1200, not {value!r}", ""
    if table == "extra" and not isinstance(value, str | int | float | bool):
        return name, f"must be text, a number, or true or false, not {value!r}", ""
    return None


def _nearest(word: str, known: Any) -> str:
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}?" if close else f"known here: {', '.join(known)}"


def _line_of(text: str, table: str, key: str) -> int:
    current = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[([\w-]+)\]", line):
            current = header[1]
            if not table and current == key:
                return number
        elif current == table and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return number
    return 0


def _laid_over(data: Mapping[str, Any], base: Variables) -> Variables:
    changes: dict[str, Any] = {}
    for member in fields(Variables):
        if member.name not in data:
            continue
        value = data[member.name]
        if member.name in _TABLES:
            value = {**getattr(base, member.name), **{k: _normal(member.name, v) for k, v in value.items()}}
        changes[member.name] = value
    return replace(base, **changes)


def _normal(table: str, value: Any) -> Any:
    """A value in the one form that templates get: six digits a colour, fonts without quotes (CSS needs none)."""
    if table in {"light", "dark"}:
        digits = value[1:].lower()
        return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))
    if table == "fonts":
        return re.sub("[\"']", "", value)
    return value
