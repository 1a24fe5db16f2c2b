"""Tells articles from a notice that a site shows in the place of each: a wall that nothing else gives away."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from digest.collect.draft import Draft, Rejected
from digest.collect.prose import content_hash, count_words
from digest.collect.source import Find
from digest.errors import SourceError

Opened = Draft | Rejected | SourceError

_SHARED_BY = 3  # two may well be one article under two addresses
_MIN_WORDS = 8


def without_notices(finds: Sequence[Find], opened: Sequence[Opened]) -> list[Opened]:
    """What was opened, in order. Where several pages of one source show the same text, none of them is an article.

    An item then has the text that its list gives of it, or none at all.
    """
    texts = [_page_text(find, result) for find, result in zip(finds, opened, strict=True)]
    shared = {text for text, count in Counter(texts).items() if text and count >= _SHARED_BY}
    return [
        _listed(find) if text in shared else result for find, result, text in zip(finds, opened, texts, strict=True)
    ]


def _page_text(find: Find, result: Opened) -> str:
    """What tells the text of a page from others; "" where the list of the source had it already."""
    if not isinstance(result, Draft) or result is find.draft:
        return ""
    listed = find.draft is not None and result.text in {find.draft.text, find.draft.title}
    return "" if listed or count_words(result.text) < _MIN_WORDS else content_hash(result.text)


def _listed(find: Find) -> Opened:
    if find.draft is None or not find.draft.text:
        return Rejected("its page shows a notice that others of the same source show too, and no article")
    remark = "its page shows a notice that others show too: what the feed says of it stands"
    return replace(find.draft, remark=remark)
