"""Prints data on standard output: JSON for programs, aligned columns for people."""

import json
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

# What mail servers and web sites say is shown too: it must not move the cursor, or retitle the terminal.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def visible(text: str) -> str:
    """The text without control characters but line breaks and tabs, so that a terminal obeys nothing in it."""
    return _CONTROLS.sub("", text)


def print_json(data: Any) -> None:
    """One JSON document, indented."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2, default=str) + "\n")


def print_json_line(data: Any) -> None:
    """One JSON document on one line, at once: for output that streams."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def print_text(text: str, *, now: bool = False) -> None:
    """Text for a person; `now`, where the command goes on after it."""
    sys.stdout.write(visible(text) + "\n")
    if now:
        sys.stdout.flush()


def print_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Columns as wide as their widest value, so that the output can be read and cut alike."""
    from rich.cells import cell_len  # a Japanese character takes two columns of a terminal, a combining one none

    lines = [tuple(header), *(tuple("" if cell is None else visible(str(cell)) for cell in row) for row in rows)]
    widths = [max(cell_len(line[column]) for line in lines) for column in range(len(header))]
    for line in lines:
        padded = (cell + " " * (width - cell_len(cell)) for cell, width in zip(line, widths, strict=True))
        print_text("  ".join(padded).rstrip())


def local_time(when: datetime | None) -> str:
    """A time as the person at this machine reads it."""
    return when.astimezone().strftime("%Y-%m-%d %H:%M") if when else ""


def iso_time(when: datetime | None) -> str | None:
    """A time as a program reads it: ISO 8601, UTC."""
    return when.strftime("%Y-%m-%dT%H:%M:%SZ") if when else None
