"""Finds the letters in a Maildir."""

import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from digest.errors import SourceError

_LETTERS_MAX = 2000  # the latest are read; whoever keeps more has read the others


def list_maildir(folder: Path) -> list[Path]:
    """The letters of a Maildir, the latest first. Raises SourceError when it is none."""
    if not any((folder / name).is_dir() for name in ("cur", "new")):
        remedy = 'name a folder with cur and new in it; for a folder of .eml files, use type = "folder"'
        raise SourceError("it is not a Maildir", where=str(folder), remedy=remedy)
    try:
        found = list(_letters(folder))
    except OSError as error:
        raise SourceError(f"it cannot be read: {error.strerror or error}", where=str(folder)) from error
    return [path for _, path in sorted(found, key=lambda pair: (-pair[0], pair[1].name))[:_LETTERS_MAX]]


def _letters(folder: Path) -> Iterator[tuple[float, Path]]:
    """The letters and when each came."""
    for name in ("cur", "new"):
        if (folder / name).is_dir():
            for path in (folder / name).iterdir():
                with suppress(FileNotFoundError):  # a mail program renames a letter when it is read; it is found again
                    state = path.lstat()
                    if not path.name.startswith(".") and stat.S_ISREG(state.st_mode):
                        yield state.st_mtime, path
