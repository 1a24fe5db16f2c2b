"""The first stage: from sources to articles."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from digest.model import Article, Collected, Progress, Skipped, no_progress

if TYPE_CHECKING:  # each process that parses imports this package: it must not bring configuration and database with it
    from digest.collect.inputs import Extraction
    from digest.config import CollectSettings, SourceSettings
    from digest.store import Store


def collect(
    sources: "Sequence[SourceSettings]",
    settings: "CollectSettings",
    store: "Store",
    *,
    now: datetime,
    offline: bool = False,
    progress: Progress = no_progress,
) -> Collected:
    """Read every source once and keep in the store what was never seen before.

    A source that fails is reported and the others go on. With `offline` only local paths are read. May be called
    again at any time, but not from inside a running event loop. Raises StoreError.
    """
    import asyncio

    from digest.collect.run import collect_sources

    started = datetime.now(UTC)

    def clock() -> datetime:
        return now + (datetime.now(UTC) - started)

    collected: list[Collected] = []

    async def run() -> None:
        collected.append(
            await collect_sources(sources, settings, store, now=now, clock=clock, offline=offline, progress=progress)
        )

    try:
        # Nothing comes back by way of the task: asyncio.run writes out its whole result, when it gives Ctrl-C back.
        asyncio.run(run())
    except ExceptionGroup as group:
        raise _first(group) from None
    return collected[0]


def extract_inputs(
    refs: Sequence[str], settings: "CollectSettings", *, now: datetime
) -> "Iterator[Extraction | Skipped]":
    """The article of each path or http(s) address, in order, as each is done; a folder gives its files."""
    from digest.collect.inputs import extract_each

    return extract_each(refs, settings, now=now)


def fetch_pictures(urls: Sequence[str], settings: "CollectSettings") -> "tuple[dict[str, bytes], tuple[Skipped, ...]]":
    """The bytes of pictures by their addresses, and why others could not be had. Not inside a running event loop."""
    from digest.collect.pictures import fetch_pictures as fetched

    return fetched(urls, settings)


def article_from_text(text: str, *, title: str, ref: str, now: datetime) -> Article:
    """An article of a text that is clean already; `ref` is what it is known by."""
    from digest.collect import article

    return article.article_from_text(text, title=title, ref=ref, now=now)


def _first(group: BaseException) -> BaseException:
    """The first error of a group of tasks: the others were ended because of it."""
    while isinstance(group, BaseExceptionGroup):
        group = group.exceptions[0]
    return group


__all__ = ["Extraction", "article_from_text", "collect", "extract_inputs", "fetch_pictures"]


def __getattr__(name: str) -> object:
    if name == "Extraction":
        from digest.collect.inputs import Extraction

        return Extraction
    raise AttributeError(name)
