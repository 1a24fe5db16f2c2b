"""The source kind `feed`: RSS, Atom, RDF and JSON Feed, by http or from a file."""

from collections import Counter
from dataclasses import replace
from urllib.parse import urlsplit

from digest.collect.article import publisher_name
from digest.collect.caller import caller_of
from digest.collect.draft import Draft, Rejected
from digest.collect.files import read_source_file, sha256
from digest.collect.health import address
from digest.collect.identity import own_url
from digest.collect.parsed import ParsedFeed
from digest.collect.prose import count_words
from digest.collect.source import Find, Reading, Room
from digest.collect.trailer import is_teaser
from digest.config import SourceSettings
from digest.errors import SourceError
from digest.store.sources import SourceHealth

_FULLER = 1.2  # times as long must a page be to be worth more than what its feed says


class FeedReader:
    """Reads a feed, and the pages of its new items where it carries only a teaser of them."""

    async def read(self, source: SourceSettings, health: SourceHealth, room: Room) -> Reading:
        """The items of the feed, in its order."""
        etag = last_modified = moved_to = ""
        content_type, url = None, source.url
        if source.path is not None:
            data = read_source_file(source.path, room.settings.max_feed_mb)
        else:
            fetched = await room.fetcher.feed(
                address(health),
                etag=health.etag,
                last_modified=health.last_modified,
                caller=caller_of(source),
            )
            moved_to = fetched.moved_to
            if fetched.body is None:
                return Reading(unchanged=True, moved_to=moved_to)
            data, content_type, url = fetched.body, fetched.content_type, fetched.url
            etag, last_modified = fetched.etag, fetched.last_modified
        content_hash = sha256(data)
        if content_hash == health.content_hash:
            return Reading(unchanged=True, moved_to=moved_to)
        parsed = await room.workers.feed(data, content_type=content_type, url=url, ref=source.ref, now=room.now)
        skipped = parsed.skipped or (() if parsed.drafts else ((source.name, "the feed has no entries"),))
        return Reading(
            finds=tuple(
                Find(
                    ref=draft.url or draft.title,
                    keys=keys,
                    draft=draft,
                    measure=measure,
                    whole=draft.text != "" and _page_of(draft, measure.words, source) is None,
                )
                for draft, keys, measure in zip(parsed.drafts, parsed.keys, parsed.measures, strict=True)
            ),
            title=publisher_name(_own_name(parsed)),
            skipped=skipped,
            etag=etag,
            last_modified=last_modified,
            content_hash=content_hash,
            moved_to=moved_to,
            shared=parsed.shared,
        )

    async def open(self, find: Find, source: SourceSettings, room: Room) -> Draft:
        """The item, with the text of its page where that says more. A page that cannot be had leaves the teaser."""
        draft = find.draft
        if draft is None:
            raise Rejected("the feed does not hold it")
        if (url := _page_of(draft, count_words(draft.text), source)) is not None:
            draft = await _with_full_text(draft, url, source, room)
        return draft if draft.text else replace(draft, text=draft.title)


def _own_name(feed: ParsedFeed) -> str:
    """What a feed calls itself; with its host where that is one word that any other may be called by ("World")."""
    if len(feed.title.split()) != 1:
        return feed.title
    host = _common_host(feed)
    return feed.title if not host or feed.title.casefold() in host else f"{feed.title} ({host})"


def _common_host(feed: ParsedFeed) -> str:
    """The host that most items of a feed link to; none where it links all over the web."""
    hosts = Counter((urlsplit(draft.url or "").hostname or "").removeprefix("www.") for draft in feed.drafts)
    return next((host for host, items in hosts.items() if items > len(feed.drafts) / 2), "")


def _page_of(draft: Draft, words: int, source: SourceSettings) -> str | None:
    """The page that says more than the feed does, for a teaser."""
    return draft.url if source.full_text and is_teaser(draft.text, words) else None


def _reason(error: SourceError | Rejected) -> str:
    return error.problems[0].what if isinstance(error, SourceError) else str(error)


async def _with_full_text(draft: Draft, url: str, source: SourceSettings, room: Room) -> Draft:
    try:
        fetched = await room.fetcher.page(url, caller=caller_of(source))
        if fetched.body is None:
            return draft
        page = await room.workers.page(fetched.body, charset=fetched.charset, url=fetched.url, now=room.now)
    except (SourceError, Rejected) as error:
        # The teaser stands for the article, as it does in the feed.
        return replace(draft, remark=f"its teaser stands, for its page gives no text: {_reason(error)}")
    draft = replace(draft, twins=(own_url(page.url, fetched.url), fetched.url))
    if count_words(page.text) < _FULLER * count_words(draft.text):
        return draft
    return replace(
        draft,
        text=page.text,
        author=draft.author or page.author,
        published=draft.published or page.published,
        language=page.language or draft.language,
        image=draft.image or page.image,
        image_alt=draft.image_alt if draft.image else page.image_alt,
    )
