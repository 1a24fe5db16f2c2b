"""Vectors of articles and of free text, for whoever compares them. An article is encoded once."""

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from digest.config import SummarizerSettings
from digest.model import Article, Progress
from digest.store.store import Store
from digest.summarize.encoder import NAME, REVISION, load_encoder

_LEAD = 1200  # characters of the text; the encoder sees 256 tokens, title included
_VERSION = 2
_ENCODER = f"{NAME}@{REVISION}/title+lead-{_VERSION}"
_BATCH = 256


def embed_articles(
    articles: Sequence[Article], settings: SummarizerSettings, store: Store | None, progress: Progress
) -> dict[str, NDArray[np.float32]]:
    """content_hash -> unit vector of title and lead, from the store where it is there."""
    by_hash = {article.content_hash: article for article in articles}
    found = store.embeddings.get(_ENCODER, by_hash) if store else {}
    missing = [article for content_hash, article in by_hash.items() if content_hash not in found]
    for start in range(0, len(missing), _BATCH):
        batch = missing[start : start + _BATCH]
        vectors = load_encoder(settings).encode([_title_and_lead(article) for article in batch])
        fresh = {article.content_hash: vector for article, vector in zip(batch, vectors, strict=True)}
        if store:
            store.embeddings.put(_ENCODER, fresh, datetime.now(UTC))
        found |= fresh
        progress("encode", start + len(batch), len(missing))
    return found


def _title_and_lead(article: Article) -> str:
    """A text that begins with its title, as teasers do, says it once: said twice, it drowns what makes it differ."""
    lead = article.text[:_LEAD]
    return lead if lead.startswith(article.title) else f"{article.title}\n{lead}"
