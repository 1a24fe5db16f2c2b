"""How far an article supports each sentence of a summary, and what of the summary it does not hold."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from digest.config import SummarizerSettings
from digest.summarize.centrality import Scores, Vectors
from digest.summarize.encoder import load_encoder
from digest.summarize.grounding import Finding, Kind, unsupported
from digest.summarize.hub import Kind as ModelKind
from digest.summarize.lexical import terms

# Below lies invention. Each is where one in twenty faithful summaries fails (benchmarks/grounding.py): of what models
# write that were trained on news and keep to its words, and of what people write in words of their own.
LEAST_SUPPORT = 0.65
LEAST_CLOSENESS = 0.43
_ENCODED = "en"  # the language that the encoder knows


def check_support(
    sentences: Sequence[str],
    article: Sequence[str],
    title: str,
    settings: SummarizerSettings,
    *,
    kind: ModelKind,
    spoken: str,
    language: str,
) -> list[Finding]:
    """What the sentences of a summary say and the sentences of the article do not hold; empty when it may go out.

    `spoken` is the language of the summary, `language` the article's. Where they differ names are spelled otherwise
    and quotations translated: then figures alone are compared. Raises ModelError when the encoder is missing.
    """
    found = unsupported(" ".join(sentences), " ".join([title, *article]), spoken)
    if spoken != language:
        return [finding for finding in found if finding.kind is Kind.NUMBER]
    if spoken == _ENCODED:
        vectors = load_encoder(settings).encode([*sentences, *article])
        own, theirs = vectors[: len(sentences)], vectors[len(sentences) :]
        if kind == "seq2seq":
            weak = support(sentences, article, own, theirs) < LEAST_SUPPORT
        else:
            weak = closeness(own, theirs) < LEAST_CLOSENESS
        found += [Finding(Kind.SENTENCE, text) for text, is_weak in zip(sentences, weak, strict=True) if is_weak]
    return found


def support(told: Sequence[str], article: Sequence[str], own: Vectors, theirs: Vectors) -> Scores:
    """For each sentence told, 0…1: the mean of its closeness to a sentence of the article and of its words there.

    `own` and `theirs` are the vectors of both. Its words are sought in two neighbours at once, for a summary joins what
    an article says in two sentences.
    """
    held = [frozenset(terms(sentence, _ENCODED)) for sentence in article]
    pairs = [one | other for one, other in pairwise([*held, frozenset()])]
    shares = np.array([_share(frozenset(terms(text, _ENCODED)), pairs) for text in told], dtype=np.float64)
    found: Scores = (closeness(own, theirs) + shares) / 2
    return found


def closeness(own: Vectors, theirs: Vectors) -> Scores:
    """For each of `own` the cosine of the nearest of `theirs`."""
    return np.asarray((own @ theirs.T).max(axis=1), dtype=np.float64)


def _share(words: frozenset[str], pairs: Sequence[frozenset[str]]) -> float:
    return max(len(words & pair) for pair in pairs) / len(words) if words else 1.0
