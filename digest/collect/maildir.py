"""Finds the letters in mailboxes on disk: Maildir and mbox."""

import re
from collections.abc import Iterator
from pathlib import Path

from digest.collect.draft import Rejected
from digest.collect.files import read_file, sha256
from digest.errors import SourceError

_LETTERS_MAX = 2000  # the latest are read; whoever keeps more has read the others
_MBOX_MB = 500.0
# A separator names sender and time (RFC 4155); the empty line that should stand before it is not always there.
_SEPARATOR = re.compile(rb"(?:\A|(?<=\n))From [^\r\n]*\b\d\d:\d\d[^\r\n]*\r?\n")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


def list_maildir(folder: Path) -> list[Path]:
    """The letters of a Maildir, the latest first. Raises SourceError when it is none."""
    if not any((folder / name).is_dir() for name in ("cur", "new")):
        remedy = 'name a folder with cur and new in it; for a folder of .eml files, use type = "folder"'
        raise SourceError("it is not a Maildir", where=str(folder), remedy=remedy)
    try:
        found = [(path.stat().st_mtime, path) for path in _letters(folder)]
    except OSError as error:
        raise SourceError(f"it cannot be read: {error.strerror or error}", where=str(folder)) from error
    return [path for _, path in sorted(found, key=lambda pair: (-pair[0], pair[1].name))[:_LETTERS_MAX]]


def read_mbox(path: Path, max_mb: float) -> tuple[list[bytes], tuple[tuple[str, str], ...], str]:
    """The letters of an mbox file, the latest first, those that cannot be read with the reason, and its SHA-256.

    Raises SourceError when it is none.
    """
    try:
        data = read_file(path, _MBOX_MB)
    except Rejected as error:
        raise SourceError(str(error), where=str(path)) from error
    except FileNotFoundError as error:
        raise SourceError("there is no such file", where=str(path), remedy="check path in [[sources]]") from error
    except OSError as error:
        raise SourceError(f"it cannot be read: {error.strerror or error}", where=str(path)) from error
    if data.strip() and not data.startswith(b"From "):
        raise SourceError("it is not an mbox file", where=str(path), remedy='it must begin with a line "From …"')
    letters, skipped = [], []
    for letter in reversed(split_mbox(data)[-_LETTERS_MAX:]):
        if len(letter) > max_mb * 1_000_000:
            skipped.append((f"{path}#{sha256(letter)[:16]}", f"it is larger than {max_mb:g} MB"))
        else:
            letters.append(_QUOTED.sub(rb"\1", letter))
    return letters, tuple(skipped), sha256(data)


def _letters(folder: Path) -> Iterator[Path]:
    for name in ("cur", "new"):
        if (folder / name).is_dir():
            for path in (folder / name).iterdir():
                if not path.name.startswith(".") and path.is_file() and not path.is_symlink():
                    yield path


def split_mbox(data: bytes) -> list[bytes]:
    """The letters of an mbox file, the oldest first, with their "From " lines still quoted."""
    parts = _SEPARATOR.split(data)
    return [part for part in parts if part.strip()]
