"""Summaries written by a model, checked against the article before they go out."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from digest.config import SummarizerSettings
from digest.model import Article, Origin, Summary
from digest.summarize.chunks import sample_chunks, split_chunks
from digest.summarize.encoder import load_encoder
from digest.summarize.engines import load_writer, planned_engine
from digest.summarize.extractive import Extractive
from digest.summarize.grounding import Kind, unsupported
from digest.summarize.hub import ModelFiles, find_model
from digest.summarize.language import language_of
from digest.summarize.neutral import without_orders
from digest.summarize.prompt import prompt_identity
from digest.summarize.sentences import base_language, split_sentences, tidy, word_count
from digest.summarize.writer import Task, Writer, count_tokens, pieces

_VERSION = 2  # raised whenever the same article would be summarized differently
_OVERLAP_SHARE = 8  # a chunk repeats up to an eighth of the one before it
_ROUNDS = 3  # of summarizing summaries; what is still too long then is cut at the model's input
_CHUNKS = 16  # of one article; the opening and an even sample of the rest of a longer one
_MIN_SUPPORT = 0.35  # cosine of a summary's sentence with the closest one of the article; below lies invention


@dataclass(frozen=True, slots=True)
class _Draft:
    """An article on its way: the sentences that stand for it now. `language` is the article's own."""

    title: str
    language: str
    sentences: list[str]


class Generative:
    """A sequence-to-sequence model (BART, Pegasus, T5…) or an instruction model, by name, revision or folder."""

    def __init__(self, settings: SummarizerSettings) -> None:
        self._settings = settings
        self._extractive = Extractive(settings)

    @functools.cached_property
    def _files(self) -> ModelFiles:
        return find_model(self._settings)

    @functools.cached_property
    def _model(self) -> Writer:
        return load_writer(self._files, self._settings)

    @property
    def fingerprint(self) -> str:
        """Model, revision, content, engine, prompt, and what the fallback depends on. Raises ModelError, TemplateError.

        Which engine runs is not known before the model is loaded; the device decides it, and a prompt only counts where
        one is used.
        """
        files = self._files
        prompt = prompt_identity(self._settings) if files.kind == "causal" else "-"
        return (
            f"generative-{_VERSION} {files.name}@{files.revision} {files.identity} {files.kind} prompt {prompt} "
            f"{planned_engine(files, self._settings)} {self._extractive.fingerprint}"
        )

    def check(self) -> str:
        """Load the model and say what runs it. Raises ModelError, TemplateError."""
        files, model = self._files, self._model
        model.write([Task(text="The model works.", title="A test")])
        revision = f" {files.revision[:12]}" if files.revision else ""
        return f"{files.name}{revision}, {model.engine}, input up to {model.limit} tokens"

    def summarize(self, articles: Sequence[Article], *, language: str) -> list[Summary]:
        """One summary an article, in order; the extractive one where the model fails or invents."""
        drafts = [self._draft(article, language_of(article, language)) for article in articles]
        written = self._write(drafts, language)
        found = [self._finished(draft, text, language) for draft, text in zip(drafts, written, strict=True)]
        failed = [number for number, summary in enumerate(found) if summary is None]
        instead = self._extractive.summarize([articles[number] for number in failed], language=language)
        for number, summary in zip(failed, instead, strict=True):
            short = self._is_short(drafts[number])
            found[number] = summary if short else replace(summary, origin=Origin.FALLBACK)
        return [summary for summary in found if summary is not None]

    def _draft(self, article: Article, language: str) -> _Draft:
        sentences = [sentence.text for sentence in split_sentences(article.text, language)]
        return _Draft(article.title.strip(), language, without_orders(sentences))

    def _is_short(self, draft: _Draft) -> bool:
        """Whether there is nothing to shorten."""
        words = 0
        for text in draft.sentences:
            words += word_count(text, draft.language)
            if words > self._settings.max_words:
                return False
        return True

    def _write(self, drafts: Sequence[_Draft], language: str) -> list[str | None]:
        """What the model makes of each; None where it failed, and where the article is short already."""
        written: list[str | None] = [None] * len(drafts)
        pending = {number: draft.sentences for number, draft in enumerate(drafts) if not self._is_short(draft)}
        for round_ in range(_ROUNDS):
            chunks = {number: self._chunks(texts) for number, texts in pending.items()}
            tasks = [
                (number, Task(text=text, title=drafts[number].title, language=language, part=len(texts) > 1))
                for number, texts in chunks.items()
                for text in texts
            ]
            outputs = self._model.write([task for _, task in tasks]) if tasks else []
            parts: dict[int, list[str | None]] = {number: [] for number in pending}
            for (number, _), output in zip(tasks, outputs, strict=True):
                parts[number].append(output)
            for number, texts in parts.items():
                said = [tidy(text.replace("<n>", " ")) for text in texts if text]
                if not said or len(said) < len(texts):
                    del pending[number]  # the model failed on a part: better no summary than one of the rest
                elif len(said) == 1 or round_ == _ROUNDS - 1:
                    written[number] = " ".join(said)
                    del pending[number]
                else:
                    of = self._language(drafts[number], language)
                    pending[number] = [s.text for text in said for s in split_sentences(text, of)]
        return written

    def _language(self, draft: _Draft, language: str) -> str:
        """What the summary is in: an instruction model writes the newsletter's language, others the article's."""
        return base_language(language) if self._files.kind == "causal" else draft.language

    def _chunks(self, sentences: Sequence[str]) -> list[str]:
        limit = self._model.limit
        whole = zip(sentences, count_tokens(self._model, sentences), strict=True)
        texts = [piece for text, size in whole for piece in (pieces(self._model, text) if size > limit else [text])]
        lengths = [min(size + 1, limit) for size in count_tokens(self._model, texts)]  # 1: the blank between two
        ranges = sample_chunks(split_chunks(lengths, limit, limit // _OVERLAP_SHARE), _CHUNKS)
        return [" ".join(texts[i] for i in part) for part in ranges]

    def _finished(self, draft: _Draft, text: str | None, language: str) -> Summary | None:
        """The whole sentences of what was written, if the article supports them."""
        if not text:
            return None
        spoken = self._language(draft, language)
        kept: list[str] = []
        words = 0
        for sentence in split_sentences(text, spoken):
            size = word_count(sentence.text, spoken)
            full = len(kept) == self._settings.sentences or words + size > self._settings.max_words
            if full:
                break
            if sentence.complete and sentence.text not in kept:
                kept.append(sentence.text)
                words += size
        if not kept or not self._supported(kept, draft, spoken):
            return None
        return Summary(
            text=("" if spoken in {"zh", "ja"} else " ").join(kept),
            origin=Origin.GENERATED,
            model=self._files.name,
            sentences=len(kept),
            grounded=True,
        )

    def _supported(self, sentences: Sequence[str], draft: _Draft, spoken: str) -> bool:
        """Whether every figure and name stands in the article, and each sentence is close to one of it."""
        article = " ".join([draft.title, *draft.sentences])
        missing = unsupported(" ".join(sentences), article, spoken)
        if spoken != draft.language:  # names are spelled otherwise, quotations translated: figures alone are the same
            missing = [finding for finding in missing if finding.kind is Kind.NUMBER]
        if missing:
            return False
        if draft.language != "en" or spoken != "en":
            return True  # the encoder could not tell
        vectors = load_encoder(self._settings).encode([*sentences, *draft.sentences])
        closeness = vectors[: len(sentences)] @ vectors[len(sentences) :].T
        return bool(closeness.max(axis=1).min() >= _MIN_SUPPORT)
