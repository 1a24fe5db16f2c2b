"""The variables of a theme: colours, fonts, measures and logo, from its theme.toml and from the configuration."""

import difflib
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from digest.compose.address import safe_image
from digest.config import Settings
from digest.errors import ConfigError, Problem, TemplateError

FILE = "theme.toml"

_COLOR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_FONTS = re.compile(r"[\w \-,.]+")
_WIDEST = 1200
_NARROWEST = 200  # of what lies between the margins
_HEAD = ("name", "description", "extends")
_TABLES = ("light", "dark", "fonts", "layout", "logo", "extra")


@dataclass(frozen=True, slots=True, kw_only=True)
class Variables:
    """What a theme's files say of it. Colours are `#rrggbb`; fonts are names apart by commas, unquoted.

    Measures are in pixels. `logo` holds `image` and `dark_image`, each an address or empty, and `width`.
    """

    name: str = ""
    description: str = ""
    extends: str = ""
    light: Mapping[str, str] = field(default_factory=dict)
    dark: Mapping[str, str] = field(default_factory=dict)
    fonts: Mapping[str, str] = field(default_factory=dict)
    layout: Mapping[str, int] = field(default_factory=dict)
    logo: Mapping[str, str | int] = field(default_factory=dict)
    extra: Mapping[str, str | int | float | bool] = field(default_factory=dict)


def read_variables(folder: Path, base: Variables | None = None) -> Variables:
    """The variables in a folder's theme.toml laid over `base`, or `base` when the folder has none.

    With a base, only names that it knows may be set, but for those in `[extra]`, which are free. Raises TemplateError
    that carries every problem found.
    """
    path = folder / FILE
    if not path.is_file():
        return base or Variables()
    text, data = _contents(path)
    if problems := [wrong.told(path, text, wrong.table) for wrong in _wrong(data, base)]:
        raise TemplateError(problems)
    return _laid_over(data, base or Variables())


def extends(folder: Path) -> str:
    """The theme that the one in a folder extends; empty when none. Raises TemplateError."""
    path = folder / FILE
    return str(_contents(path)[1].get("extends", ""))


def check_extends(folder: Path, known: Collection[str]) -> None:
    """Raises TemplateError when the folder of a user extends none of the themes that it lies over: `known`."""
    wanted = extends(folder) if (folder / FILE).is_file() else ""
    if wanted and wanted not in known:
        what = f"{wanted!r} has no effect: this folder lies over the theme that [theme] name of the configuration names"
        wrong = _Wrong("", "extends", what, f'set name = "{wanted}" there, or take this line out')
        raise TemplateError([wrong.told(folder / FILE, _contents(folder / FILE)[0], "")])


def _contents(path: Path) -> tuple[str, Mapping[str, Any]]:
    return _parsed(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _parsed(path: Path, changed: int) -> tuple[str, Mapping[str, Any]]:
    """The text of a theme.toml and what it says. `changed` is when the file was, so that it is read anew."""
    del changed
    try:
        text = path.read_text(encoding="utf-8-sig")
        return text, tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TemplateError(f"cannot be read: {error}", where=str(path), remedy="mend this file first") from error


def with_configured(variables: Variables, settings: Settings) -> Variables:
    """The variables with those that `[theme.light]` and the other tables of the configuration name.

    Raises ConfigError that carries every problem found.
    """
    data = {table: values for table in _TABLES if (values := getattr(settings.theme, table))}
    if not data:
        return variables
    if wrongs := list(_wrong(data, variables, free=False)):
        path = settings.file or Path("config")
        text = path.read_text(encoding="utf-8-sig") if settings.file else ""
        raise ConfigError([wrong.told(path, text, f"theme.{wrong.table}") for wrong in wrongs])
    return _laid_over(data, variables)


@dataclass(frozen=True, slots=True)
class _Wrong:
    table: str
    key: str
    what: str
    remedy: str = ""

    def told(self, path: Path, text: str, table: str) -> Problem:
        line = _line_of(text, table, self.key)
        name = f"[{table}] {self.key}" if table else self.key
        place = f"{path}:{line}" if line else str(path)
        return Problem(what=self.what, where=f"{place} {name}" if line or table else place, remedy=self.remedy)


def _wrong(data: Mapping[str, Any], base: Variables | None, *, free: bool = True) -> Iterator[_Wrong]:
    """What is wrong in a theme's tables. `free`: names in `[extra]` need not be known to the base."""
    for key, value in data.items():
        if key in _TABLES:
            if not isinstance(value, dict):
                yield _Wrong("", key, "must be a table", f"write [{key}] on a line of its own")
                continue
            known = getattr(base, key) if base else None
            for name, entry in value.items():
                if wrong := _wrong_entry(key, name, entry, known, free=free and key == "extra"):
                    yield _Wrong(key, name, *wrong)
                elif key == "layout" and (squeezed := _squeezed(name, {**(known or {}), **value})):
                    yield _Wrong(key, name, *squeezed)
        elif key not in _HEAD:
            yield _Wrong("", key, f"unknown key {key!r}", _nearest(key, (*_HEAD, *_TABLES)))
        elif not isinstance(value, str):
            yield _Wrong("", key, f"must be text in quotes, not {value!r}")


def _wrong_entry(
    table: str, name: str, value: object, known: Mapping[str, Any] | None, *, free: bool
) -> tuple[str, str] | None:
    if known is not None and name not in known and not free:
        return f"unknown name {name!r}", _nearest(name, known)
    if wanted := _wanted(table, name, value):
        return f"must be {wanted}, not {value!r}", ""
    if table == "extra" and known and type(value) is not type(known.get(name, value)):
        return f"must be of the same kind as {known[name]!r}, not {value!r}", ""
    return None


def _squeezed(name: str, layout: Mapping[str, Any]) -> tuple[str, str] | None:
    """What is wrong when the margins leave no room between them: an e-mail of negative widths."""
    width, margin = layout.get("width"), layout.get("margin", 0)
    if name not in {"width", "margin"} or not isinstance(width, int) or not isinstance(margin, int):
        return None
    if width - 2 * margin >= _NARROWEST:
        return None
    what = f"a width of {width} with a margin of {margin} on both sides leaves {width - 2 * margin} pixels for the text"
    return what, f"leave it at least {_NARROWEST}"


def _wanted(table: str, name: str, value: object) -> str | None:
    """What a value of the table must be; None when it is."""
    if table in {"light", "dark"}:
        return None if isinstance(value, str) and _COLOR.fullmatch(value) else "a colour like #1a2b3c"
    if table == "fonts":
        named = isinstance(value, str) and _FONTS.fullmatch(re.sub("[\"']", "", value))
        return None if named else "names of fonts apart by commas"
    if table == "layout" or (table, name) == ("logo", "width"):
        counted = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _WIDEST
        return None if counted else f"a whole number of pixels from 0 to {_WIDEST}"
    if table == "logo":
        address = isinstance(value, str) and (not value or safe_image(value) == value)
        return None if address else 'an address that begins with https://, or ""'
    return None if isinstance(value, str | int | float | bool) else "text, a number, or true or false"


def _nearest(word: str, known: Any) -> str:
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}?" if close else f"known here: {', '.join(known)}"


def _line_of(text: str, table: str, key: str) -> int:
    """Where a key of a table stands, be it below a header or in an inline table; 0 when it is not found."""
    outer, _, inner = table.rpartition(".")
    return _line_below(text, table, key) or (_line_below(text, outer, inner) if outer else 0)


def _line_below(text: str, table: str, key: str) -> int:
    current = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[\s*([\w.-]+)\s*\]", line):
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
