"""Makes an article of what a parser read."""

from dataclasses import dataclass
from datetime import datetime

from digest.collect.draft import Draft
from digest.collect.identity import article_id, draft_keys
from digest.collect.prose import content_hash, count_words, fold, one_line
from digest.model import Article

_TITLE_MAX = 300
_AUTHOR_MAX = 200
_PUBLISHER_MAX = 100


@dataclass(frozen=True)  # no slots, as a Draft
class Measure:
    """What of an article is computed from the whole text of its draft, for that can be done beforehand."""

    words: int
    content_hash: str


def measure(draft: Draft, *, source: str = "") -> Measure:
    """The measure of a draft; one without a title is called after its source."""
    return Measure(count_words(draft.text), content_hash(f"{_title(draft) or source}\n{draft.text}"))


def make_article(draft: Draft, *, key: str, source: str, now: datetime, measured: Measure | None = None) -> Article:
    """The article of a draft, known by `key` and first seen `now`."""
    title = _title(draft)
    if measured is None or not title:
        measured = measure(draft, source=source)
    return Article(
        id=article_id(key),
        url=draft.url,
        source=source,
        title=title or source,
        author=_cut(one_line(draft.author or ""), _AUTHOR_MAX) or None,
        published=draft.published,
        first_seen=now,
        language=draft.language,
        text=draft.text,
        image=draft.image,
        image_alt=_cut(draft.image_alt, _TITLE_MAX),
        words=measured.words,
        content_hash=measured.content_hash,
        publisher=publisher_name(draft.publisher),
    )


def article_from_text(text: str, *, title: str, ref: str, now: datetime) -> Article:
    """An article of a text that is clean already, as its paragraphs stand; `ref` is what it is known by."""
    from digest.collect.language import detect_language

    body = fold(text)
    draft = Draft(title=title or body.partition("\n")[0][:100], text=body, language=detect_language(body), guid=ref)
    return make_article(draft, key=draft_keys("text", draft)[0], source=ref, now=now)


def publisher_name(name: str) -> str:
    """The name of a publisher as an article holds it: in one line, and not too long for one."""
    return _cut(one_line(name), _PUBLISHER_MAX)


def _title(draft: Draft) -> str:
    return _cut(one_line(draft.title), _TITLE_MAX)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
