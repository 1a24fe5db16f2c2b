"""The source kind `sitemap`: the pages that a site lists for search engines, by http or from a file."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace

from digest.collect.caller import Caller, caller_of
from digest.collect.draft import Draft, Rejected
from digest.collect.files import read_source_file, sha256
from digest.collect.health import address
from digest.collect.identity import distinct_keys, own_url, url_key
from digest.collect.sitemaptext import Listed, ParsedSitemap
from digest.collect.source import Find, Reading, Room
from digest.config import SourceSettings
from digest.errors import SourceError
from digest.store.sources import SourceHealth

_SITEMAPS_MAX = 20  # of an index, in one look: the latest
_TOGETHER = 4
_PAGES_MAX = 100_000
_LONG_AGO = 0.0


class SitemapReader:
    """Reads a sitemap, or the latest of those that an index lists, and the pages of it that are new."""

    async def read(self, source: SourceSettings, health: SourceHealth, room: Room) -> Reading:
        """The pages that are listed, the latest changed first; those without a date keep their order."""
        caller = caller_of(source)
        if source.path is not None:
            data = read_source_file(source.path, room.settings.max_feed_mb)
            url, etag, last_modified, moved_to = None, "", "", ""
        else:
            fetched = await room.fetcher.feed(
                address(health), etag=health.etag, last_modified=health.last_modified, caller=caller
            )
            if fetched.body is None:
                return Reading(unchanged=True, moved_to=fetched.moved_to)
            data, url, moved_to = fetched.body, fetched.url, fetched.moved_to
            etag, last_modified = fetched.etag, fetched.last_modified
        parsed = await _parse(data, url, room)
        whole, pages = hashlib.sha256(data), list(parsed.pages)
        skipped: list[tuple[str, str]] = []
        if parsed.sitemaps:
            # An index may stay as it is while what it lists changes.
            etag = last_modified = ""
            bodies, more, skipped = await _inner(parsed.sitemaps, caller, source, room)
            pages += more
            for body in bodies:
                whole.update(body)
        content_hash = whole.hexdigest()
        if content_hash == health.content_hash and not skipped:
            return Reading(unchanged=True, moved_to=moved_to)
        if len(pages) > _PAGES_MAX:
            skipped.append((source.name, f"pages beyond the first {_PAGES_MAX}"))
        if not pages and not skipped:
            skipped.append((source.name, "the sitemap lists no pages"))
        return Reading(
            finds=_finds(source, pages[:_PAGES_MAX]),
            skipped=tuple(skipped),
            etag=etag,
            last_modified=last_modified,
            content_hash=content_hash,
            moved_to=moved_to,
        )

    async def open(self, find: Find, source: SourceSettings, room: Room) -> Draft:
        """The article of one page, by the title and the date that the sitemap gives where it gives them."""
        listed = find.draft or Draft(title="", url=find.ref)
        fetched = await room.fetcher.page(find.ref, caller=caller_of(source))
        if fetched.body is None:
            raise Rejected("the server sent nothing")
        draft = await room.workers.page(fetched.body, charset=fetched.charset, url=fetched.url, now=room.now)
        return replace(
            draft, title=listed.title or draft.title, url=own_url(draft.url, find.ref), twins=(fetched.url,),
            published=draft.published or listed.published,
        )  # fmt: skip


async def _parse(data: bytes, url: str | None, room: Room) -> ParsedSitemap:
    # Text unpacks to some ten times its size: the limit is that of a sitemap, not that of its download.
    most = max(52_428_800, int(room.settings.max_feed_mb * 1_000_000))
    return await room.workers.sitemap(data, url=url, most_bytes=most, now=room.now)


async def _inner(
    sitemaps: tuple[Listed, ...], caller: Caller, source: SourceSettings, room: Room
) -> tuple[list[bytes], list[Listed], list[tuple[str, str]]]:
    """The latest sitemaps of an index: digests of their bytes, their pages, and what could not be read."""
    latest = sorted(sitemaps, key=_latest_first)
    digests: list[bytes] = []
    pages: list[Listed] = []
    skipped: list[tuple[str, str]] = []
    error: Exception | None = None
    async for listed, found in _each(latest[:_SITEMAPS_MAX], caller, room):
        if isinstance(found, Exception):
            error = found
            skipped.append((listed.url, found.problems[0].what if isinstance(found, SourceError) else str(found)))
            continue
        digest, parsed = found
        if parsed.sitemaps:
            skipped.append((listed.url, "an index within an index is not followed"))
        digests.append(digest)
        pages += parsed.pages
        if len(pages) > _PAGES_MAX:
            break
    if error is not None and not digests:
        raise error
    if len(latest) > _SITEMAPS_MAX and all(one.changed is None for one in latest):
        beyond = len(latest) - _SITEMAPS_MAX
        skipped.append((source.name, f"{beyond} sitemaps beyond the first {_SITEMAPS_MAX}; name one of them as source"))
    return digests, pages, skipped


async def _each(
    sitemaps: list[Listed], caller: Caller, room: Room
) -> AsyncIterator[tuple[Listed, tuple[bytes, ParsedSitemap] | SourceError | Rejected]]:
    """What each sitemap holds, in order: a few side by side, for all that a large site lists would fill the memory."""
    for start in range(0, len(sitemaps), _TOGETHER):
        some = sitemaps[start : start + _TOGETHER]
        for listed, found in zip(some, await asyncio.gather(*(_one(s, caller, room) for s in some)), strict=True):
            yield listed, found


async def _one(listed: Listed, caller: Caller, room: Room) -> tuple[bytes, ParsedSitemap] | SourceError | Rejected:
    try:
        fetched = await room.fetcher.feed(listed.url, caller=caller)
        parsed = await _parse(fetched.body or b"", fetched.url, room)
    except (SourceError, Rejected) as failed:
        return failed
    return sha256(fetched.body or b"").encode(), parsed


def _finds(source: SourceSettings, pages: list[Listed]) -> tuple[Find, ...]:
    """One item for each page that is not the front page of a site; a news sitemap often repeats what another lists."""
    once: dict[str, Draft] = {}
    for listed in sorted(pages, key=_latest_first):
        key = url_key(listed.url)
        if key is not None and (key not in once or (listed.title and not once[key].title)):
            once[key] = Draft(title=listed.title, url=listed.url, published=listed.published)
    drafts = list(once.values())
    marks = distinct_keys(source.ref, drafts)
    return tuple(
        Find(ref=draft.url or "", keys=keys, draft=draft)
        for draft, keys in zip(drafts, marks.keys, strict=True)
        if keys
    )


def _latest_first(listed: Listed) -> float:
    moment = listed.published or listed.changed
    return -moment.timestamp() if moment is not None else _LONG_AGO
