"""The letters of a mailbox as bytes, for those who read them as what they are and not as articles."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from digest.collect.draft import Rejected
from digest.collect.files import read_file
from digest.collect.imap import Imap
from digest.collect.maildir import list_maildir
from digest.collect.mbox import list_mbox, read_mbox
from digest.errors import SourceError

_LETTER_MB = 25.0


@dataclass(frozen=True, slots=True)
class RawLetter:
    """One letter. `ref` is a place for a person; `key` is what it is known by; `read` gives its bytes when asked.

    `read` raises Rejected for a letter that cannot be had, and SourceError when the mailbox is at an end.
    """

    ref: str
    key: str
    read: Callable[[], bytes]


def letters_of_imap(imap: Imap, url: str) -> Iterator[RawLetter]:
    """The letters of an IMAP folder, which stay there as they are. Raises SourceError."""
    validity = imap.state().partition(":")[0]
    for letter in imap.letters():
        key = _key("imap", url, validity, letter.uid, letter.message_id)
        yield RawLetter(f"{url}#{letter.uid}", key, partial(imap.letter, letter.uid))


def letters_of_maildir(folder: Path) -> Iterator[RawLetter]:
    """The letters of a Maildir. Raises SourceError."""
    for path in list_maildir(folder):
        # Flags and folder are part of the name after the ":", and change when somebody reads the letter.
        yield RawLetter(str(path), _key("maildir", str(folder), path.name.partition(":")[0]), partial(_read, path))


def letters_of_mbox(path: Path) -> Iterator[RawLetter]:
    """The letters of an mbox file. Raises SourceError."""
    spans, _ = list_mbox(path)
    for span in spans:
        try:
            content = read_mbox(path, span, _LETTER_MB)
        except Rejected:
            continue  # nothing that large is a report
        except OSError as error:
            raise SourceError(f"it cannot be read: {error.strerror or error}", where=str(path)) from error
        if content.strip():
            yield letter_of_bytes(content, ref=str(path))


def letter_of_bytes(content: bytes, *, ref: str) -> RawLetter:
    """One letter that is there already."""
    return RawLetter(ref, _key("bytes", hashlib.sha256(content).hexdigest()), lambda: content)


def _read(path: Path) -> bytes:
    try:
        return read_file(path, _LETTER_MB)
    except OSError as error:
        raise Rejected(f"it cannot be read: {error.strerror or error}") from error


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
