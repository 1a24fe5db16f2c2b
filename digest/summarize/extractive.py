"""The built-in summarizer: the sentences of the article that tell it best, as they stand in it."""

from collections.abc import Sequence
from itertools import groupby

import numpy as np

from digest.config import SummarizerSettings
from digest.model import Article, Origin, Passage, Summary
from digest.summarize import centrality
from digest.summarize.centrality import Candidate, Vectors, Weights
from digest.summarize.cues import without_dateline
from digest.summarize.differences import contradictions, differ, said_by, with_differences
from digest.summarize.encoder import NAME, REVISION, Encoder, load_encoder
from digest.summarize.language import language_of
from digest.summarize.lexical import term_vectors, terms
from digest.summarize.plan import Plan, candidates_of, plan_story
from digest.summarize.sentences import Sentence, word_count

_VERSION = 4  # raised whenever the same article would be summarized differently
_KNOWN = frozenset({"en"})  # what the encoder was trained on; elsewhere words alone decide, and the summary says so
_SAME = 0.72  # cosine by the encoder of two outlets' sentences that tell a reader the same
_SAME_WORDS = 0.6  # the same by words alone
_RUN_ON = 120  # words past which a text without a stop is no sentence that could be kept whole


class Extractive:
    """Chooses sentences by place, centrality and novelty; the words of a summary are the articles' own."""

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
        return self.summarize_stories([[article] for article in articles], language=language)

    def summarize_stories(self, stories: Sequence[Sequence[Article]], *, language: str) -> list[Summary]:
        """One summary a story, in order, drawn from all of its articles; the first of them leads."""
        plans = [plan_story(story, language_of(story[0], language)) for story in stories]
        vectors = self.encode(plans)
        return [self.summary(plan, found) for plan, found in zip(plans, vectors, strict=True)]

    def encode(self, plans: Sequence[Plan]) -> list[Vectors | None]:
        """For each plan the vectors of its sentences and, last, of its title; None where the encoder is not needed."""
        wanted = [plan.language in _KNOWN and not self._fits(plan) for plan in plans]
        texts = [text for plan, want in zip(plans, wanted, strict=True) if want for text in [*plan.texts, plan.title]]
        encoder: Encoder | None = load_encoder(self._settings) if texts else None
        rest = encoder.encode(texts) if encoder else np.zeros((0, 0), dtype=np.float32)
        found: list[Vectors | None] = []
        for plan, want in zip(plans, wanted, strict=True):
            size = len(plan.sentences) + 1 if want else 0
            found.append(rest[:size] if want else None)
            rest = rest[size:]
        return found

    def _fits(self, plan: Plan) -> bool:
        """Whether the whole article is short enough to be its own summary."""
        words = sum(word_count(text, plan.language) for text in plan.texts)
        alone = not any(plan.owners)
        return alone and len(plan.sentences) <= self._settings.sentences and words <= self._settings.max_words

    def summary(self, plan: Plan, vectors: Vectors | None) -> Summary:
        """The summary of a story that was made ready, by what `encode` gave for it."""
        if self._fits(plan) or not plan.sentences:
            return self._made(plan, range(len(plan.sentences)))
        plan, candidates, scores, meaning = self._weighed(plan, vectors)
        limits = {"sentences": self._settings.sentences, "max_words": self._settings.max_words}
        chosen = centrality.choose(scores, candidates, meaning, weights=self._weights, **limits)
        if any(plan.owners):
            chosen = self._with_differences(plan, chosen, candidates, meaning)
        return self._made(plan, sorted(chosen))

    def completed(self, written: Sequence[str], story: Sequence[Article], *, language: str) -> Summary:
        """The sentences that a model has written of a story's lead, with what its other articles tell beside them.

        Where they differ both are told, as in the summaries of `summarize_stories`; what is new comes where there is
        room. Every sentence but the written ones stands in the article of the outlet named.
        """
        plan = plan_story(story, language).led_by(written)
        [vectors] = self.encode([plan])
        plan, candidates, scores, meaning = self._weighed(plan, vectors)
        first = range(len(written))
        chosen = self._with_differences(plan, first, candidates, meaning)
        room = self._settings.max_words - sum(candidates[index].words for index in chosen)
        for index in sorted(range(len(first), len(candidates)), key=lambda i: -scores[i]):
            if index not in chosen and len(chosen) < self._settings.sentences and candidates[index].words <= room:
                chosen.append(index)
                room -= candidates[index].words
        return self._made(plan, sorted(chosen))

    def _weighed(self, plan: Plan, vectors: Vectors | None) -> tuple[Plan, list[Candidate], centrality.Scores, Vectors]:
        """What is news of a plan: its sentences as candidates, what each is worth, and their vectors."""
        words = term_vectors([*plan.texts, plan.title], plan.language)
        meaning = words if vectors is None else vectors
        news = _news(plan, meaning[:-1], known=vectors is not None)
        rows = [*news, len(plan.sentences)]
        plan, words, meaning = plan.only(news), words[rows], meaning[rows]
        candidates = candidates_of(plan)
        return plan, candidates, self._scores(plan, candidates, words, meaning), meaning[:-1]

    def _with_differences(
        self, plan: Plan, chosen: Sequence[int], candidates: Sequence[Candidate], meaning: Vectors
    ) -> list[int]:
        against = contradictions(chosen, range(len(candidates)), plan.texts, plan.owners, meaning, plan.language)
        return with_differences(
            chosen,
            against,
            [candidate.words for candidate in candidates],
            sentences=self._settings.sentences,
            max_words=self._settings.max_words,
        )

    def _scores(
        self, plan: Plan, candidates: Sequence[Candidate], words: Vectors, meaning: Vectors
    ) -> centrality.Scores:
        """What each sentence is worth by itself. The last row of `words` and `meaning` is the title's."""
        weights = self._weights
        place = centrality.early(plan.places, self._settings.sentences, weights.place_width)
        scores = (
            weights.place * place * np.where(np.array(plan.owners) == 0, 1.0, weights.elsewhere)
            + weights.meaning * centrality.central(meaning[:-1])
            + weights.words * centrality.central(words[:-1])
            + weights.length * centrality.long([candidate.words for candidate in candidates])
        )
        if plan.title:
            scores = scores + weights.title * centrality.similar(meaning[:-1], meaning[-1])
        return scores

    def _made(self, plan: Plan, chosen: Sequence[int]) -> Summary:
        """The summary of the sentences chosen, each outlet's together, and named where it is not the lead's."""
        passages = []
        for source, group in groupby(chosen, key=lambda index: plan.sources[plan.owners[index]]):
            passages.append(Passage(text=self._joined(plan, list(group)), source=source))
        name = f"builtin ({NAME})" if plan.language in _KNOWN else f"builtin (words alone, {plan.language})"
        return Summary(
            text="\n".join(_attributed(passage, plan) for passage in passages),
            origin=Origin.EXTRACTIVE,
            model=name,
            sentences=len(chosen),
            grounded=True,
            passages=tuple(passages) if len(plan.sources) > 1 else (),
        )

    def _joined(self, plan: Plan, chosen: Sequence[int]) -> str:
        most = self._settings.max_words
        pieces = [_clipped(plan.sentences[index], most, opens=plan.numbers[index] == 0) for index in chosen]
        complete = all(plan.sentences[index].complete for index in chosen)
        glue = "" if plan.language in {"zh", "ja"} else " "
        return (glue if complete else "; ").join(pieces)


