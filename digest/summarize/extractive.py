"""The built-in summarizer: the sentences of the article that tell it best, as they stand in it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digest.config import SummarizerSettings
from digest.model import Article, Origin, Summary
from digest.summarize import centrality
from digest.summarize.centrality import Candidate, Weights
from digest.summarize.cues import MIN_WORDS, is_unfit, leans, without_dateline
from digest.summarize.encoder import NAME, REVISION, Encoder, load_encoder
from digest.summarize.language import language_of
from digest.summarize.lexical import term_vectors
from digest.summarize.sentences import Sentence, split_sentences, word_count

_VERSION = 1  # raised whenever the same article would be summarized differently
_KNOWN = frozenset({"en"})  # what the encoder was trained on; elsewhere words alone decide, and the summary says so
_OPENING = 64  # sentences at the start of a long article that are all considered
_CONSIDERED = 256  # sentences considered in all; the rest of a long article is sampled evenly
_RUN_ON = 120  # words past which a text without a stop is no sentence that could be kept whole


@dataclass(frozen=True, slots=True)
class _Plan:
    """An article made ready: what may be chosen, and the title that may guide the choice."""

    language: str
    title: str
    sentences: list[Sentence]
    numbers: list[int]
    """Where each sentence stands among all of the article's."""

    @property
    def texts(self) -> list[str]:
        return [sentence.text for sentence in self.sentences]


class Extractive:
    """Chooses sentences by place, centrality and novelty; the words of a summary are the article's own."""

    def __init__(self, settings: SummarizerSettings, weights: Weights | None = None) -> None:
        self._settings = settings
        self._weights = weights or Weights()

    @property
    def fingerprint(self) -> str:
        """Model, revision, algorithm, length; loads nothing."""
        length = (self._settings.sentences, self._settings.max_words)
        return f"builtin-{_VERSION} {NAME}@{REVISION} {length} {self._weights}"

    def check(self) -> str:
        """Load the encoder and say what runs it. Raises ModelError."""
        encoder = load_encoder(self._settings)
        encoder.encode(["The encoder works."])
        return f"builtin: {NAME} {REVISION}, {encoder.engine}"

    def summarize(self, articles: Sequence[Article], *, language: str) -> list[Summary]:
        """One summary an article, in order. The sentences of all are encoded together, which is quicker."""
        plans = [_plan(article, language_of(article, language)) for article in articles]
        vectors = self._encode(plans)
        return [self._summary(plan, found) for plan, found in zip(plans, vectors, strict=True)]

    def _encode(self, plans: Sequence[_Plan]) -> list[NDArray[np.float32] | None]:
        """For each plan the vectors of its sentences and, last, of its title; None where the encoder is not needed."""
        wanted = [plan.language in _KNOWN and not self._fits(plan) for plan in plans]
        texts = [text for plan, want in zip(plans, wanted, strict=True) if want for text in [*plan.texts, plan.title]]
        encoder: Encoder | None = load_encoder(self._settings) if texts else None
        rest = encoder.encode(texts) if encoder else np.zeros((0, 0), dtype=np.float32)
        found: list[NDArray[np.float32] | None] = []
        for plan, want in zip(plans, wanted, strict=True):
            size = len(plan.sentences) + 1 if want else 0
            found.append(rest[:size] if want else None)
            rest = rest[size:]
        return found

    def _fits(self, plan: _Plan) -> bool:
        """Whether the whole article is short enough to be its own summary."""
        words = sum(word_count(text, plan.language) for text in plan.texts)
        return len(plan.sentences) <= self._settings.sentences and words <= self._settings.max_words

    def _summary(self, plan: _Plan, vectors: NDArray[np.float32] | None) -> Summary:
        if self._fits(plan):
            return self._made(plan, range(len(plan.sentences)))
        words = term_vectors([*plan.texts, plan.title], plan.language)
        by_words, title_words = words[:-1], words[-1]
        meaning, title = (by_words, title_words) if vectors is None else (vectors[:-1], vectors[-1])
        weights, candidates = self._weights, _candidates(plan)
        scores = (
            weights.place * centrality.early(len(plan.sentences), weights.place_width)
            + weights.meaning * centrality.central(meaning)
            + weights.words * centrality.central(by_words)
            + weights.length * centrality.long([candidate.words for candidate in candidates])
        )
        if plan.title:
            scores = scores + weights.title * centrality.similar(meaning, title)
        chosen = centrality.choose(
            scores,
            candidates,
            meaning,
            sentences=self._settings.sentences,
            max_words=self._settings.max_words,
            weights=weights,
        )
        return self._made(plan, chosen)

    def _made(self, plan: _Plan, chosen: Sequence[int]) -> Summary:
        pieces = [_clipped(plan.sentences[index], self._settings.max_words) for index in chosen]
        complete = all(plan.sentences[index].complete for index in chosen)
        glue = "" if plan.language in {"zh", "ja"} else " "
        return Summary(
            text=(glue if complete else "; ").join(pieces),
            origin=Origin.EXTRACTIVE,
            model=f"builtin ({NAME})" if plan.language in _KNOWN else f"builtin (words alone, {plan.language})",
            sentences=len(pieces),
            grounded=True,
        )


def _plan(article: Article, language: str) -> _Plan:
    """Split, leave out what must not be in a summary, and thin out what is too long to consider."""
    everything = split_sentences(article.text, language)
    fit = _fit(everything, language)
    considered = fit[:_OPENING] + _sampled(fit[_OPENING:], _CONSIDERED - _OPENING)
    return _Plan(language, article.title.strip(), [everything[i] for i in considered], considered)


def _fit(sentences: Sequence[Sentence], language: str) -> list[int]:
    """The sentences that may stand in a summary; where there are none, whatever comes nearest to one."""
    cased = sum(sentence.text[0].islower() for sentence in sentences) * 4 < len(sentences)
    tests: tuple[Callable[[Sentence], bool], ...] = (
        lambda s: not is_unfit(s, language) and not (cased and s.text[0].islower()),
        lambda s: s.complete and word_count(s.text, language) >= MIN_WORDS,
        lambda s: word_count(s.text, language) >= MIN_WORDS,
        lambda s: True,
    )
    for test in tests:
        if found := [number for number, sentence in enumerate(sentences) if test(sentence)]:
            return found
    return []


def _sampled(items: list[int], count: int) -> list[int]:
    if len(items) <= count:
        return items
    return [items[i * len(items) // count] for i in range(count)]


def _candidates(plan: _Plan) -> list[Candidate]:
    before = [-2, *plan.numbers[:-1]]
    return [
        Candidate(
            words=word_count(sentence.text, plan.language),
            leans=leans(sentence.text, plan.language),
            follows=number == previous + 1,
        )
        for sentence, number, previous in zip(plan.sentences, plan.numbers, before, strict=True)
    ]


def _clipped(sentence: Sentence, max_words: int) -> str:
    """The sentence; of a long run of words without an end, the beginning, marked as cut."""
    words = sentence.text.split()
    if sentence.complete or len(words) <= max(_RUN_ON, max_words):
        return without_dateline(sentence.text)
    return " ".join(words[:max_words]) + " …"
