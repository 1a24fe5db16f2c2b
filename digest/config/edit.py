"""Changes the [[sources]] of a configuration file, and leaves everything else in it as its owner wrote it."""

import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from digest.config.load import load_config
from digest.config.settings import Settings, SourceSettings
from digest.errors import ConfigError, OutputError, Problem

_HEADER = re.compile(r"\s*\[\[?\s*([A-Za-z0-9_\-.\"' ]+?)\s*\]\]?\s*(#.*)?$")
_SOURCES = re.compile(r"\s*\[\[\s*[\"']?sources[\"']?\s*\]\]\s*(#.*)?$")
_BY_HAND = "change the [[sources]] of this file by hand"

Value = str | int | float | bool


def add_sources(path: Path, tables: Sequence[Mapping[str, Value]]) -> Settings:
    """Add [[sources]] tables after the last one. Returns the settings as they are now.

    The file is replaced whole or not at all. Raises ConfigError when it would not be right afterwards, OutputError when
    it cannot be written.
    """
    before = load_config(path)
    lines = _lines(path)
    blocks = [end for _, end in _blocks(lines)]
    at = blocks[-1] if blocks else len(lines)
    text = "".join(f"\n{_written(table)}" for table in tables)
    after = "".join([*_ended(lines[:at]), text, *([] if at == len(lines) else lines[at:])])
    return _replace(path, after, before, before.sources, len(tables))


def remove_source(path: Path, number: int) -> Settings:
    """Take out the [[sources]] table that is `number` in the file, counted from 0. Comments after it stay.

    Returns and raises as add_sources does.
    """
    before = load_config(path)
    lines = _lines(path)
    blocks = _blocks(lines)
    if len(blocks) != len(before.sources):
        raise ConfigError("its sources are not written as [[sources]] tables", where=str(path), remedy=_BY_HAND)
    start, end = blocks[number]
    rest = lines[end:]
    while rest and not rest[0].strip() and (not lines[:start] or not lines[start - 1].strip()):
        rest.pop(0)  # the empty line before the table is enough
    kept = (*before.sources[:number], *before.sources[number + 1 :])
    return _replace(path, "".join([*lines[:start], *rest]), before, kept, 0)


def _lines(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:  # line ends stay what they are
            return stream.read().splitlines(keepends=True)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot be read: {error}", where=str(path)) from error


def _blocks(lines: Sequence[str]) -> list[tuple[int, int]]:
    """The first line of each [[sources]] table, and the one after its last value."""
    found = []
    for start, line in enumerate(lines):
        if _SOURCES.match(line):
            end = start + 1
            while end < len(lines) and not _starts_another(lines[end]):
                end += 1
            while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
                end -= 1
            found.append((start, end))
    return found


def _starts_another(line: str) -> bool:
    header = _HEADER.match(line)
    return header is not None and re.match(r"[\"']?sources[\"']?\s*\.", header[1]) is None


def _ended(lines: list[str]) -> list[str]:
    return [*lines[:-1], lines[-1].rstrip("\r\n") + "\n"] if lines else []


def _written(table: Mapping[str, Value]) -> str:
    import tomlkit

    values = tomlkit.table()
    for key, value in table.items():
        values.add(key, value)
    document = tomlkit.document()
    array = tomlkit.aot()
    array.append(values)
    document.add("sources", array)
    return tomlkit.dumps(document)


def _replace(path: Path, text: str, before: Settings, kept: tuple[SourceSettings, ...], more: int) -> Settings:
    """Write the file anew once the result was found to be right: `kept`, then `more` new ones, and all else as before.

    The file keeps the rights that it had.
    """
    place = path.resolve()  # a link goes on being one
    temporary = None
    try:
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="", dir=place.parent, delete=False) as stream:
            temporary = Path(stream.name)
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(place.stat().st_mode & 0o7777)
        after = load_config(temporary)
        if (after.sources[: len(kept)], len(after.sources) - len(kept), _rest(after)) != (kept, more, _rest(before)):
            raise ConfigError("its sources cannot be told from the rest of it", where=str(path), remedy=_BY_HAND)
        temporary.replace(place)
    except OSError as error:
        raise OutputError(f"cannot be written: {error.strerror or error}", where=str(path)) from error
    except ConfigError as error:
        raise ConfigError([_at(problem, temporary, path) for problem in error.problems]) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
    return load_config(path)


def _rest(settings: Settings) -> Settings:
    return settings.model_copy(update={"sources": (), "file": None})


def _at(problem: Problem, temporary: Path | None, path: Path) -> Problem:
    """The problem told of the file that the person knows."""
    return replace(problem, where=problem.where.replace(str(temporary), str(path)))
