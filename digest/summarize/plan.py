"""A story made ready for the choice: its articles split, what must not be in a summary left out, long ones thinned."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from digest.model import Article
from digest.summarize.centrality import Candidate
from digest.summarize.cues import MIN_WORDS, is_unfit, leans
from digest.summarize.language import language_of
from digest.summarize.neutral import speaks_to_model
from digest.summarize.sentences import Sentence, split_sentences, tidy, word_count

_OPENING = 64  # sentences at the start of a long article that are all considered
_CONSIDERED = 256  # sentences considered in all; the rest of a long article is sampled evenly
_OUTLETS = 7  # articles of a story that are read beside its lead
_ELSEWHERE = 24  # sentences considered of each of these


@dataclass(frozen=True, slots=True)
class Plan:
    """A story made ready: what may be chosen of its articles, and the title that may guide the choice."""

    language: str
    title: str
    sources: list[str]
    sentences: list[Sentence]
    owners: list[int]
    """Of which article each sentence is; 0 is the lead."""
    numbers: list[int]
    """Where each sentence stands among all of its article's."""

    @property
    def texts(self) -> list[str]:
        return [sentence.text for sentence in self.sentences]

    @property
    def places(self) -> list[int]:
        """How many sentences of the same article stand before each."""
        seen: Counter[int] = Counter()
        found = []
        for owner in self.owners:
            found.append(seen[owner])
            seen[owner] += 1
        return found

    def led_by(self, texts: Sequence[str]) -> "Plan":
        """The plan with these sentences in the place of the lead's."""
        others = [index for index, owner in enumerate(self.owners) if owner]
        kept = self.only(others)
        return replace(
            kept,
            sentences=[*(Sentence(text=text, paragraph=0, complete=True) for text in texts), *kept.sentences],
            owners=[*([0] * len(texts)), *kept.owners],
            numbers=[*range(len(texts)), *kept.numbers],
        )

    def only(self, indices: Sequence[int]) -> "Plan":
        return replace(
            self,
            sentences=[self.sentences[i] for i in indices],
            owners=[self.owners[i] for i in indices],
            numbers=[self.numbers[i] for i in indices],
        )


def plan_story(story: Sequence[Article], language: str) -> Plan:
    """Split, leave out what must not be in a summary, and thin out what is too long to consider."""
    plan = Plan(language, story[0].title.strip(), [], [], [], [])
    for owner, article in enumerate(_tellers(story, language)):
        everything = _told(split_sentences(article.text, language))
        fit = _fit(everything, language)
        room = _CONSIDERED - _OPENING if owner == 0 else 0
        considered = fit[:_OPENING] + _sampled(fit[_OPENING:], room)
        if owner:  # of other outlets no fragment stands in for a sentence, and what leans has nothing to lean on
            considered = [i for i in considered if _stands_alone(everything[i], language)][:_ELSEWHERE]
        plan.sources.append(tidy(article.outlet))
        plan.sentences.extend(everything[i] for i in considered)
        plan.owners.extend([owner] * len(considered))
        plan.numbers.extend(considered)
    return plan


def _told(sentences: list[Sentence]) -> list[Sentence]:
    """The sentences without those that speak to a language model; all, where there are no others."""
    return [sentence for sentence in sentences if not speaks_to_model(sentence.text)] or sentences


def _stands_alone(sentence: Sentence, language: str) -> bool:
    return not is_unfit(sentence, language) and not leans(sentence.text, language)


def _tellers(story: Sequence[Article], language: str) -> list[Article]:
    """The lead, and after it those that tell the story in its language, as they appeared."""
    lead, *others = story
    told = [article for article in others if language_of(article, language) == language]
    return [lead, *sorted(told, key=lambda article: article.dated)[:_OUTLETS]]


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


def candidates_of(plan: Plan) -> list[Candidate]:
    before = [(-1, -2), *zip(plan.owners, plan.numbers, strict=True)]
    return [
        Candidate(
            words=word_count(sentence.text, plan.language) + len(plan.sources[owner].split()) * (owner > 0),
            leans=leans(sentence.text, plan.language),
            follows=previous == (owner, number - 1),
        )
        for sentence, owner, number, previous in zip(plan.sentences, plan.owners, plan.numbers, before, strict=False)
    ]
