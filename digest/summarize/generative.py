"""Summaries written by a sequence-to-sequence model, checked against the article before they go out."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from digest.config import SummarizerSettings
from digest.model import Article, Origin, Summary
from digest.summarize.chunks import split_chunks
from digest.summarize.encoder import load_encoder
from digest.summarize.extractive import Extractive
from digest.summarize.grounding import unsupported
from digest.summarize.hub import ModelFiles, find_model
from digest.summarize.language import language_of
from digest.summarize.sentences import split_sentences, tidy, word_count
from digest.summarize.seq2seq import Seq2Seq, load_seq2seq

_VERSION = 1  # raised whenever the same article would be summarized differently
_OVERLAP_SHARE = 8  # a chunk repeats up to an eighth of the one before it
_ROUNDS = 3  # of summarizing summaries; what is still too long then is cut at the model's input
_SENTENCES = 400  # of an article that a model is given; some 10,000 words
_MIN_SUPPORT = 0.35  # cosine of a summary's sentence with the closest one of the article; below lies invention


@dataclass(frozen=True, slots=True)
class _Draft:
    """An article on its way: the sentences that stand for it now."""

    language: str
    sentences: list[str]


class Generative:
    """Any model of the BART, DistilBART, Pegasus or T5 families, by name, revision or folder."""

    def __init__(self, settings: SummarizerSettings) -> None:
        self._settings = settings
        self._extractive = Extractive(settings)

    @functools.cached_property
    def _files(self) -> ModelFiles:
        return find_model(self._settings)

    @functools.cached_property
    def _model(self) -> Seq2Seq:
        return load_seq2seq(self._files, self._settings)

    @property
    def fingerprint(self) -> str:
        """Model, revision, files, device, and what the fallback depends on. Raises ModelError."""
        files = self._files
        return (
            f"generative-{_VERSION} {files.name}@{files.revision} {files.identity} "
            f"{self._settings.device} {self._extractive.fingerprint}"
        )

    def check(self) -> str:
        """Load the model and say what runs it. Raises ModelError."""
        files, model = self._files, self._model
        revision = f" {files.revision[:12]}" if files.revision else ""
        return f"{files.name}{revision}, {model.engine}, input up to {model.limit} tokens"

    def summarize(self, articles: Sequence[Article], *, language: str) -> list[Summary]:
        """One summary an article, in order; the extractive one where the model fails or invents."""
        drafts = [self._draft(article, language_of(article, language)) for article in articles]
        written = self._write(drafts)
        found = [self._finished(draft, text) for draft, text in zip(drafts, written, strict=True)]
        failed = [number for number, summary in enumerate(found) if summary is None]
        instead = self._extractive.summarize([articles[number] for number in failed], language=language)
        for number, summary in zip(failed, instead, strict=True):
            short = self._is_short(drafts[number])
            found[number] = summary if short else replace(summary, origin=Origin.FALLBACK)
        return [summary for summary in found if summary is not None]

    def _draft(self, article: Article, language: str) -> _Draft:
        sentences = [sentence.text for sentence in split_sentences(article.text, language)]
        return _Draft(language, sentences[:_SENTENCES])

    def _is_short(self, draft: _Draft) -> bool:
        """Whether there is nothing to shorten."""
        return sum(word_count(text, draft.language) for text in draft.sentences) <= self._settings.max_words

    def _write(self, drafts: Sequence[_Draft]) -> list[str | None]:
        """What the model makes of each; None where it failed, and where the article is short already."""
        written: list[str | None] = [None] * len(drafts)
        pending = {number: draft.sentences for number, draft in enumerate(drafts) if not self._is_short(draft)}
        for round_ in range(_ROUNDS):
            chunks = [(number, text) for number, texts in pending.items() for text in self._chunks(texts)]
            outputs = self._model.generate([text for _, text in chunks]) if chunks else []
            parts: dict[int, list[str | None]] = {number: [] for number in pending}
            for (number, _), output in zip(chunks, outputs, strict=True):
                parts[number].append(output)
            for number, texts in parts.items():
                said = [tidy(text.replace("<n>", " ")) for text in texts if text]
                if len(said) < len(texts):
                    del pending[number]  # the model failed on a part: better no summary than one of the rest
                elif len(said) == 1 or round_ == _ROUNDS - 1:
                    written[number] = " ".join(said)
                    del pending[number]
                else:
                    pending[number] = [s.text for text in said for s in split_sentences(text, drafts[number].language)]
        return written

    def _chunks(self, sentences: Sequence[str]) -> list[str]:
        limit = self._model.limit
        lengths = self._model.count(sentences)
        texts = [
            self._cut(text, limit) if length > limit else text for text, length in zip(sentences, lengths, strict=True)
        ]
        ranges = split_chunks([min(length, limit) for length in lengths], limit, limit // _OVERLAP_SHARE)
        return [" ".join(texts[i] for i in part) for part in ranges]

    def _cut(self, text: str, limit: int) -> str:
        """The beginning of a run of words without an end that is longer than the model's input."""
        encoded = self._model.tokenizer.encode(text, add_special_tokens=False)
        return text[: encoded.offsets[limit - 1][1]]

    def _finished(self, draft: _Draft, text: str | None) -> Summary | None:
        """The whole sentences of what was written, if the article supports them."""
        if not text:
            return None
        kept: list[str] = []
        words = 0
        for sentence in split_sentences(text, draft.language):
            size = word_count(sentence.text, draft.language)
            full = len(kept) == self._settings.sentences or (kept and words + size > self._settings.max_words)
            if full:
                break
            if sentence.complete and sentence.text not in kept:
                kept.append(sentence.text)
                words += size
        if not kept or not self._supported(kept, draft):
            return None
        return Summary(
            text=" ".join(kept),
            origin=Origin.GENERATED,
            model=self._files.name,
            sentences=len(kept),
            grounded=True,
        )

    def _supported(self, sentences: Sequence[str], draft: _Draft) -> bool:
        """Whether every figure and name stands in the article, and each sentence is close to one of it."""
        if unsupported(" ".join(sentences), " ".join(draft.sentences)):
            return False
        if draft.language != "en":
            return True  # the encoder could not tell
        vectors = load_encoder(self._settings).encode([*sentences, *draft.sentences])
        closeness = vectors[: len(sentences)] @ vectors[len(sentences) :].T
        return bool(closeness.max(axis=1).min() >= _MIN_SUPPORT)
