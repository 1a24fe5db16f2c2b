"""Wraps plain text for a screen of fixed width. Addresses stay whole; scripts without spaces break anywhere."""

import re
import unicodedata

# A run of letters, one wide character, or white space.
_PIECE = re.compile(r"\s+|[^\s\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]+|.", re.DOTALL)
_CLOSING = frozenset("、。，．：；！？）」』】》〉”’…")


def wrap(text: str, width: int = 72, indent: str = "", first: str | None = None) -> str:
    """The text in lines of at most `width` columns. `first` indents the first line, `indent` the others."""
    lines: list[str] = []
    for paragraph in str(text).split("\n"):
        lines += _wrap_paragraph(paragraph, width, indent, indent if first is None or lines else first)
    return "\n".join(lines)


def _wrap_paragraph(text: str, width: int, indent: str, first: str) -> list[str]:
    lines, line, used = [], first, columns(first)
    empty, gap = True, ""
    for piece in _PIECE.findall(text):
        if piece.isspace():
            gap = "" if empty else " "
            continue
        needed = columns(piece)
        if not empty and used + len(gap) + needed > width and piece not in _CLOSING:
            lines.append(line)
            line, used, gap = indent, columns(indent), ""
        line += gap + piece
        used += len(gap) + needed
        empty, gap = False, ""
    return [*lines, line.rstrip()]


def columns(text: str) -> int:
    """How many columns a text takes on a terminal: two a wide character, none a combining one."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
