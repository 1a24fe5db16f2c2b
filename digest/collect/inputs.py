"""Extracts the articles of files, folders and addresses that a person names, without a store."""

import asyncio
import os
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from digest.collect.article import make_article
from digest.collect.document import SUFFIXES
from digest.collect.draft import Draft, Rejected
from digest.collect.fetch import Fetcher
from digest.collect.files import list_files, read_file
from digest.collect.identity import draft_keys
from digest.collect.workers import Workers
from digest.config import CollectSettings
from digest.errors import SourceError
from digest.model import Article, Skipped

_AHEAD = 8  # inputs that are read while one is printed


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """One input with its article. `removed` are the lines of page furniture that were taken out of it."""

    input: str
    article: Article
    removed: tuple[str, ...] = ()


def extract_each(refs: Sequence[str], settings: CollectSettings, *, now: datetime) -> Iterator[Extraction | Skipped]:
    """Answer each input in order, as soon as it is there; a folder answers once for each of its files."""
    with asyncio.Runner() as runner:
        fetcher = Fetcher(settings, lambda: datetime.now(UTC))
        workers = Workers()
        waiting: deque[asyncio.Task[Extraction | Skipped]] = deque()
        names = _each_input(refs)
        try:
            while True:
                while len(waiting) < _AHEAD and (name := next(names, None)) is not None:
                    work = (
                        _failed(name) if isinstance(name, Skipped) else _extract(name, settings, fetcher, workers, now)
                    )
                    waiting.append(runner.get_loop().create_task(work))
                if not waiting:
                    return
                yield runner.run(_result(waiting.popleft()))
        finally:
            runner.run(_close(waiting, fetcher, workers))


async def _result(task: "asyncio.Task[Extraction | Skipped]") -> Extraction | Skipped:
    return await task


async def _failed(skipped: Skipped) -> Extraction | Skipped:
    return skipped


async def _close(waiting: "deque[asyncio.Task[Extraction | Skipped]]", fetcher: Fetcher, workers: Workers) -> None:
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    async with fetcher, workers:
        pass


def _each_input(refs: Sequence[str]) -> Iterator[str | Skipped]:
    for ref in refs:
        if _is_url(ref) or not os.path.isdir(ref):  # noqa: PTH112 - Path raises for a name that is too long
            yield ref
            continue
        try:
            files = sorted(list_files(Path(ref), SUFFIXES))
        except SourceError as error:
            yield Skipped(stage="collect", ref=ref, reason=error.problems[0].what)
            continue
        if not files:
            yield Skipped(stage="collect", ref=ref, reason="the folder holds no article")
        yield from map(str, files)


async def _extract(
    ref: str, settings: CollectSettings, fetcher: Fetcher, workers: Workers, now: datetime
) -> Extraction | Skipped:
    try:
        draft = await _draft(ref, settings, fetcher, workers, now)
    except SourceError as error:
        return Skipped(stage="collect", ref=ref, reason=error.problems[0].what)
    except Rejected as error:
        return Skipped(stage="collect", ref=ref, reason=str(error))
    except FileNotFoundError:
        return Skipped(stage="collect", ref=ref, reason="there is no such file")
    except OSError as error:
        return Skipped(stage="collect", ref=ref, reason=f"it cannot be read: {error.strerror or error}")
    key = draft_keys(ref, draft)[0]
    return Extraction(input=ref, article=make_article(draft, key=key, source=ref, now=now), removed=draft.removed)


async def _draft(ref: str, settings: CollectSettings, fetcher: Fetcher, workers: Workers, now: datetime) -> Draft:
    if _is_url(ref):
        _check_url(ref)
        fetched = await fetcher.page(ref, robots=False)  # a person asks for this one page
        if fetched.body is None:
            raise Rejected("the server sent nothing")
        return await workers.page(fetched.body, charset=fetched.charset, url=fetched.url, now=now)
    path = Path(ref)
    return await workers.document(read_file(path, settings.max_page_mb), name=path.name, now=now)


def _check_url(ref: str) -> None:
    try:
        urlsplit(ref).port  # noqa: B018 - it is read only when it is asked for
    except ValueError as error:
        raise Rejected(f"it is no web address: {error}") from error


def _is_url(ref: str) -> bool:
    return re.match(r"https?://", ref, re.IGNORECASE) is not None
