"""Reading the mailbox that delivery reports and requests come to."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, nullcontext
from dataclasses import dataclass
from pathlib import Path

from digest.collect.draft import Rejected
from digest.collect.imap import Imap
from digest.collect.letters import RawLetter, letter_of_bytes, letters_of_imap, letters_of_maildir, letters_of_mbox
from digest.collect.mbox import split_mbox
from digest.config import BouncesSettings, Settings
from digest.deliver.bounces import BounceDesk, Effect, Settled
from digest.errors import ConfigError, InputError, SourceError, TransportError, UsageError
from digest.model import Progress, Skipped, no_progress
from digest.pipeline.build import Clock
from digest.store import Store

_STAGE = "bounces"
_LETTER_BYTES_MAX = 25_000_000
_IMAP_LETTERS_MAX = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPlace:
    """Where letters are: one of an IMAP address, a Maildir, an mbox file, or the bytes of letters themselves."""

    imap: str | None = None
    maildir: Path | None = None
    mbox: Path | None = None
    content: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BouncesRead:
    """What the letters led to, the latest letter first. `seen` were read in an earlier run."""

    settled: tuple[tuple[str, Settled], ...]
    seen: int
    skipped: tuple[Skipped, ...]

    @property
    def counts(self) -> Mapping[Effect, int]:
        """How many letters had each effect."""
        return Counter(settled.effect for _, settled in self.settled)


def read_bounces(
    settings: Settings, store: Store, place: MailPlace | None, *, clock: Clock, progress: Progress = no_progress
) -> BouncesRead:
    """Read the letters at `place`, or where `[bounces]` says, that were not read before. The mailbox stays as it is.

    Safe beside a run that sends. Raises UsageError when no place is named, InputError for a mailbox on disk that is
    none, ConfigError, TransportError when the mail server cannot be used now, StoreError.
    """
    place = place or _configured(settings.bounces)
    desk = BounceDesk(store, settings.bounces)
    settled: list[tuple[str, Settled]] = []
    skipped: list[Skipped] = []
    imap = _imap(place.imap, settings) if place.imap else None
    try:
        with closing(imap) if imap else nullcontext():
            letters = list(_letters(place, imap))
            known = store.letters_read.known(letter.key for letter in letters)
            fresh = [letter for letter in letters if letter.key not in known]
            for done, letter in enumerate(fresh):
                progress("bounces", done, len(fresh))
                try:
                    made = desk.settle(letter.read(), now=clock())
                except Rejected as error:
                    skipped.append(Skipped(stage=_STAGE, ref=letter.ref, reason=str(error)))
                    continue
                settled.append((letter.ref, made))
                if made.effect is not Effect.LATER:
                    store.letters_read.remember([letter.key], now=clock())
            progress("bounces", len(fresh), len(fresh))
    except SourceError as error:
        raise (TransportError if place.imap else InputError)(error.problems) from error
    return BouncesRead(settled=tuple(settled), seen=len(known), skipped=tuple(skipped))


def _configured(bounces: BouncesSettings) -> MailPlace:
    if bounces.url:
        return MailPlace(imap=bounces.url)
    if bounces.path is not None:
        return MailPlace(maildir=bounces.path) if bounces.path.is_dir() else MailPlace(mbox=bounces.path)
    raise UsageError(
        "no mailbox is named", remedy="set url or path in [bounces], or use --imap, --maildir, --mbox or -"
    )


def _letters(place: MailPlace, imap: Imap | None) -> Iterator[RawLetter]:
    if imap is not None and place.imap:
        yield from letters_of_imap(imap, place.imap)
    elif place.maildir is not None:
        yield from letters_of_maildir(place.maildir)
    elif place.mbox is not None:
        yield from letters_of_mbox(place.mbox)
    elif place.content:
        whole = split_mbox(place.content) if place.content.startswith(b"From ") else [place.content]
        yield from (letter_of_bytes(content, ref="standard input") for content in whole)


def _imap(url: str, settings: Settings) -> Imap:
    bounces = settings.bounces
    password = ""
    if bounces.username:
        password = os.environ.get(bounces.password_env, "")
        if not password:
            raise ConfigError(
                f"the environment variable {bounces.password_env} is not set, or empty",
                where="[bounces] password_env",
                remedy="set it where digest runs (in a crontab: a line NAME=… above the job)",
            )
    # The address comes from the configuration or the command line, never from an article: any may be meant.
    return Imap(
        url,
        bounces.username,
        password,
        timeout=settings.transport.timeout,
        allow_private=True,
        max_bytes=_LETTER_BYTES_MAX,
        most=_IMAP_LETTERS_MAX,
    )
