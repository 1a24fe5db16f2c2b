"""Summaries are made once: kept in the store by everything that they depend on."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

from digest.model import Article, Summary
from digest.store.store import Store
from digest.summarize.summarizer import StorySummarizer, Summarizer


def summary_key(story: Sequence[Article], fingerprint: str, language: str) -> str:
    """The key of a summary: content, title, language and source of its articles, and the summarizer's fingerprint.

    An article alone is summarized alike whatever its source is called. The newsletter's language counts always: it is
    what an instruction model writes in, and what an article is taken for that says none.
    """
    sources = [article.outlet for article in story] if len(story) > 1 else [""]
    parts = [fingerprint, language]
    for article, source in zip(story, sources, strict=True):
        parts += (article.content_hash, article.title, article.language, source)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def summarize_cached(
    stories: Sequence[Sequence[Article]], summarizer: Summarizer, store: Store | None, *, language: str
) -> list[Summary]:
    """One summary a story, in order: those that the store has, and the others made now and kept.

    A story is its articles, the lead first. A summarizer that knows no stories summarizes the lead.
    """
    if not isinstance(summarizer, StorySummarizer):
        stories = [story[:1] for story in stories]
    fingerprint = summarizer.fingerprint
    keys = [summary_key(story, fingerprint, language) for story in stories]
    found = store.summaries.get(keys) if store else {}
    missing = {key: story for key, story in zip(keys, stories, strict=True) if key not in found}
    if missing:
        made = _made(list(missing.values()), summarizer, language)
        fresh = dict(zip(missing, made, strict=True))
        if store:
            store.summaries.put(fresh, datetime.now(UTC))
        found |= fresh
    return [found[key] for key in keys]


def _made(stories: Sequence[Sequence[Article]], summarizer: Summarizer, language: str) -> list[Summary]:
    if isinstance(summarizer, StorySummarizer):
        return summarizer.summarize_stories(stories, language=language)
    return summarizer.summarize([story[0] for story in stories], language=language)
