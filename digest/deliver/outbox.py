"""The transport that needs no server: one .eml file for each recipient, in a folder for each issue."""

import contextlib
import hashlib
import os
import re
from pathlib import Path

from digest.config import Settings
from digest.deliver.message import Letter, Recipient
from digest.deliver.transport import Fence, Holds, Receipt, Upcoming, always, nothing_yet
from digest.errors import OutputError
from digest.model import DeliveryState

_REMEDY = "free some space, or name another folder in [transport] dir, and run again; what is there stays"


class Outbox:
    """Writes letters below `[transport] dir`. A file is there whole or not at all, and written again it is the same.

    A letter is first written under a name of its own, then fenced, then renamed. So the folder tells how an interrupted
    one ended, also where another program fetches the letters from it: what still has its first name was not sent.
    """

    def __init__(self, settings: Settings, issue_id: str) -> None:
        self._folder = settings.transport.dir / issue_id

    def connect(self) -> "OutboxChannel":
        """Make the folder. Raises OutputError."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable(self._folder, error) from error
        return OutboxChannel(self._folder)

    def arrived(self, recipient: Recipient) -> bool | None:
        """Yes when the file is there, no when it still has its first name; neither may mean that it was fetched."""
        path = self._folder / file_name(recipient)
        if path.exists():
            return True
        return False if _unsent(path).exists() else None

    def check(self) -> str:
        """Whether the folder can be written to, or made."""
        parent = next(folder for folder in self._folder.parents if folder.exists())
        if not (parent.is_dir() and os.access(parent, os.W_OK | os.X_OK)):
            what = "may not be written to" if parent.is_dir() else "is not a folder"
            raise OutputError(what, where=str(parent), remedy="name another in [transport] dir")
        return f"outbox in {self._folder.parent}"


class OutboxChannel:
    """Writes one file a letter."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def hand_over(
        self,
        recipient: Recipient,
        letter: Letter,
        fence: Fence,
        *,
        holds: Holds = always,
        upcoming: Upcoming = nothing_yet,
    ) -> Receipt | None:
        """Write the letter to disk, and give it its name; only then is it sent."""
        del holds, upcoming
        path = self._folder / file_name(recipient)
        unsent = _unsent(path)
        try:
            _write(unsent, letter.content)
            if not fence():
                unsent.unlink()
                return None
            unsent.replace(path)
        except OSError as error:
            with contextlib.suppress(OSError):
                unsent.unlink()
            return Receipt(state=DeliveryState.DEFERRED, text=str(error), lost=True, failure=_unwritable(path, error))
        return Receipt(state=DeliveryState.SENT)

    def abort(self) -> None:
        """A file is written at once, or not at all: nobody waits here."""

    def close(self) -> None:
        """Have the names of the files on disk too, where the system can do that."""
        with contextlib.suppress(OSError):
            folder = os.open(self._folder, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


def file_name(recipient: Recipient) -> str:
    """A name that any file system takes, the same for the same recipient, and another for any other."""
    readable = re.sub(r"[^A-Za-z0-9@._+-]", "_", recipient.address)[:100]
    mark = hashlib.sha256(f"{recipient.subscriber_id}\0{recipient.address}".encode()).hexdigest()[:8]
    return f"{recipient.subscriber_id:06d}-{readable}-{mark}.eml"


def _unsent(path: Path) -> Path:
    return path.with_name(f".{path.name}.part")


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())  # the ledger will say "sent", also after a power cut


def _unwritable(path: Path, error: OSError) -> OutputError:
    return OutputError(f"cannot be written: {error.strerror or error}", where=str(path), remedy=_REMEDY)
