"""Summaries written by a model, checked against the article before they go out."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from digest.config import SummarizerSettings
from digest.model import Article, Origin, Summary
from digest.summarize.chunks import sample_chunks, split_chunks
from digest.summarize.engines import load_writer, planned_engine
from digest.summarize.extractive import Extractive
from digest.summarize.hub import ModelFiles, find_model
from digest.summarize.language import language_of
from digest.summarize.neutral import without_orders
from digest.summarize.prompt import prompt_identity
from digest.summarize.sentences import base_language, split_sentences, tidy, word_count
from digest.summarize.support import check_support
from digest.summarize.writer import Task, Writer, count_tokens, pieces

_VERSION = 4  # raised whenever the same article would be summarized differently
_OVERLAP_SHARE = 8  # a chunk repeats up to an eighth of the one before it
_ROUNDS = 3  # of summarizing summaries; what is still too long then is cut at the model's input
_CHUNKS = 16  # of one article; the opening and an even sample of the rest of a longer one
_SECOND_LENGTH = 4  # times the words of a summary: what the model is given to read when its first draft fails
_SECOND_SHARE = 2 / 3  # of the article at the most, or the second draft would be the first one again


@dataclass(frozen=True, slots=True)
class _Draft:
    """An article on its way: the sentences that the model is to read. `language` is the article's own."""

    title: str
    language: str
    sentences: list[str]


@dataclass(frozen=True, slots=True)
class _Written:
    """What the model made of a draft: whole sentences, and what speaks against them; empty when they may go out."""

    sentences: list[str]
    findings: list[str]


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
        """One summary an article, in order; the extractive one where the model fails or invents, twice."""
        drafts = [self._draft(article, language_of(article, language)) for article in articles]
        short = [number for number, draft in enumerate(drafts) if self._is_short(draft)]
        found: dict[int, Summary] = {}
        findings: dict[int, list[str]] = {number: [] for number in range(len(drafts)) if number not in short}
        for attempt in (1, 2):
            pending = [number for number in findings if number not in found]
            read = [drafts[n] if attempt == 1 else self._condensed(articles[n], drafts[n]) for n in pending]
            for number, text in zip(pending, self._write(read, language), strict=True):
                written = self._checked(text, drafts[number], language)
                if not written.findings:
                    found[number] = self._made(written.sentences, drafts[number], language, findings[number])
                findings[number] += [f"draft {attempt}: {finding}" for finding in written.findings]
        rest = [number for number in range(len(drafts)) if number not in found]
        instead = self._extractive.summarize([articles[number] for number in rest], language=language)
        for number, summary in zip(rest, instead, strict=True):
            failed = replace(summary, origin=Origin.FALLBACK, findings=tuple(findings.get(number, ())))
            found[number] = summary if number in short else failed
        return [found[number] for number in range(len(drafts))]

    def summarize_stories(self, stories: Sequence[Sequence[Article]], *, language: str) -> list[Summary]:
        """One summary a story, in order: the model's of the lead, with what the other outlets tell beside it.

        Their sentences stand word for word after their names. Where the model's language is not the lead's they cannot
        be compared, and the lead's summary stands alone.
        """
        alone = self.summarize([story[0] for story in stories], language=language)
        return [self._completed(summary, story, language) for summary, story in zip(alone, stories, strict=True)]

    def _completed(self, summary: Summary, story: Sequence[Article], language: str) -> Summary:
        own = language_of(story[0], language)
        if len(story) == 1:
            return summary
        if summary.origin is not Origin.GENERATED:
            [extractive] = self._extractive.summarize_stories([story], language=language)
            return replace(extractive, origin=summary.origin, findings=summary.findings)
        if self._spoken(own, language) != own:
            return summary
        written = [sentence.text for sentence in split_sentences(summary.text, own)]
        whole = self._extractive.completed(written, story, language=own)
        return replace(summary, text=whole.text, sentences=whole.sentences, passages=whole.passages)

    def _draft(self, article: Article, language: str) -> _Draft:
        sentences = [sentence.text for sentence in split_sentences(article.text, language)]
        title = " ".join(without_orders([article.title.strip()]))
        return _Draft(title, language, without_orders(sentences))

    def _condensed(self, article: Article, draft: _Draft) -> _Draft:
        """The sentences that tell an article best, for a second reading: far less to mix up."""
        words = sum(word_count(text, draft.language) for text in draft.sentences)
        most = max(5, min(_SECOND_LENGTH * self._settings.max_words, int(_SECOND_SHARE * words)))
        wanted = self._settings.model_copy(
            update={"max_words": most, "sentences": _SECOND_LENGTH * self._settings.sentences}
        )
        [summary] = Extractive(wanted).summarize([article], language=draft.language)
        sentences = [sentence.text for sentence in split_sentences(summary.text, draft.language)]
        return replace(draft, sentences=without_orders(sentences))

    def _is_short(self, draft: _Draft) -> bool:
        """Whether there is nothing to shorten."""
        words = 0
        for text in draft.sentences:
            words += word_count(text, draft.language)
            if words > self._settings.max_words:
                return False
        return True

    def _write(self, drafts: Sequence[_Draft], language: str) -> list[str | None]:
        """What the model makes of each; None where it failed."""
        written: list[str | None] = [None] * len(drafts)
        pending = {number: draft.sentences for number, draft in enumerate(drafts)}
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
                    of = self._spoken(drafts[number].language, language)
                    pending[number] = [s.text for text in said for s in split_sentences(text, of)]
        return written

    def _spoken(self, own: str, language: str) -> str:
        """What the summary is in: an instruction model writes the newsletter's language, others the article's own."""
        return base_language(language) if self._files.kind == "causal" else own

    def _chunks(self, sentences: Sequence[str]) -> list[str]:
        limit = self._model.limit
        whole = zip(sentences, count_tokens(self._model, sentences), strict=True)
        texts = [piece for text, size in whole for piece in (pieces(self._model, text) if size > limit else [text])]
        lengths = [min(size + 1, limit) for size in count_tokens(self._model, texts)]  # 1: the blank between two
        ranges = sample_chunks(split_chunks(lengths, limit, limit // _OVERLAP_SHARE), _CHUNKS)
        return [" ".join(texts[i] for i in part) for part in ranges]

    def _checked(self, text: str | None, draft: _Draft, language: str) -> _Written:
        """The whole sentences of what was written, as many as there is room for, checked against the article."""
        spoken = self._spoken(draft.language, language)
        kept: list[str] = []
        words = 0
        for sentence in split_sentences(text or "", spoken):
            size = word_count(sentence.text, spoken)
            if len(kept) == self._settings.sentences or words + size > self._settings.max_words:
                break
            if sentence.complete and sentence.text not in kept:
                kept.append(sentence.text)
                words += size
        if not kept:
            return _Written(
                [], ["the model failed or wrote nothing" if text is None else "it holds no whole sentence that fits"]
            )
        found = check_support(
            kept,
            draft.sentences,
            draft.title,
            self._settings,
            kind=self._files.kind,
            spoken=spoken,
            language=draft.language,
        )
        return _Written(kept, [str(finding) for finding in found])

    def _made(self, sentences: Sequence[str], draft: _Draft, language: str, findings: Sequence[str]) -> Summary:
        glue = "" if self._spoken(draft.language, language) in {"zh", "ja"} else " "
        return Summary(
            text=glue.join(sentences),
            origin=Origin.GENERATED,
            model=self._files.name,
            sentences=len(sentences),
            grounded=True,
            findings=tuple(findings),
        )
