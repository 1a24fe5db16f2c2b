"""Reads every source once and keeps what is new: one source failing never stops the others."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime

from digest import plugins
from digest.collect.article import make_article
from digest.collect.draft import Rejected
from digest.collect.fetch import Fetcher, FetchError
from digest.collect.health import after_failure, after_reading, is_gone
from digest.collect.identity import draft_keys
from digest.collect.keeper import Keeper
from digest.collect.notices import Opened, without_notices
from digest.collect.order import taking_turns
from digest.collect.recorder import Recorder
from digest.collect.source import Find, Reading, Room, SourceReader
from digest.collect.wanted import is_wanted
from digest.collect.workers import Workers
from digest.config import CollectSettings, SourceSettings
from digest.errors import DigestError, SourceError, StoreError
from digest.model import Article, Collected, Progress, Skipped, SourceReport
from digest.store import Store
from digest.store.articles import Arrival
from digest.store.sources import SourceHealth

_STAGE = "collect"
_READING = 32  # sources that are being read and stored while others are fetched


@dataclass(frozen=True, slots=True)
class _Outcome:
    report: SourceReport
    new: tuple[Article, ...] = ()
    skipped: tuple[Skipped, ...] = ()


async def collect_sources(
    sources: Sequence[SourceSettings],
    settings: CollectSettings,
    store: Store,
    *,
    now: datetime,
    clock: Callable[[], datetime],
    offline: bool,
    progress: Progress,
) -> Collected:
    """Read the sources side by side; what is reported is in their order. Raises StoreError."""
    health = store.sources.health()
    recorder, keeper = Recorder(store.sources), Keeper(store.articles)
    done = 0
    async with Fetcher(settings, clock) as fetcher, Workers() as workers, AsyncExitStack() as closing:
        room = Room(fetcher, workers, settings, now, closing)
        # More at a time would only hold more of what was fetched in memory.
        places = asyncio.Semaphore(settings.concurrency + _READING)

        async def one(source: SourceSettings) -> _Outcome:
            nonlocal done
            async with places:
                known = health.get(source.ref) or SourceHealth(ref=source.ref)
                outcome = await _Run(source, known, room, store, keeper, recorder).outcome(offline=offline)
            done += 1
            progress("collect", done, len(sources))
            return outcome

        try:
            async with asyncio.TaskGroup() as group:
                tasks = {number: group.create_task(one(sources[number])) for number in taking_turns(sources)}
        finally:
            await keeper.close()
            recorder.flush()
    outcomes = [tasks[number].result() for number in range(len(sources))]
    return Collected(
        new=tuple(article for outcome in outcomes for article in outcome.new),
        sources=tuple(outcome.report for outcome in outcomes),
        skipped=tuple(skipped for outcome in outcomes for skipped in outcome.skipped),
    )


class _Run:
    """One look at one source."""

    def __init__(
        self,
        source: SourceSettings,
        health: SourceHealth,
        room: Room,
        store: Store,
        keeper: Keeper,
        recorder: Recorder,
    ) -> None:
        self.source = source
        self.health = health
        self.room = room
        self.store = store
        self.keeper = keeper
        self.recorder = recorder
        self.skipped: list[Skipped] = []

    async def outcome(self, *, offline: bool) -> _Outcome:
        """Read the source and remember how it went."""
        if (idle := self._idle(offline=offline)) is not None:
            return _Outcome(idle)
        try:
            return await self._read(self._reader())
        except StoreError:
            raise
        except (DigestError, Rejected) as error:
            return self._failed(error)
        except Exception as error:  # noqa: BLE001 - a reader may be anyone's plug-in; the other sources go on
            return self._failed(SourceError(f"its reader has a defect: {type(error).__name__}: {error}"))

    def _idle(self, *, offline: bool) -> SourceReport | None:
        """Why the source is not read at all in this run, if so."""
        name, until = self.source.name, self.health.retry_after
        if self.health.paused:
            why = self.health.error.partition("\n")[0]
            return SourceReport(name=name, status="paused", error=why or None, gone=is_gone(self.health))
        if offline and self.source.url is not None:
            return SourceReport(name=name, status="skipped", error="it is on the web, and this run is offline")
        if until is not None and until > self.room.now and self.source.url is not None:
            why = f"its host asked to be left alone until {until:%Y-%m-%d %H:%M} UTC"
            return SourceReport(name=name, status="skipped", error=why)
        return None

    def _reader(self) -> SourceReader:
        where = f"[[sources]] {self.source.name}"
        kind = self.source.type
        if plugins.find("sources", kind) is None:
            raise SourceError(f"sources of type {kind!r} cannot be read by this version", where=where,
                              remedy=f"use one of: {', '.join(plugins.names('sources'))}")  # fmt: skip
        reader: SourceReader = plugins.load("sources", kind, where=where)()
        return reader

    async def _read(self, reader: SourceReader) -> _Outcome:
        reading = await reader.read(self.source, self.health, self.room)
        if reading.unchanged:
            self._record(after_reading(self.health, reading, complete=True, now=self.room.now))
            return _Outcome(SourceReport(name=self.source.name, status="unchanged"))
        for ref, reason in reading.skipped:
            self._skip(ref, reason)
        finds = self._wanted(reading.finds)
        fetched = len(finds)
        arrivals, complete = await self._arrivals(reader, replace(reading, finds=finds))
        reading, finds = replace(reading, finds=()), ()  # what is not kept must not wait in memory for what is
        # Articles first: should the run end here, the source is read again and everything in it is known.
        new = await self.keeper.add(self.source.ref, arrivals)
        if doubles := sum(arrival.article is not None for arrival in arrivals) - len(new):
            self._skip(self.source.name, f"{doubles} items repeat one another, or came from another source before")
        self._record(after_reading(self.health, reading, complete=complete, now=self.room.now))
        report = SourceReport(name=self.source.name, status="ok", fetched=fetched, new=len(new))
        # The store has their texts: those of a whole run together would be most of what it takes of memory.
        return _Outcome(report, tuple(replace(article, text="") for article in new), tuple(self.skipped))

    async def _arrivals(self, reader: SourceReader, reading: Reading) -> tuple[list[Arrival], bool]:
        """What the store is to remember of a reading, and whether none of it is left for the next look."""
        fresh, noted, complete = self._choose(reading)
        told = without_notices(fresh, await self._opened(reader, fresh))
        arrivals = [self._arrival(reading, find, result) for find, result in zip(fresh, told, strict=True)]
        kept = [arrival for arrival in arrivals if arrival is not None]
        return [*kept, *(Arrival(keys=find.keys) for find in noted)], complete and len(kept) == len(arrivals)

    def _wanted(self, finds: tuple[Find, ...]) -> tuple[Find, ...]:
        """The items that the patterns of the source let in, as far as their list tells title and address."""
        wanted = tuple(find for find in finds if is_wanted(self.source, *_named(find)))
        if left_out := len(finds) - len(wanted):
            self._skip(self.source.name, f"{left_out} left out by include and exclude")
        return wanted

    def _choose(self, reading: Reading) -> tuple[list[Find], list[Find], bool]:
        """Items to open, items whose keys alone are noted, and whether none is left for the next look.

        What is known is noted again, for one of its keys may be new. On the first look what lies beyond the limit is
        remembered, so that a long archive never comes in; later it is what there was no room for, and comes next time.
        """
        keys = self.store.articles.known(self.source.ref, (key for find in reading.finds for key in find.keys))
        known = [find for find in reading.finds if not keys.isdisjoint(find.keys)]
        unknown = [find for find in reading.finds if keys.isdisjoint(find.keys)]
        limit = self._limit()
        if len(unknown) <= limit:
            return unknown, known, True
        latest = sorted(unknown, key=_newest_first)
        chosen = {id(find) for find in latest[:limit]}
        fresh = [find for find in unknown if id(find) in chosen]
        rest = latest[limit:]
        if self.health.last_success is None:
            self._skip(
                self.source.name, f"{len(rest)} older items beyond limit = {limit}; a new source starts at its latest"
            )
            return fresh, [*known, *rest], True
        self._skip(self.source.name, f"{len(rest)} items beyond limit = {self.source.limit} wait for the next run")
        return fresh, known, False

    def _limit(self) -> int:
        """The limit of the source; after missed days, that of each of them."""
        last = self.health.last_success
        return self.source.limit * max(1, (self.room.now - last).days if last is not None else 1)

    async def _opened(self, reader: SourceReader, finds: Sequence[Find]) -> list[Opened]:
        """What the items hold, in order, those that must be asked for side by side."""
        asked = iter(await asyncio.gather(*(self._open(reader, find) for find in finds if not find.whole)))
        return [find.draft if find.draft is not None and find.whole else next(asked) for find in finds]

    async def _open(self, reader: SourceReader, find: Find) -> Opened:
        try:
            return await reader.open(find, self.source, self.room)
        except FetchError as error:
            # What the server says of this one page holds for good; a page that is not there yet may still come.
            return Rejected(error.problems[0].what) if error.final else error
        except (Rejected, SourceError) as error:
            return error

    def _arrival(self, reading: Reading, find: Find, result: Opened) -> Arrival | None:
        """What to keep of an opened item; None when it is to be tried again."""
        if isinstance(result, SourceError):
            self._skip(find.ref, result.problems[0].what)
            return None
        if isinstance(result, Rejected):
            self._skip(find.ref, str(result))
            return Arrival(keys=find.keys)
        if not is_wanted(self.source, result.title, result.url or "", find.ref):
            self._skip(find.ref, "left out by include and exclude")
            return Arrival(keys=find.keys)
        keys = find.keys
        if result is not find.draft:  # what was opened tells more of itself than what its list told
            mine = draft_keys(self.source.ref, result, titled=reading.titled)
            keys = tuple(dict.fromkeys((*keys, *(key for key in mine if key not in reading.shared))))
        if result.remark:
            self._skip(find.ref, result.remark)
        measured = find.measure if result is find.draft else None
        article = make_article(result, key=keys[0], source=self.source.name, now=self.room.now, measured=measured)
        return Arrival(keys=keys, article=article)

    def _failed(self, error: DigestError | Rejected) -> _Outcome:
        health = after_failure(self.health, error, now=self.room.now)
        self._record(health)
        gone = is_gone(health)
        report = SourceReport(
            name=self.source.name,
            status="paused" if gone else "failed",
            error=_told(error),
            gone=gone,
            failures=health.failures,
        )
        return _Outcome(report, (), tuple(self.skipped))

    def _record(self, health: SourceHealth) -> None:
        self.recorder.record(health)

    def _skip(self, ref: str, reason: str) -> None:
        self.skipped.append(Skipped(stage=_STAGE, ref=ref, reason=reason))


def _named(find: Find) -> tuple[str, str]:
    """Title and address of an item; what its list does not tell is judged when the item is opened."""
    return (find.draft.title, find.draft.url or find.ref) if find.draft is not None else ("", "")


def _newest_first(find: Find) -> float:
    """By date where items have one; those without keep the order of the source, after the others."""
    published = find.draft.published if find.draft is not None else None
    return -published.timestamp() if published is not None else 0.0


def _told(error: DigestError | Rejected) -> str:
    if isinstance(error, Rejected):
        return str(error)
    return "; ".join(
        f"{problem.what} ({problem.remedy})" if problem.remedy else problem.what for problem in error.problems
    )
