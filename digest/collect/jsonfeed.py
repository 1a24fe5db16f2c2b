"""Reads JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

import json
from datetime import datetime
from typing import Any

from digest.collect.bylines import clean_author
from digest.collect.dates import parse_date
from digest.collect.draft import Draft, Rejected
from digest.collect.encoding import decode
from digest.collect.feeditem import beyond, is_oldest_first
from digest.collect.identity import http_url
from digest.collect.language import detect_language
from digest.collect.markup import Image, fragment_image, fragment_text, title_text
from digest.collect.prose import fold, one_line
from digest.collect.trailer import without_trailer


def read_json_feed(
    data: bytes, *, url: str | None, most: int, now: datetime
) -> tuple[str, list[Draft], list[tuple[str, str]]]:
    """Title, the latest `most` items, and what was skipped with its reason. Raises Rejected when it is no JSON Feed."""
    try:
        feed = json.loads(decode(data), strict=False)
    except (ValueError, RecursionError) as error:
        raise Rejected(f"it is not valid JSON: {error}") from error
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise Rejected("it is JSON, but not a JSON Feed: it has no list of items")
    base = url or http_url(_text(feed, "feed_url")) or http_url(_text(feed, "home_page_url")) or ""
    drafts: list[Draft] = []
    skipped: list[tuple[str, str]] = []
    items = feed["items"]
    if (more := len(items) - most) > 0:
        backwards = is_oldest_first(_dated(items[0], now), _dated(items[-1], now))
        items = items[-most:] if backwards else items[:most]
        skipped.append((_text(feed, "title") or url or "feed", beyond(more, most, last=backwards)))
    for number, item in enumerate(items, 1):
        draft = _draft(item, feed, base, now) if isinstance(item, dict) else None
        if draft is not None and (draft.title or draft.text):
            drafts.append(draft)
        else:
            skipped.append((f"item {number}", "it has neither a title nor a text"))
    return title_text(_text(feed, "title")), drafts, skipped


def _draft(item: dict[str, Any], feed: dict[str, Any], base: str, now: datetime) -> Draft:
    link = http_url(_text(item, "url"), base) or http_url(_text(item, "external_url"), base)
    markup = _text(item, "content_html")
    plain = _text(item, "content_text") or _text(item, "summary")
    text = fragment_text(markup) if markup else fold(plain)
    # JSON Feed titles are plain text by the specification; what looks like markup in them mostly is some all the same.
    title = title_text(_text(item, "title"))
    text = without_trailer(text, title)
    image = _image(item, link or base) or fragment_image(markup, link or base)
    return Draft(
        title=title or one_line(text)[:100],
        text=text,
        url=link,
        author=_author(item) or _author(feed),
        published=_dated(item, now),
        language=detect_language(f"{title}\n{text}", _text(item, "language") or _text(feed, "language")),
        image=image.url if image else None,
        image_alt=image.alt if image else "",
        guid=_guid(item),
    )


def _dated(item: Any, now: datetime) -> datetime | None:
    raws = (_text(item, key) for key in ("date_published", "date_modified")) if isinstance(item, dict) else ()
    return next((found for raw in raws if (found := parse_date(raw, now=now))), None)


def _text(thing: dict[str, Any], key: str) -> str:
    value = thing.get(key)
    return value if isinstance(value, str) else ""


def _guid(item: dict[str, Any]) -> str:
    value = item.get("id")
    return one_line(str(value))[:2000] if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _author(thing: dict[str, Any]) -> str | None:
    given = thing.get("authors") if isinstance(thing.get("authors"), list) else [thing.get("author")]
    names = [clean_author(_text(author, "name")) for author in given or [] if isinstance(author, dict)]
    return ", ".join(name for name in names if name) or None


def _image(item: dict[str, Any], base: str) -> Image | None:
    for key in ("image", "banner_image"):
        if url := http_url(_text(item, key), base):
            return Image(url, one_line(_text(item, "_image_alt")))
    for attachment in item["attachments"] if isinstance(item.get("attachments"), list) else []:
        is_image = isinstance(attachment, dict) and _text(attachment, "mime_type").startswith("image/")
        if is_image and (url := http_url(_text(attachment, "url"), base)):
            return Image(url, one_line(_text(attachment, "title")))
    return None
