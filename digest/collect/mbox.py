"""Finds the letters in an mbox file, which may be of any size: it is read in pieces, and one letter at a time."""

import hashlib
import re
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from digest.collect.draft import Rejected
from digest.errors import SourceError

_LETTERS_MAX = 2000  # the latest are read; whoever keeps more has read the others
_FROM = b"From "
_PIECE = 4_000_000
_LINE = 998  # characters, RFC 5322, 2.1.1
# A separator names sender and time (RFC 4155); the empty line that should stand before it is not always there.
# It begins with the end of the line before it, for which a text is searched fast, and ends before that of its own.
_SEPARATOR = re.compile(rb"\nFrom (?=[^\r\n]{0,%d}?\b\d\d:\d\d)[^\r\n]{0,%d}+\r?(?=\n)" % (_LINE, 2 * _LINE))
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Span:
    """Where a letter stands in its file: the bytes from `start` up to `end`."""

    start: int
    end: int


def list_mbox(path: Path) -> tuple[list[Span], str]:
    """The letters of an mbox file, the latest first, and its SHA-256. Raises SourceError when it is none."""
    try:
        if path.exists() and not path.is_file():
            raise SourceError("it is a folder or a device, not a file", where=str(path))
        with path.open("rb") as stream:
            return _scan(stream, path)
    except FileNotFoundError as error:
        raise SourceError("there is no such file", where=str(path), remedy="check path in [[sources]]") from error
    except OSError as error:
        raise SourceError(f"it cannot be read: {error.strerror or error}", where=str(path)) from error


def read_mbox(path: Path, span: Span, max_mb: float) -> bytes:
    """One letter of an mbox file. Raises OSError, and Rejected when it is larger than `max_mb`."""
    if span.end - span.start > max_mb * 1_000_000:
        raise Rejected(f"it is larger than {max_mb:g} MB")
    with path.open("rb") as stream:
        stream.seek(span.start)
        return _QUOTED.sub(rb"\1", stream.read(span.end - span.start))


def split_mbox(data: bytes) -> list[bytes]:
    """The letters of an mbox file, the oldest first, with their "From " lines still quoted."""
    text = b"\n" + data
    ends = [(found.start() + 1, found.end() + 1) for found in _SEPARATOR.finditer(text)]
    starts, stops = [1, *(end for _, end in ends)], [*(start for start, _ in ends), len(text)]
    parts = [text[start:stop] for start, stop in zip(starts, stops, strict=True)]
    return [part for part in parts if part.strip()]


def _scan(stream: BinaryIO, path: Path) -> tuple[list[Span], str]:
    whole = hashlib.sha256()
    spans: deque[Span] = deque(maxlen=_LETTERS_MAX)
    first = stream.read(len(_FROM))
    if first.strip() and first != _FROM:
        raise SourceError("it is not an mbox file", where=str(path), remedy='it must begin with a line "From …"')
    stream.seek(0)
    held, offset, start = b"\n", -1, 0  # as if a line had ended before the first
    while piece := stream.read(_PIECE):
        whole.update(piece)
        held += piece
        done = 0
        for found in _SEPARATOR.finditer(held):
            before = offset + found.start() + 1
            if before > start:
                spans.append(Span(start, before))
            start, done = offset + found.end() + 1, found.end()
        # A separator may be cut in two, and is known by the end of the line before it.
        kept = max(done, len(held) - 2 * _LINE - 100, 0)
        held, offset = held[kept:], offset + kept
    if offset + len(held) > start:
        spans.append(Span(start, offset + len(held)))
    return list(reversed(spans)), whole.hexdigest()
