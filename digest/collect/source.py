"""What a kind of source must do, and what it gets to do it with."""

from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from digest.collect.article import Measure
from digest.collect.draft import Draft
from digest.collect.fetch import Fetcher
from digest.config import CollectSettings, SourceSettings
from digest.store.sources import SourceHealth

if TYPE_CHECKING:
    from digest.collect.workers import Workers


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """An item that a source lists: what it is known by, and as much of it as the list tells.

    `ref` names it to a person. `draft` is None when it must still be opened; with `whole` it is all that there is, and
    the item need not be opened. `keys` come from digest.collect.identity. `measure` may be that of the draft.
    """

    ref: str
    keys: tuple[str, ...]
    draft: Draft | None = None
    measure: Measure | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one look at a source gave, the latest items first. `unchanged`: nothing is new since the last look.

    `skipped` holds (ref, reason) of what could not be an item. The validators are kept for the next look when every
    item was dealt with. `shared` are keys that mark no item, as several have them. `titled`: title and day together
    mark one, as its other keys may change. `title` is what the source calls itself.
    """

    finds: tuple[Find, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()
    unchanged: bool = False
    etag: str = ""
    last_modified: str = ""
    content_hash: str = ""
    moved_to: str = ""
    shared: frozenset[str] = field(default_factory=frozenset)
    titled: bool = True
    title: str = ""


@dataclass(frozen=True, slots=True)
class Room:
    """What a reader works with in one run. What it opens for the whole run, it gives to `closing` to be closed."""

    fetcher: Fetcher
    workers: "Workers"
    settings: CollectSettings
    now: datetime
    closing: AsyncExitStack


class SourceReader(Protocol):
    """Reads one kind of source. Made without arguments, once for each source of a run; called inside its event loop.

    Neither method may change anything: both may be called again.
    """

    async def read(self, source: SourceSettings, health: SourceHealth, room: Room) -> Reading:
        """List what the source holds. `health` has the validators of the last look.

        Raises SourceError when the source cannot be read, Rejected when it is not what it should be.
        """

    async def open(self, find: Find, source: SourceSettings, room: Room) -> Draft:
        """The whole of one item that is new. Times are UTC.

        Raises SourceError when it cannot be had now and should be tried again, Rejected when it never will be.
        """
