"""Finds what a generated summary says and its article does not hold: figures, dates, names, quotations.

This compares words (after Nan et al. 2021, arXiv 2102.09130), and is no check of facts: a summary may pass it and
still be wrong.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from digest.summarize.figures import Figure, Read, read_figures
from digest.summarize.names import fold, names, stem, stems, words
from digest.summarize.sentences import base_language, split_sentences

_QUOTED = re.compile(r"“([^”]+)”|\"([^\"]+)\"|«([^»]+)»|„([^“”]+)[“”]|「([^」]+)」|``(.+?)''")
_QUOTED_WORDS = 3  # words from which a quotation must stand in the article as a whole; shorter ones may be a nickname
_SPEAKS = re.compile(r"\b(?:said|says|told|added|adds|wrote|writes|according to|insisted|warned|explained|argued)\b")
_NEAR = 2  # sentences before and after a quotation within which its speaker is looked for
_BESIDE = 4  # words between the parts of a name: "Maria (Mia) del Solberg"
_TINY = frozenset({Decimal(0), Decimal(1), Decimal(2)})  # "two men" may be counted and stand nowhere as a number
_LEAST_ROUND = 2  # digits of a rounded figure that must agree


class Kind(StrEnum):
    """What is not in the article."""

    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    QUOTATION = "quotation"
    SPEAKER = "speaker"
    SENTENCE = "sentence"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a summary says and its article does not."""

    kind: Kind
    text: str

    def __str__(self) -> str:
        if self.kind is Kind.SPEAKER:
            return f"the article does not let {self.text} say this"
        if self.kind is Kind.SENTENCE:
            return f"nothing in the article is close enough to “{self.text}”"
        return f"the {self.kind} “{self.text}” is not in the article"


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    folded: str
    stems: frozenset[str]


class Evidence:
    """What an article holds, read once for all sentences that are checked against it."""

    def __init__(self, article: str, language: str = "en") -> None:
        self._language = base_language(language)
        self._read: Read = read_figures(article, language)
        self._values = frozenset(value for figure in self._read.figures for value in figure.values)
        self._values |= frozenset(Decimal(day) for _, day in self._read.days)
        self._words = [stem(word) for word in words(article)]
        self._stems = frozenset(form for forms in self._words for form in forms)
        self._folded = f" {fold(article)} "
        self._sentences = [
            _Sentence(s.text, f" {fold(s.text)} ", stems(s.text)) for s in split_sentences(article, language)
        ]

    def check(self, summary: str) -> list[Finding]:
        """What `summary` says in figures, dates, names and quotations that the article does not, in this order.

        Accents, case, typography, thousands separators, scales ("3 million"), number words, orders of a date, and
        plural or possessive endings make no difference, nor does rounding. A word that opens a sentence is a name only
        when another follows it.
        """
        read = read_figures(summary, self._language)
        found = [Finding(Kind.NUMBER, figure.text) for figure in read.figures if not self._holds(figure, read)]
        found += [Finding(Kind.DATE, text) for text in self._strange_dates(read)]
        found += [Finding(Kind.NAME, name) for name in self._strange_names(summary)]
        for quotation in _quotations(summary):
            found += self._strange_quotation(quotation, summary)
        return list(dict.fromkeys(found))

    def _holds(self, figure: Figure, read: Read) -> bool:
        if figure.word and figure.values <= _TINY:
            return True
        if re.search(r"[:/-]", figure.text):
            return figure.values <= self._values or bool(read.days & self._read.days)
        if figure.values & self._values:
            return True
        return any(_is_rounded(value, known) for value in figure.values for known in self._values)

    def _strange_dates(self, read: Read) -> Iterator[str]:
        own = self._read
        for month, day in sorted(read.days):
            # 3/11 may be meant either way; one of the ways must be known
            if (month, day) not in own.days and (day, month) not in own.days & read.days:
                yield f"{day}/{month}"
        for month in sorted(read.months - own.months - {month for month, _ in read.days}):
            yield f"month {month}"
        if own.weekdays:  # without one the article tells its days in another way
            for _ in sorted(read.weekdays - own.weekdays):
                yield "weekday"

    def _strange_names(self, summary: str) -> Iterator[str]:
        for name in names(summary, self._language):
            unknown = [part for part in name if not stem(part) & self._stems]
            if unknown:
                yield " ".join(unknown)
            elif len(name) > 1 and not self._together(name):
                yield " ".join(name)

    def _together(self, name: Sequence[str]) -> bool:
        """Whether the parts of a name stand near each other somewhere: "Maria" and "Moe" may be two people."""
        first, last = stem(name[-2]), stem(name[-1])
        places = [number for number, forms in enumerate(self._words) if forms & first]
        return any(forms & last for at in places for forms in self._words[max(0, at - _BESIDE) : at + _BESIDE + 1])

    def _strange_quotation(self, quotation: str, summary: str) -> list[Finding]:
        folded = fold(quotation)
        if len(folded.split()) < _QUOTED_WORDS:
            return []
        if f" {folded} " not in self._folded:
            return [Finding(Kind.QUOTATION, quotation)]
        speaker = _speaker(summary, quotation, self._language)
        if speaker and not self._may_say(speaker, folded):
            return [Finding(Kind.SPEAKER, speaker)]
        return []

    def _may_say(self, speaker: str, folded: str) -> bool:
        """Whether a speaker is named near a quotation in the article, or nobody is."""
        for number, sentence in enumerate(self._sentences):
            if f" {folded} " in sentence.folded:
                near = self._sentences[max(0, number - _NEAR) : number + _NEAR + 1]
                named = any(names(other.text, self._language) for other in near)
                return not named or any(stem(speaker) & other.stems for other in near)
        return True  # it spans sentences: that cannot be told


def unsupported(summary: str, article: str, language: str = "en") -> list[Finding]:
    """What `summary` says and `article` does not hold; see Evidence.check."""
    return Evidence(article, language).check(summary)


def _is_rounded(value: Decimal, known: Decimal) -> bool:
    """Whether `value` is `known` with fewer digits: 1.2 million for 1,234,567, also rounded down."""
    digits = len(value.as_tuple().digits)
    if digits < _LEAST_ROUND or known == 0 or value == 0 or len(known.as_tuple().digits) <= digits:
        return False
    step = Decimal(1).scaleb(int(value.as_tuple().exponent))
    return 0 <= known - value < step or abs(known - value) * 2 <= step


def _quotations(text: str) -> list[str]:
    return [next(filter(None, match.groups())).strip(" ,.;") for match in _QUOTED.finditer(text)]


def _speaker(summary: str, quotation: str, language: str) -> str | None:
    """The last word of the one name beside a verb of saying, outside the quotation."""
    for sentence in split_sentences(summary, language):
        if quotation in sentence.text and _SPEAKS.search(sentence.text):
            outside = _QUOTED.sub(" ", sentence.text)
            found = names(outside, language, openings=True)
            return found[0][-1] if len(found) == 1 else None
    return None
