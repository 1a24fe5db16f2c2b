"""The source kind `page`: one article, by http or from a file, or the articles that a page links to."""

from dataclasses import replace

from digest.collect.caller import caller_of
from digest.collect.draft import Draft, Rejected
from digest.collect.files import read_source_file, sha256
from digest.collect.headlines import Link
from digest.collect.health import address
from digest.collect.identity import draft_keys, own_url
from digest.collect.listing import Listing
from digest.collect.source import Find, Reading, Room
from digest.config import SourceSettings
from digest.store.sources import SourceHealth


class PageReader:
    """Reads one page as one article or, where it is the front page of a section, as a list of them."""

    def __init__(self) -> None:
        self._listed: dict[str, Link] = {}

    async def read(self, source: SourceSettings, health: SourceHealth, room: Room) -> Reading:
        """The article of the page, or the links to articles in their order."""
        if source.path is not None:
            data = read_source_file(source.path, room.settings.max_page_mb)
            content_hash = sha256(data)
            if content_hash == health.content_hash:
                return Reading(unchanged=True)
            draft = await room.workers.document(data, name=source.path.name, now=room.now)
            return Reading(finds=(_find(source, draft),), content_hash=content_hash)
        fetched = await room.fetcher.page(
            address(health), etag=health.etag, last_modified=health.last_modified, caller=caller_of(source)
        )
        if fetched.body is None or sha256(fetched.body) == health.content_hash:
            return Reading(unchanged=True, moved_to=fetched.moved_to)
        listing = await room.workers.listing(fetched.body, charset=fetched.charset, url=fetched.url, now=room.now)
        return Reading(
            finds=self._finds(source, listing),
            etag=fetched.etag,
            last_modified=fetched.last_modified,
            content_hash=sha256(fetched.body),
            moved_to=fetched.moved_to,
        )

    async def open(self, find: Find, source: SourceSettings, room: Room) -> Draft:
        """The article: it came with the page, or is fetched from where its link leads."""
        draft = find.draft
        if draft is None:
            raise Rejected("the page holds no article")
        if draft.text or draft.url is None:
            return draft
        fetched = await room.fetcher.page(draft.url, caller=caller_of(source))
        if fetched.body is None:
            raise Rejected("the server sent nothing")
        article = await room.workers.page(fetched.body, charset=fetched.charset, url=fetched.url, now=room.now)
        listed = self._listed.get(draft.url)
        return replace(
            article, url=own_url(article.url, draft.url), twins=(fetched.url,),
            published=article.published or (listed.published if listed else None),
            author=article.author or (listed.author if listed else None),
        )  # fmt: skip

    def _finds(self, source: SourceSettings, listing: Listing) -> tuple[Find, ...]:
        """One item for the article, or for each link in the order of the page, which knows best what is new on it."""
        if listing.article is not None:
            return (_find(source, listing.article),)
        self._listed = {link.url: link for link in listing.links}
        return tuple(_find(source, Draft(title=link.text, url=link.url)) for link in listing.links)


def _find(source: SourceSettings, draft: Draft) -> Find:
    return Find(ref=draft.url or source.ref, keys=draft_keys(source.ref, draft), draft=draft)
