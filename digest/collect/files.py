"""Reads local files as sources: whole, within a limit of size, and never out of the folder that was named."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from digest.collect.draft import Rejected
from digest.errors import SourceError

_FILES_MAX = 20_000


def read_source_file(path: Path, max_mb: float) -> bytes:
    """The bytes of a file that is a source itself. Raises SourceError that says what is wrong with it."""
    try:
        return read_file(path, max_mb)
    except Rejected as error:
        raise SourceError(str(error), where=str(path)) from error
    except FileNotFoundError as error:
        raise SourceError("there is no such file", where=str(path), remedy="check path in [[sources]]") from error
    except OSError as error:
        raise SourceError(
            f"it cannot be read: {error.strerror or error}", where=str(path), remedy="check who may read it"
        ) from error


def read_file(path: Path, max_mb: float) -> bytes:
    """The bytes of a regular file. Raises OSError, and Rejected when it is no file or too large."""
    if not path.is_file():
        if path.exists():
            raise Rejected("it is a folder or a device, not a file")
        raise FileNotFoundError(path)
    with path.open("rb") as stream:
        data = stream.read(int(max_mb * 1_000_000) + 1)
    if len(data) > max_mb * 1_000_000:
        raise Rejected(f"it is larger than {max_mb:g} MB")
    return data


def list_files(folder: Path, suffixes: frozenset[str]) -> list[Path]:
    """Files under a folder with one of these endings, the latest changed first. Hidden ones are left out.

    A symbolic link counts only while it stays inside the folder. Raises SourceError when the folder cannot be read.
    """
    try:
        root = folder.resolve(strict=True)
        found = [(path, path.stat().st_mtime) for path in _walk(root) if path.suffix.lower() in suffixes]
    except FileNotFoundError as error:
        raise SourceError("there is no such folder", where=str(folder), remedy="check path in [[sources]]") from error
    except OSError as error:
        what = f"it cannot be read: {error.strerror or error}"
        raise SourceError(what, where=str(folder), remedy="check that it is a folder, and who may read it") from error
    if len(found) > _FILES_MAX:
        raise SourceError(
            f"it holds more than {_FILES_MAX} articles", where=str(folder), remedy="name a smaller folder"
        )
    found.sort(key=lambda pair: (-pair[1], str(pair[0])))
    return [path for path, _ in found]


def _walk(root: Path) -> Iterator[Path]:
    def fail(error: OSError) -> None:
        if error.filename == str(root):
            raise error

    for place, folders, names in os.walk(root, onerror=fail, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in names:
            path = Path(place, name)
            if not name.startswith(".") and path.is_file() and path.resolve().is_relative_to(root):
                yield path


def sha256(data: bytes) -> str:
    """The SHA-256 of some bytes in hex."""
    return hashlib.sha256(data).hexdigest()
