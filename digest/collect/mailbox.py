"""The source kind `mailbox`: the letters of a Maildir, an mbox file or an IMAP folder. Nothing in it is changed."""

import asyncio
import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from digest.collect.caller import password_of
from digest.collect.draft import Draft, Rejected
from digest.collect.files import read_file, sha256
from digest.collect.identity import draft_keys, file_key
from digest.collect.imap import Imap, Letter
from digest.collect.maildir import list_maildir
from digest.collect.mbox import Span, list_mbox, read_mbox
from digest.collect.source import Find, Reading, Room
from digest.config import SourceSettings
from digest.errors import SourceError
from digest.store.sources import SourceHealth

T = TypeVar("T")

_NAMED = 16  # characters of the SHA-256 of a letter that name it


class MailboxReader:
    """Reads letters as articles, the latest first; a letter is opened only when it was never seen.

    Files are read in threads, for a mailbox may be gigabytes, and other sources are being fetched meanwhile.
    """

    def __init__(self) -> None:
        self._spans: dict[str, Span] = {}
        self._imap: Imap | None = None
        self._turn = asyncio.Lock()

    async def read(self, source: SourceSettings, health: SourceHealth, room: Room) -> Reading:
        """The letters of the mailbox."""
        if source.url is not None:
            return await self._read_imap(source, health, room)
        path = Path(source.ref)
        if os.path.isdir(path):  # noqa: PTH112 - Path fails where it may not look
            return await asyncio.to_thread(_read_maildir, path, source, health, room)
        return await self._read_mbox(path, source, health, room)

    async def open(self, find: Find, source: SourceSettings, room: Room) -> Draft:
        """The article of one letter."""
        if self._imap is not None:
            async with self._turn:  # one connection, one question at a time
                data = await _within(room, self._imap, self._imap.letter, find.ref.rpartition("#")[2])
        else:
            try:
                data = await asyncio.to_thread(self._on_disk, find, source, room)
            except OSError as error:
                raise SourceError(f"it cannot be read: {error.strerror or error}", where=find.ref) from error
        return await room.workers.document(data, name="letter.eml", now=room.now)

    def _on_disk(self, find: Find, source: SourceSettings, room: Room) -> bytes:
        if find.ref not in self._spans:
            return read_file(Path(find.ref), room.settings.max_page_mb)
        data = read_mbox(Path(source.ref), self._spans[find.ref], room.settings.max_page_mb)
        if not find.ref.endswith(sha256(data)[:_NAMED]):
            raise SourceError("it was changed while it was read", where=source.ref, remedy="it is read again next time")
        return data

    async def _read_imap(self, source: SourceSettings, health: SourceHealth, room: Room) -> Reading:
        limits = room.settings
        self._imap = imap = Imap(
            source.ref, source.username, password_of(source) if source.username else "",
            timeout=limits.timeout, allow_private=limits.allow_private, max_bytes=int(limits.max_page_mb * 1_000_000),
        )  # fmt: skip
        room.closing.push_async_callback(_close, room, imap)
        state = await _within(room, imap, imap.state)
        if state and state == health.etag:
            return Reading(unchanged=True)
        letters = await _within(room, imap, imap.letters)
        finds = tuple(_imap_find(source, letter, state) for letter in letters)
        return Reading(finds=finds, etag=state, titled=False)

    async def _read_mbox(self, path: Path, source: SourceSettings, health: SourceHealth, room: Room) -> Reading:
        spans, digest = await asyncio.to_thread(list_mbox, path)
        if digest == health.content_hash:
            return Reading(unchanged=True)
        letters, skipped = await asyncio.to_thread(_hashed, path, spans, room.settings.max_page_mb)
        finds = []
        for key, span in letters:
            self._spans[f"{path}#{key[:_NAMED]}"] = span
            finds.append(Find(ref=f"{path}#{key[:_NAMED]}", keys=(file_key(source.ref, "", key),)))
        return Reading(finds=tuple(finds), skipped=tuple(skipped), content_hash=digest, titled=False)


async def _within(room: Room, imap: Imap, call: Callable[..., T], *arguments: str) -> T:
    """What a call answers, if it does within the time of a download."""
    asked = asyncio.create_task(asyncio.to_thread(call, *arguments))
    try:
        done, _ = await asyncio.wait({asked}, timeout=room.settings.timeout)
    finally:
        if not asked.done():
            imap.abandon()  # the thread that waits cannot be ended otherwise
    if not done:
        await asyncio.wait({asked})
        asked.exception()  # it says only that the connection was ended
        what = f"no whole answer within {room.settings.timeout:g} seconds"
        raise SourceError(what, where="IMAP", remedy="try later, or raise [collect] timeout")
    return asked.result()


async def _close(room: Room, imap: Imap) -> None:
    with suppress(SourceError):  # all that was wanted was read before
        await _within(room, imap, imap.close)


def _hashed(path: Path, spans: list[Span], max_mb: float) -> tuple[list[tuple[str, Span]], list[tuple[str, str]]]:
    """The letters of an mbox file with their SHA-256, and what could not be read."""
    letters, skipped = [], []
    for span in spans:
        try:
            letter = read_mbox(path, span, max_mb)
        except Rejected as verdict:
            skipped.append((f"{path} at byte {span.start}", str(verdict)))
            continue
        except OSError as error:
            raise SourceError(f"it cannot be read: {error.strerror or error}", where=str(path)) from error
        if letter.strip():
            letters.append((sha256(letter), span))
    return letters, skipped


def _read_maildir(path: Path, source: SourceSettings, health: SourceHealth, room: Room) -> Reading:
    whole = hashlib.sha256()
    finds, skipped = [], []
    for letter in list_maildir(path):
        try:
            digest = sha256(read_file(letter, room.settings.max_page_mb))
        except FileNotFoundError:
            continue  # a mail program renames a letter when it is read; the next look finds it
        except (OSError, Rejected) as error:
            skipped.append((str(letter), str(error)))
            continue
        whole.update(digest.encode())
        # By content alone: flags and folder are part of the name, and change.
        finds.append(Find(ref=str(letter), keys=(file_key(source.ref, "", digest),)))
    if whole.hexdigest() == health.content_hash and not skipped:
        return Reading(unchanged=True)
    return Reading(finds=tuple(finds), skipped=tuple(skipped), content_hash=whole.hexdigest(), titled=False)


def _imap_find(source: SourceSettings, letter: Letter, state: str) -> Find:
    known = draft_keys(source.ref, Draft(title="", guid=letter.message_id)) if letter.message_id else ()
    validity = state.partition(":")[0]
    return Find(ref=f"{source.ref}#{letter.uid}", keys=(*known, file_key(source.ref, validity, letter.uid)))
