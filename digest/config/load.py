"""Finds, reads and checks a configuration file, and tells every problem in it at once."""

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from digest.config.settings import SOURCE_TYPES, Settings, name_of_place
from digest.errors import ConfigError, Problem

_PATH_KEYS = (
    ("theme", "dir"),
    ("transport", "dir"),
    ("transport", "ca_file"),
    ("transport", "password_file"),
    ("transport", "oauth2_file"),
    ("dkim", "key_file"),
    ("bounces", "path"),
    ("summarizer", "cache_dir"),
    ("summarizer", "prompt"),
    ("output", "dir"),
)
# Files that hold one article; digest/collect/document.py reads them.
_ARTICLES = frozenset({".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".eml"})
_SITEMAP = re.compile(r"sitemap[^/]*\.xml(\.gz)?$")
_LOGIN = re.compile(r"(?<=://)[^@/\s]+(?=@)")
_HINT_INIT = "write one with `digest init`, or name another with -c PATH"


def find_config(given: Path | None) -> Path:
    """The configuration file to use: as given, `$DIGEST_CONFIG`, `./config.toml`, or the user's config folder.

    Raises ConfigError when there is none.
    """
    named = given or (Path(env) if (env := os.environ.get("DIGEST_CONFIG")) else None)
    if named is not None:
        if not named.is_file():
            raise ConfigError("there is no such file", where=str(named), remedy=_HINT_INIT)
        return named
    places = [Path("config.toml"), *_own_config()]
    for place in places:
        if place.is_file():
            return place
    looked = f"neither {places[0]} nor {places[1]} is there" if places[1:] else f"{places[0]} is not there"
    raise ConfigError(f"no configuration: {looked}", remedy=_HINT_INIT)


def _own_config() -> list[Path]:
    """The configuration in the user's config folder; none for a user without a home, as in a container."""
    from platformdirs import user_config_path

    try:
        return [user_config_path("digest") / "config.toml"]
    except RuntimeError:
        return []


def load_config(path: Path) -> Settings:
    """Read one file into settings with absolute paths. Raises ConfigError that carries every problem found."""
    path = path.absolute()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot be read: {error}", where=str(path)) from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"is not valid TOML: {error}", where=str(path), remedy="mend this place first") from error
    problems = _Problems(path, text)
    _prepare(data, path.parent, problems)
    settings: Settings | None = None
    try:
        settings = Settings.model_validate({**data, "file": path})
    except ValidationError as error:
        for detail in error.errors():
            problems.add_detail(detail)
    if problems.found or settings is None:
        raise ConfigError(problems.in_order())
    return settings


def _prepare(data: dict[str, Any], base: Path, problems: "_Problems") -> None:
    """Make relative paths absolute, fill in what is found out from other keys, and check across tables."""
    for table, key in _PATH_KEYS:
        values = data.get(table)
        if isinstance(values, dict) and isinstance(values.get(key), str):
            values[key] = _absolute(base, values[key])
    if isinstance(transport := data.setdefault("transport", {}), dict):
        transport.setdefault("dir", _absolute(base, "outbox"))
    if isinstance(output := data.setdefault("output", {}), dict):
        output.setdefault("dir", _absolute(base, "out"))
    _prepare_summarizer(data, base)
    for table, key in (("curate", "interests"), ("lint", "clients")):
        values = data.get(table)
        if isinstance(values, dict) and isinstance(values.get(key), list):
            values[key] = tuple(values[key])
    if isinstance(data.get("sections"), list):
        data["sections"] = tuple(data["sections"])
        _same_titles([s for s in data["sections"] if isinstance(s, dict)], problems)
    sources = data.get("sources")
    if isinstance(sources, list):
        data["sources"] = tuple(sources)
        _prepare_sources([s for s in sources if isinstance(s, dict)], base, problems)
    if "file" in data:
        problems.add(("file",), "unknown key", "take this line out")
        del data["file"]


def _prepare_summarizer(data: dict[str, Any], base: Path) -> None:
    """A model that is a folder is one beside the file; a prompt in the folder of templates is found there."""
    summarizer = data.setdefault("summarizer", {})
    if not isinstance(summarizer, dict):
        return
    model = summarizer.get("model")
    if isinstance(model, str) and (
        model.startswith(("/", ".", "~")) or (model not in {"", "builtin"} and _absolute(base, model).is_dir())
    ):
        summarizer["model"] = str(_absolute(base, model))
    theme, newsletter = data.get("theme"), data.get("newsletter")
    folder = theme.get("dir") if isinstance(theme, dict) else None
    if isinstance(folder, Path) and "prompt" not in summarizer:
        language = newsletter.get("language", "en") if isinstance(newsletter, dict) else "en"
        names = [f"summary.{re.split('[-_]', language)[0]}.jinja"] if isinstance(language, str) else []
        files = [folder / "prompts" / name for name in [*names, "summary.jinja"]]
        if found := next((file for file in files if file.is_file()), None):
            summarizer["prompt"] = found


def _prepare_sources(sources: list[dict[str, Any]], base: Path, problems: "_Problems") -> None:
    names: dict[str, int] = {}
    for index, source in enumerate(sources):
        if isinstance(source.get("path"), str):
            source["path"] = _absolute(base, source["path"])
        for key in ("include", "exclude"):
            if isinstance(source.get(key), list):
                source[key] = tuple(source[key])
        source.setdefault("type", guess_source_type(source))
        place = source.get("url") or source.get("path")
        if place and "name" not in source:
            source["name"] = name_of_place(str(place))
        name = source.get("name", f"source {index + 1}")
        source["name"] = name
        if isinstance(name, str) and names.setdefault(name, index) != index:
            problems.add(
                ("sources", index, "name"),
                f"two sources are named {name!r} (number {names[name] + 1} and number {index + 1})",
                "give each a name of its own",
            )


def _same_titles(sections: list[dict[str, Any]], problems: "_Problems") -> None:
    titles: dict[object, int] = {}
    for index, section in enumerate(sections):
        title = section.get("title")
        if isinstance(title, str) and titles.setdefault(title, index) != index:
            problems.add(("sections", index, "title"), f"two sections are titled {title!r}", "make them one")


def guess_source_type(source: Mapping[str, Any]) -> str:
    """The type of a source that does not say: from its path or address."""
    if path := source.get("path"):
        return _type_of_path(Path(path))
    url = str(source.get("url", "")).lower()
    if _SITEMAP.search(url):
        return "sitemap"
    if url.startswith(("imap:", "imaps:")):
        return "mailbox"
    return "feed"


def _type_of_path(path: Path) -> str:
    # Not Path.is_dir, which fails where nobody may look: that is told of this source when it is read.
    if os.path.isdir(path):  # noqa: PTH112
        return "mailbox" if all(os.path.isdir(path / name) for name in ("cur", "new")) else "folder"  # noqa: PTH112
    if path.suffix.lower() in _ARTICLES:
        return "page"
    if path.suffix.lower() == ".mbox" or _begins_with(path, b"From "):
        return "mailbox"
    return "sitemap" if _SITEMAP.search(path.name.lower()) else "feed"


def _begins_with(path: Path, start: bytes) -> bool:
    try:
        if not path.is_file():
            return False
        with path.open("rb") as stream:
            return stream.read(len(start)) == start
    except OSError:
        return False  # it is told when it is read


def _absolute(base: Path, value: str) -> Path:
    # Not Path.expanduser, which fails on a user that is not there; such a path is told as one that does not exist.
    return Path(os.path.normpath(base / os.path.expanduser(value)))  # noqa: PTH111


class _Problems:
    """Gathers problems and knows on which line of the file each key stands."""

    def __init__(self, path: Path, text: str) -> None:
        self.found: list[tuple[int, Problem]] = []
        self._path = path
        self._lines = _key_lines(text)

    def in_order(self) -> list[Problem]:
        return [problem for _, problem in sorted(self.found, key=lambda pair: pair[0])]

    def add(self, location: tuple[str | int, ...], what: str, remedy: str = "") -> None:
        line = next((self._lines[location[:n]] for n in range(len(location), 0, -1) if location[:n] in self._lines), 0)
        where = f"{self._path}:{line}" if line else str(self._path)
        self.found.append((line, Problem(what=what, where=f"{where} {_spoken(location)}".rstrip(), remedy=remedy)))

    def add_detail(self, detail: ErrorDetails) -> None:
        location = tuple(part for part in detail["loc"] if not (isinstance(part, str) and _is_branch(part)))
        if detail["type"] == "extra_forbidden":
            self._add_unknown(location)
        elif (location[:1], location[-1:]) == (("sources",), ("type",)) and detail["type"] == "value_error":
            self.add(location, _sentence(detail), _nearest(str(detail["input"]), SOURCE_TYPES))
        else:
            self.add(location, _sentence(detail))

    def _add_unknown(self, location: tuple[str | int, ...]) -> None:
        known = _known_keys(location[:-1])
        kind = "key" if len(location) > 1 else "table"
        remedy = _nearest(str(location[-1]), known) or f"known here: {', '.join(known)}"
        self.add(location, f"unknown {kind} {location[-1]!r}", remedy)


def _is_branch(part: str) -> bool:
    """Whether pydantic put the part into the location to say which branch of a union it tried."""
    return part.startswith(("function-", "literal[", "constrained-", "nullable"))


def _nearest(word: str, known: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}?" if close else ""


def _known_keys(location: tuple[str | int, ...]) -> tuple[str, ...]:
    model: type[BaseModel] = Settings
    for part in location:
        if isinstance(part, int) or part not in model.model_fields:  # a place in a list, or a name that a person chose
            continue
        annotation = model.model_fields[part].annotation
        candidates = [annotation, *get_args(annotation)]
        model = next(c for c in candidates if isinstance(c, type) and issubclass(c, BaseModel))
    return tuple(field.alias or name for name, field in model.model_fields.items() if name != "file")


def _spoken(location: tuple[str | int, ...]) -> str:
    """`("sources", 2, "limit")` as a person says it: `[[sources]] number 3, limit`."""
    if not location:
        return ""
    if len(location) > 1 and isinstance(location[1], int):
        head, rest = f"[[{location[0]}]] number {location[1] + 1}", location[2:]
        return ", ".join([head, *map(str, rest)])
    return " ".join([f"[{location[0]}]", *map(str, location[1:])])


_TYPES = {
    "string_type": "text in quotes",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "path_type": "a path in quotes",
    "is_instance_of": "a path in quotes",
}


# What texts of a fixed form look like, by the last part of their place.
_FORMS = {
    "language": 'the code of a language, like "en" or "pt-BR"',
    "store.url": '"sqlite:///FILE" or "postgresql://USER@HOST/NAME"',
    "dkim.selector": 'letters, digits, "-" and "."',
}
_VARIABLE = "the name of an environment variable: letters, digits and _"


def _form(location: tuple[str | int, ...]) -> str:
    """How a text that does not have its form is meant to look; empty where nothing better than the pattern is known."""
    key = str(location[-1])
    return _VARIABLE if key.endswith("_env") else _FORMS.get(key) or _FORMS.get(".".join(map(str, location)), "")


def _sentence(detail: ErrorDetails) -> str:
    value = detail["input"]
    shown = _LOGIN.sub("…", repr(value))  # a password in an address is not for the log
    if wanted := _TYPES.get(detail["type"]):
        return f"must be {wanted}, not {shown}"
    if detail["type"] == "string_pattern_mismatch" and (form := _form(detail["loc"])):
        return f"must be {form}, not {shown}"
    if detail["type"] == "value_error":
        said = str(detail["ctx"]["error"])
        return f"{shown} {said}" if isinstance(value, str | int | float) else said
    if detail["type"] == "literal_error":
        return f"must be {detail['ctx']['expected']}, not {shown}"
    message = detail["msg"].replace("Input should be", "must be").replace("String should", "must")
    return f"{message[0].lower()}{message[1:]}, not {shown}"


_HEADER = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_\-.\"' ]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"\s*[\"']?([A-Za-z0-9_\-]+)[\"']?\s*(\.\s*[\"']?([A-Za-z0-9_\-]+)[\"']?\s*)?=")


def _key_lines(text: str) -> dict[tuple[str | int, ...], int]:
    """Where each table and key stands: the first line of each, counted from 1."""
    lines: dict[tuple[str | int, ...], int] = {}
    counts: dict[str, int] = {}
    table: tuple[str | int, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            name = header[2].strip("\"' ")
            if header[1] == "[[":
                counts[name] = counts.get(name, -1) + 1
                table = (name, counts[name])
            else:
                table = tuple(name.split("."))
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            lines.setdefault((*table, key[1], *([key[3]] if key[3] else [])), number)
    return lines
