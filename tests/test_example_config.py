"""config.example.toml is the reference: every key, with its true default, and it loads as it stands."""

import re
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import BaseModel

from digest.config import Settings, load_config
from digest.config.settings import SectionSettings, SourceSettings
from digest.config.values import parse_duration
from digest.resources import example_config, samples_dir

_TEXT = example_config().read_text(encoding="utf-8")
_TABLE = re.compile(r"\[(\w+)\]")
_UNSET = re.compile(r"# (\w+) = .+")


def _tables() -> dict[str, type[BaseModel]]:
    fields = {name: field.annotation for name, field in Settings.model_fields.items()}
    return {name: kind for name, kind in fields.items() if isinstance(kind, type) and issubclass(kind, BaseModel)}


def _documented() -> dict[str, set[str]]:
    """The keys of each table, set or commented out."""
    found: dict[str, set[str]] = {
        name: set(values) for name, values in tomllib.loads(_TEXT).items() if name != "sources"
    }
    for table, line in _lines_by_table():
        if table and (unset := _UNSET.fullmatch(line)):
            found[table].add(unset[1])
    return found


def _lines_by_table() -> Iterator[tuple[str, str]]:
    table = ""
    for line in _TEXT.splitlines():
        if line.startswith("["):
            header = _TABLE.fullmatch(line)
            table = header[1] if header else ""
        yield table, line


def _plain(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value
    if isinstance(value, ZoneInfo):
        return value.key
    if isinstance(value, Path):
        return value.as_posix()
    return list(value) if isinstance(value, tuple) else value


def _defaults() -> list[tuple[str, str, Any]]:
    return [
        (table, field.alias or name, _plain(field.get_default(call_default_factory=True)))
        for table, kind in _tables().items()
        for name, field in kind.model_fields.items()
    ]


def test_it_documents_every_key_and_no_other() -> None:
    wanted: dict[str, set[str]] = {}
    for table, key, _ in _defaults():
        wanted.setdefault(table, set()).add(key)
    assert _documented() == wanted


@pytest.mark.parametrize(("table", "key", "default"), _defaults())
def test_each_key_stands_with_its_default(table: str, key: str, default: Any) -> None:
    written = tomllib.loads(_TEXT)[table]
    if isinstance(default, timedelta):
        assert parse_duration(written[key]) == default
    elif default is None:
        assert key not in written
    else:
        assert written[key] == default
        assert type(written[key]) is type(default)


@pytest.mark.parametrize("key", [*SourceSettings.model_fields, *SectionSettings.model_fields])
def test_each_key_of_a_source_and_a_section_is_explained(key: str) -> None:
    explained = re.findall(r"^#   ([\w, ]+?)  +\S", _TEXT, flags=re.MULTILINE)
    assert key in {name for names in explained for name in names.split(", ")}


def test_the_defaults_shown_for_a_source_are_the_defaults() -> None:
    first = tomllib.loads(_TEXT)["sources"][0]
    fields = SourceSettings.model_fields
    assert {key: first[key] for key in ("weight", "limit")} == {key: fields[key].default for key in ("weight", "limit")}


def test_every_key_has_a_comment_above_it() -> None:
    lines = _TEXT.splitlines()
    keys = [n for n, (table, line) in enumerate(_lines_by_table()) if table and re.match(r"(# )?\w+ = ", line)]
    assert [lines[n] for n in keys if not re.match(r"# \S+ .+[.:;\"]", lines[n - 1])] == []


def test_it_loads_and_its_sources_are_the_samples() -> None:
    settings = load_config(example_config())
    places = [source.path for source in settings.sources]
    assert all(place is not None and place.exists() for place in places)
    assert {place.relative_to(samples_dir()).parts[0] for place in places if place} == {
        "feeds",
        "pages",
        "notes",
        "saved",
    }


def test_the_sources_shown_as_examples_would_be_accepted(tmp_path: Path) -> None:
    _, _, shown = _TEXT.partition("# Sources of your own may look like these:\n")
    block = shown[: shown.index("\n[collect]")]
    path = tmp_path / "config.toml"
    path.write_text("\n".join(line.removeprefix("#").strip() for line in block.splitlines()), encoding="utf-8")
    assert [source.type for source in load_config(path).sources] == ["feed", "page", "mailbox", "feed"]


def test_the_section_shown_as_an_example_would_be_accepted(tmp_path: Path) -> None:
    block = _TEXT[_TEXT.index("# [[sections]]") : _TEXT.index("# Sources of your own")]
    path = tmp_path / "config.toml"
    path.write_text("\n".join(line.removeprefix("#").strip() for line in block.splitlines()), encoding="utf-8")
    (section,) = load_config(path).sections
    assert (section.title, section.limit) == ("Energy", 5)
