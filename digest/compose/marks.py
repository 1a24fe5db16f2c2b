"""Marks every line that a template writes, so that a fault in what was written is told at the line that wrote it."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from jinja2 import Environment
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

_MARK = re.compile("\x01(\\d+):(\\d+)\x02")


class LineMarks(Extension):
    """Puts a mark before each line of template text. Used only to look for the place of a fault already found."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.files: list[str] = []

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        """Mark the text of one template, and the places where it writes a value."""
        index = len(self.files)
        self.files.append(stream.filename or stream.name or "")
        for token in stream:
            if token.type == "data":
                yield Token(token.lineno, "data", _marked(index, token.lineno, token.value))
                continue
            if token.type == "variable_begin":
                yield Token(token.lineno, "data", _marked(index, token.lineno, ""))
            yield token


def _marked(index: int, first: int, text: str) -> str:
    return "\n".join(f"\x01{index}:{first + offset}\x02{line}" for offset, line in enumerate(text.split("\n")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """A text that was written with marks, without them, and where each part of it came from."""

    text: str
    starts: tuple[int, ...]
    sources: tuple[tuple[str, int], ...]

    def of(self, offset: int) -> tuple[str, int] | None:
        """The file and line that wrote the character at `offset`."""
        index = bisect_right(self.starts, offset) - 1
        return self.sources[index] if index >= 0 else None


def read_marks(marked: str, files: list[str]) -> Places:
    """Take the marks out of a text, and remember what they said."""
    parts: list[str] = []
    starts: list[int] = []
    sources: list[tuple[str, int]] = []
    length = end = 0
    for mark in _MARK.finditer(marked):
        parts.append(marked[end : mark.start()])
        length += len(parts[-1])
        end = mark.end()
        starts.append(length)
        sources.append((files[int(mark[1])], int(mark[2])))
    parts.append(marked[end:])
    return Places(text="".join(parts), starts=tuple(starts), sources=tuple(sources))
