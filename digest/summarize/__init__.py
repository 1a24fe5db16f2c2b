"""Story -> Entry: summaries of articles, and their vectors. No model library is imported before it is needed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from digest.config import SummarizerSettings
from digest.model import Article, Entry, Progress, Story, Summary, no_progress

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from digest.store.store import Store

_BATCH = 32  # articles at a time: enough to sort by length, little to lose when a run is killed


def summarize(
    stories: Sequence[Story],
    settings: SummarizerSettings,
    store: "Store",
    *,
    language: str,
    progress: Progress = no_progress,
) -> tuple[Entry, ...]:
    """One entry a story, in the same order, drawn from all of its articles; what was made before is in the store.

    `language` is the newsletter's, for articles that do not say theirs. Raises ModelError, ConfigError, StoreError.
    """
    told = [(story.lead, *story.also) for story in stories]
    summaries = _summarize(told, settings, store, language=language, progress=progress)
    return tuple(Entry(story=story, summary=summary) for story, summary in zip(stories, summaries, strict=True))


def summarize_articles(
    articles: Iterable[Article],
    settings: SummarizerSettings,
    store: "Store | None",
    *,
    language: str,
    progress: Progress = no_progress,
) -> Iterator[Summary]:
    """Summaries in the order of the articles, made in batches as they are asked for. No store: nothing is kept.

    Raises ModelError, ConfigError, StoreError.
    """
    alone: Iterable[tuple[Article, ...]] = ((article,) for article in articles)
    if isinstance(articles, Sequence):
        alone = list(alone)
    return _summarize(alone, settings, store, language=language, progress=progress)


def _summarize(
    stories: Iterable[tuple[Article, ...]],
    settings: SummarizerSettings,
    store: "Store | None",
    *,
    language: str,
    progress: Progress,
) -> Iterator[Summary]:
    from digest.summarize.cache import summarize_cached
    from digest.summarize.choice import choose_summarizer

    summarizer = choose_summarizer(settings)
    total = len(stories) if isinstance(stories, Sequence) else None
    done = 0
    rest = iter(stories)
    while batch := list(islice(rest, _BATCH)):
        yield from summarize_cached(batch, summarizer, store, language=language)
        done += len(batch)
        progress("summarize", done, total)


def embed(
    articles: Sequence[Article],
    settings: SummarizerSettings,
    store: "Store | None",
    *,
    progress: Progress = no_progress,
) -> "dict[str, NDArray[np.float32]]":
    """content_hash -> vector of unit length (384) of title and lead; kept in the store, so encoded once.

    Raises ModelError, StoreError.
    """
    from digest.summarize.embedding import embed_articles

    return embed_articles(articles, settings, store, progress)


def embed_texts(texts: Sequence[str], settings: SummarizerSettings) -> "NDArray[np.float32]":
    """One vector of unit length a text, (len(texts), 384), comparable with those of articles. Raises ModelError."""
    from digest.summarize.encoder import load_encoder

    return load_encoder(settings).encode(texts)


def word_rarity() -> "Mapping[str, float]":
    """Word -> how rare it is in the language, from 0 to 1; a word that is not there is very rare. Raises ModelError."""
    from digest.summarize.vocabulary import word_rarity

    return word_rarity()


def check_model(settings: SummarizerSettings) -> str:
    """Load the model that the settings name, and say in one line what it is. Raises ModelError, ConfigError."""
    from digest.summarize.choice import choose_summarizer

    return choose_summarizer(settings).check()


__all__ = ["check_model", "embed", "embed_texts", "summarize", "summarize_articles", "word_rarity"]
