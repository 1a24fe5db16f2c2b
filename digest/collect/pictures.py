"""Fetches the pictures of one issue, with the limits of all fetching, so that they can go along with the e-mail."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from digest.collect.fetch import Fetcher, FetchError
from digest.config import CollectSettings
from digest.model import Skipped


def fetch_pictures(urls: Sequence[str], settings: CollectSettings) -> tuple[dict[str, bytes], tuple[Skipped, ...]]:
    """The bytes of each picture by its address, as they came, and why others could not be had."""
    return asyncio.run(_fetch(urls, settings))


async def _fetch(urls: Sequence[str], settings: CollectSettings) -> tuple[dict[str, bytes], tuple[Skipped, ...]]:
    async with Fetcher(settings, lambda: datetime.now(UTC)) as fetcher:
        answers = await asyncio.gather(*(_one(url, fetcher) for url in urls))
    found = {url: answer for url, answer in zip(urls, answers, strict=True) if isinstance(answer, bytes)}
    return found, tuple(answer for answer in answers if isinstance(answer, Skipped))


async def _one(url: str, fetcher: Fetcher) -> bytes | Skipped:
    try:
        return (await fetcher.picture(url)).body or b""
    except FetchError as error:
        reason = f"its picture is left out, for it cannot be fetched: {error.problems[0].what}"
        return Skipped(stage="compose", ref=url, reason=reason)
