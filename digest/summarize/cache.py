"""Summaries are made once: kept in the store by everything that they depend on."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

from digest.model import Article, Summary
from digest.store.store import Store
from digest.summarize.summarizer import Summarizer


def summary_key(article: Article, fingerprint: str, language: str) -> str:
    """The key of an article's summary: its content and title, the summarizer's fingerprint, the language assumed."""
    parts = (article.content_hash, article.title, article.language or f"?{language}", fingerprint)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def summarize_cached(
    articles: Sequence[Article], summarizer: Summarizer, store: Store | None, *, language: str
) -> list[Summary]:
    """One summary an article, in order: those that the store has, and the others made now and kept."""
    fingerprint = summarizer.fingerprint
    keys = [summary_key(article, fingerprint, language) for article in articles]
    found = store.summaries.get(keys) if store else {}
    missing = {key: article for key, article in zip(keys, articles, strict=True) if key not in found}
    if missing:
        made = summarizer.summarize(list(missing.values()), language=language)
        fresh = dict(zip(missing, made, strict=True))
        if store:
            store.summaries.put(fresh, datetime.now(UTC))
        found |= fresh
    return [found[key] for key in keys]