def _news(plan: Plan, vectors: Vectors, *, known: bool) -> list[int]:
    """The sentences that are the lead's, or say what no article before theirs says, or say it differently."""
    same = _SAME if known else _SAME_WORDS
    texts, owners = plan.texts, np.array(plan.owners)
    held = [frozenset(terms(text, plan.language)) for text in texts] if any(plan.owners) else []
    kept = []
    for index, (text, owner) in enumerate(zip(texts, plan.owners, strict=True)):
        before = np.flatnonzero(owners < owner)
        if len(before) == 0:
            kept.append(index)
            continue
        closeness = vectors[before] @ vectors[index]
        nearest = before[int(closeness.argmax())]
        repeated = closeness.max() >= same or said_by(held[index], (held[i] for i in before))
        if not repeated or differ(texts[nearest], text, float(closeness.max()), plan.language):
            kept.append(index)
    return kept


def _attributed(passage: Passage, plan: Plan) -> str:
    """The words of the lead as they stand; those of another outlet after its name."""
    if passage.source == plan.sources[0] or not passage.source:
        return passage.text
    return f"{passage.source}{'：' if plan.language in {'zh', 'ja'} else ': '}{passage.text}"


def _clipped(sentence: Sentence, max_words: int, *, opens: bool) -> str:
    """The sentence; of a long run of words without an end, the beginning, marked as cut."""
    words = sentence.text.split()
    if sentence.complete or len(words) <= max(_RUN_ON, max_words):
        return without_dateline(sentence.text, opens=opens)
    return " ".join(words[:max_words]) + " …"
