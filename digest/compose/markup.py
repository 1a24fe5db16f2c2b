"""Reads MJML as a run of tags, comments and text, with the place of each, and never gives up on a mistake."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a piece of MJML is. A stray piece is a `<` that begins nothing."""

    OPEN = "open"
    CLOSE = "close"
    EMPTY = "empty"
    COMMENT = "comment"
    TEXT = "text"
    STRAY = "stray"


@dataclass(slots=True)
class Piece:
    """One piece. `start` is its offset; `name` is that of a tag, `body` what stands inside the delimiters."""

    kind: Kind
    start: int
    name: str
    body: str


# Within a tag, quoted values may hold anything but `<`: so a forgotten quote ends at the next tag. The possessive
# loop keeps a tag without an end from being tried over and over.
_PIECE = re.compile(
    r"<!--(?P<comment>.*?)-->"
    r"|<(?P<end>/?)(?P<name>[A-Za-z][\w:.\-]*)(?P<body>(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+)>"
    r"|(?P<stray><)"
    r"|(?P<text>[^<]+)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"\s*(?P<name>[^\s=\"'/]+)(?:\s*=\s*(?:\"(?P<d>[^\"]*)\"|'(?P<s>[^']*)'|(?P<bare>[^\s\"']+)))?")
_RAW = ("mj-style", "style")


def pieces(text: str) -> Iterator[Piece]:
    """The pieces of a text, in order. What a style tag holds is one piece of text."""
    position = 0
    while position < len(text):
        found = _PIECE.match(text, position)
        if found is None:  # never: the last two branches take whatever the others leave
            raise AssertionError(f"no piece at {position}")
        position = found.end()
        piece = _piece(found)
        yield piece
        if piece.kind is Kind.OPEN and piece.name in _RAW:
            end = text.find(f"</{piece.name}", position)
            if end > position:
                yield Piece(Kind.TEXT, position, "", text[position:end])
                position = end


def _piece(found: re.Match[str]) -> Piece:
    start = found.start()
    match found.lastgroup:
        case "text":
            return Piece(Kind.TEXT, start, "", found["text"])
        case "comment":
            return Piece(Kind.COMMENT, start, "", found["comment"])
        case "stray":
            return Piece(Kind.STRAY, start, "", "")
    body = found["body"]
    if found["end"]:
        return Piece(Kind.CLOSE, start, found["name"], body)
    if body.endswith("/"):
        return Piece(Kind.EMPTY, start, found["name"], body[:-1])
    return Piece(Kind.OPEN, start, found["name"], body)


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a tag. `quoted` is false for a value that stands bare, and for none at all (`value` is None)."""

    name: str
    value: str | None
    quoted: bool


def attributes(body: str) -> list[Attribute]:
    """The attributes in a tag's body."""
    found = []
    for match in _ATTRIBUTE.finditer(body):
        quoted = match["d"] if match["d"] is not None else match["s"]
        found.append(Attribute(match["name"], quoted if quoted is not None else match["bare"], quoted is not None))
    return found
