"""The source kind `page`: one article, by http or from a file."""

from digest.collect.draft import Draft, Rejected
from digest.collect.files import read_source_file, sha256
from digest.collect.health import address
from digest.collect.identity import draft_keys
from digest.collect.source import Find, Reading, Room
from digest.config import SourceSettings
from digest.store.sources import SourceHealth


class PageReader:
    """Reads one page as one article."""

    async def read(self, source: SourceSettings, health: SourceHealth, room: Room) -> Reading:
        """The article of the page."""
        if source.path is not None:
            data = read_source_file(source.path, room.settings.max_page_mb)
            content_hash = sha256(data)
            if content_hash == health.content_hash:
                return Reading(unchanged=True)
            draft = await room.workers.document(data, name=source.path.name, now=room.now)
            return Reading(finds=(_find(source, draft),), content_hash=content_hash)
        fetched = await room.fetcher.page(
            address(health), etag=health.etag, last_modified=health.last_modified, user_agent=source.user_agent
        )
        if fetched.body is None or sha256(fetched.body) == health.content_hash:
            return Reading(unchanged=True)
        draft = await room.workers.page(fetched.body, charset=fetched.charset, url=fetched.url, now=room.now)
        return Reading(
            finds=(_find(source, draft),),
            etag=fetched.etag,
            last_modified=fetched.last_modified,
            content_hash=sha256(fetched.body),
            moved_to=fetched.moved_to,
        )

    async def open(self, find: Find, source: SourceSettings, room: Room) -> Draft:
        """The article itself: reading the page gave all of it."""
        if find.draft is None:
            raise Rejected("the page holds no article")
        return find.draft


def _find(source: SourceSettings, draft: Draft) -> Find:
    return Find(ref=draft.url or source.ref, keys=draft_keys(source.ref, draft), draft=draft)
