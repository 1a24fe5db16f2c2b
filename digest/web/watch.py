"""Watches the files that an e-mail is made of: the configuration, and the folders of the themes."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from watchfiles import Change, awatch

# Milliseconds. Editors save in several steps (truncate, write, rename); what follows within a step is one change.
_STEP = 30
_LONGEST = 300
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """What to watch: `folders` with all below them, and the `files`, which need not be there yet."""

    folders: frozenset[Path]
    files: frozenset[Path]

    @property
    def parents(self) -> frozenset[Path]:
        """The folders that the files are in, or will be: the nearest above each that is there."""
        return frozenset(next(parent for parent in file.parents if parent.is_dir()) for file in self.files)


async def watch(places: Callable[[], Places], changed: Callable[[], None]) -> None:
    """Call `changed` when it watches, and after each change of a file that counts, until cancelled.

    A change may bring other places.
    Raises a group of OSError when the system lets the files be watched in no way.
    """
    while True:
        now = places()
        moved = asyncio.Event()

        def notice(now: Places = now, moved: asyncio.Event = moved) -> None:
            if places() != now:
                moved.set()
            changed()

        stop = asyncio.Event()
        async with asyncio.TaskGroup() as following:
            following.create_task(_follow(now.folders, _is_of_theme, notice, stop, recursive=True))
            following.create_task(_follow(now.parents, _is_among(now), notice, stop, recursive=False))
            await asyncio.sleep(_STEP / 1000)
            notice()  # something may have been saved before, while nothing was watched
            await moved.wait()
            stop.set()


async def _follow(
    paths: Iterable[Path],
    counts: Callable[[Change, str], bool],
    notice: Callable[[], None],
    stop: asyncio.Event,
    *,
    recursive: bool,
) -> None:
    """Watch until `stop`; by looking again and again where the system has no more watches to give."""
    polling: bool | None = None
    while not stop.is_set():
        there = [path for path in paths if path.is_dir()]
        try:
            async for _ in awatch(
                *there,
                watch_filter=counts,
                stop_event=stop,
                debounce=_LONGEST,
                step=_STEP,
                recursive=recursive,
                force_polling=polling,
                ignore_permission_denied=True,
            ):
                notice()
        except OSError as error:
            if polling:
                raise
            _log.info("cannot watch by events: %s", error)
            polling = True


def _is_of_theme(_: Change, path: str) -> bool:
    """Whether a path may be of a theme; temporary files of editors are hidden, or end in a tilde."""
    name = Path(path).name
    return not name.startswith(".") and not name.endswith("~")


def _is_among(places: Places) -> Callable[[Change, str], bool]:
    """Whether a path is one of the files, or a folder that one will be in."""
    counted = {str(path) for file in places.files for path in (file, *file.parents)}
    return lambda _, path: path in counted
