"""Problems as the page shows them: place, line, the lines around it, and the remedy, each apart."""

import re
from pathlib import Path
from typing import Any

from digest.errors import DigestError, Problem

_PLACE = re.compile(r"(?P<file>.+?):(?P<line>\d+)(?: (?P<key>.+))?", re.DOTALL)
_AROUND = 2
# Of a configuration only the line that the problem itself shows: there may be a password in the next.
_SHOWN = (".mjml", ".txt", ".jinja", ".po", "theme.toml")
_TOML_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_LONGEST = 240


def as_json(error: DigestError, base: Path) -> list[dict[str, Any]]:
    """Every problem of an error; paths are told from the folder `base` where they lie below it."""
    return [_problem(problem, base) for problem in error.problems]


def _problem(problem: Problem, base: Path) -> dict[str, Any]:
    what, _, line_itself = problem.what.partition("\n")
    file, number = _place(problem)
    return {
        "what": what,
        "where": _relative(problem.where, base),
        "remedy": problem.remedy,
        "lines": _lines(file, number, line_itself.strip()),
    }


def _place(problem: Problem) -> tuple[Path, int]:
    """The file and line of a problem; line 0 where it names none."""
    if place := _PLACE.fullmatch(problem.where):
        return Path(place["file"]), int(place["line"])
    line = _TOML_LINE.search(problem.what)
    return Path(problem.where), int(line[1]) if line else 0


def _relative(where: str, base: Path) -> str:
    return where.removeprefix(f"{base}/")


def _lines(file: Path, number: int, itself: str) -> list[dict[str, Any]]:
    """The line and those around it; the line alone where the file is none to be shown."""
    if file.name.endswith(_SHOWN):
        try:
            lines = file.read_text(encoding="utf-8-sig", errors="replace").splitlines()
        except OSError:
            lines = []
        first = max(1, number - _AROUND)
        if 0 < number <= len(lines):
            return [
                {"number": first + place, "text": line[:_LONGEST], "wrong": first + place == number}
                for place, line in enumerate(lines[first - 1 : number + _AROUND])
            ]
    return [{"number": number, "text": itself, "wrong": True}] if itself else []
