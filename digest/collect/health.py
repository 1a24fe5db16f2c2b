"""Decides what is remembered of a source after each look at it."""

from dataclasses import replace
from datetime import datetime

from digest.collect.fetch import FetchError
from digest.collect.prose import clean
from digest.collect.source import Reading
from digest.store.sources import SourceHealth

_ERROR_MAX = 1000
MOVES = 3  # permanent redirects in a row, after which the new address is asked at once


def after_reading(health: SourceHealth, reading: Reading, *, complete: bool, now: datetime) -> SourceHealth:
    """The source was read. Validators are kept only when nothing in it was left for the next look."""
    moved_to, moved_count = _moves(health, reading.moved_to)
    well = replace(
        health,
        last_success=now,
        error="",
        failures=0,
        retry_after=None,
        moved_to=moved_to,
        moved_count=moved_count,
    )
    if reading.unchanged:
        return well
    well = replace(well, title=reading.title)
    if not complete:
        return replace(well, etag="", last_modified="", content_hash="")
    return replace(well, etag=reading.etag, last_modified=reading.last_modified, content_hash=reading.content_hash)


def after_failure(health: SourceHealth, error: Exception, *, now: datetime) -> SourceHealth:
    """The source could not be read. One that is gone is paused; one that was followed elsewhere is sought at home."""
    gone = isinstance(error, FetchError) and error.gone
    retry_after = error.retry_after if isinstance(error, FetchError) else None
    return replace(
        health,
        last_error=now,
        error=clean(str(error))[:_ERROR_MAX],
        failures=health.failures + 1,
        paused=health.paused or gone,
        retry_after=retry_after,
        moved_to="",
        moved_count=0,
    )


def is_gone(health: SourceHealth) -> bool:
    """Whether digest paused the source by itself; when a person pauses one, its failures are counted anew."""
    return health.paused and health.failures > 0


def _moves(health: SourceHealth, moved_to: str) -> tuple[str, int]:
    if not moved_to:
        # Asked at its new address there is no redirect any more, and the address stays the one to ask.
        return (health.moved_to, health.moved_count) if health.moved_count >= MOVES else ("", 0)
    return moved_to, health.moved_count + 1 if moved_to == health.moved_to else 1


def address(health: SourceHealth) -> str:
    """Where a source is to be asked for."""
    return health.moved_to if health.moved_count >= MOVES else health.ref


def next_look(health: SourceHealth | None, *, now: datetime) -> str:
    """What the next run will do with a source, in a few words."""
    if health is None:
        return "read it for the first time"
    if health.paused:
        return "nothing: it is paused"
    if health.retry_after is not None and health.retry_after > now:
        return f"wait until {health.retry_after:%Y-%m-%d %H:%M}Z"
    if address(health) != health.ref:
        return "ask where it moved to"
    return "try it again" if health.failures else "read what is new"
