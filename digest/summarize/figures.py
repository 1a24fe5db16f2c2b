"""Reads the figures of a text: numbers in any script, with scales and number words, and dates by their parts."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from digest.summarize.calendar import month_names, weekday_names
from digest.summarize.sentences import base_language
from digest.summarize.words import NUMBER_WORDS, SCALES

_NUMERAL = r"\d+(?:[.,:/'’\u00a0\u202f-]\d+)*"
_SIGNS = ".,:/'’\u00a0\u202f-"
_LONGEST = 1000  # characters that are read of a numeral; one of a million digits is more than a Decimal holds
_SUFFIX = r"(?:st|nd|rd|th|s)?(?:(?<=\d)(?:bn|tn|mn|[kKmM])\b)?"
_TOKEN = re.compile(rf"(?P<numeral>{_NUMERAL})(?P<suffix>{_SUFFIX})|(?P<word>[^\W\d_]+)", re.UNICODE)
_SUFFIXES = {"k": 3, "m": 6, "mn": 6, "bn": 9, "tn": 12}
_GROUPED = re.compile(r"\d{1,3}(?:[.,'’\u00a0\u202f]\d{2,3})*[.,'’\u00a0\u202f]\d{3}")
_DECIMAL = re.compile(r"\d+[.,]\d+")
_ISO_DATE = re.compile(r"((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})")
_SHORT_DATE = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.]((?:19|20)?\d\d)")
_SKIPPED_BEFORE_UNIT = frozenset(
    "or and more than about of some at least nearly almost around the a other new per cent percent".split()
)
_JOINED = frozenset({"and", "a"})
_ONES = 20
_UNIT_STEM = 5  # letters by which "vote" and "votes" are one unit
_NEXT_DAY = frozenset({"to", "and", "-"})


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it stands in a text.

    `values` are the ways to read it: "1.250" is 1250 in one country and 1.25 in another. `text` is as written; `unit`
    is the beginning of the word counted, in lower case ("14 people" -> "peopl"), or empty. `word` tells a number word.
    """

    values: frozenset[Decimal]
    text: str
    unit: str = ""
    word: bool = False
    rounded: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """What a text holds: its numbers in order, and its dates as `(month, day)`, months and weekdays alone as names."""

    figures: tuple[Figure, ...]
    days: frozenset[tuple[int, int]]
    months: frozenset[int]
    weekdays: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    numeral: bool
    suffix: str = ""

    @property
    def folded(self) -> str:
        return self.text.casefold()


def read_figures(text: str, language: str = "en") -> Read:
    """The figures of `text`, in any script that has decimal digits; number words are read in English."""
    language = base_language(language)
    tokens = list(_tokens(text))
    names, day_names = month_names(language), weekday_names(language)
    days: set[tuple[int, int]] = set()
    months: set[int] = set()
    weekdays: set[int] = set()
    for number, token in enumerate(tokens):
        if token.numeral:
            days |= _numeric_days(token.text)
        elif (month := _month(tokens, number, names)) is not None:
            months.add(month)
            days |= {(month, day) for day in _days_beside(tokens, number)}
        elif token.text[0].isupper() and (weekday := day_names.get(token.folded)) is not None:
            weekdays.add(weekday)
    figures = tuple(_figures(tokens, SCALES["en"] | SCALES.get(language, {})))
    return Read(figures, frozenset(days), frozenset(months | {m for m, _ in days}), frozenset(weekdays))


def readings(numeral: str) -> frozenset[Decimal]:
    """The values that a numeral may stand for; of a date, a time or a score each part."""
    if len(numeral) > _LONGEST:
        numeral = numeral[:_LONGEST].rstrip(_SIGNS)
    if re.search(r"[:/-]", numeral):
        parts = re.split(r"[:/-]", numeral)
        return frozenset(value for part in parts for value in readings(part))
    found = set()
    if _GROUPED.fullmatch(numeral):
        found.add(Decimal(re.sub(r"\D", "", numeral)))
    if _DECIMAL.fullmatch(numeral):
        found.add(Decimal(numeral.replace(",", ".")))
    if not found:
        *groups, last = re.split(r"\D", numeral)
        whole = "".join(groups)
        # 1,234.5 and 1.234,5: the last sign parts the decimals.
        found.add(Decimal(f"{whole}.{last}") if whole else Decimal(last))
    return frozenset(value.normalize() for value in found)


def _tokens(text: str) -> Iterator[_Token]:
    plain = "".join(str(unicodedata.decimal(c)) if not c.isascii() and c.isdecimal() else c for c in text)
    for match in _TOKEN.finditer(plain):
        if match["numeral"]:
            yield _Token(match["numeral"], True, match["suffix"].lower())
        else:
            yield _Token(match["word"], False)


def _figures(tokens: list[_Token], scales: Mapping[str, int]) -> Iterator[Figure]:
    at = 0
    while at < len(tokens):
        token = tokens[at]
        end = at + 1
        if token.numeral:
            values = readings(token.text)
            if scale := _SUFFIXES.get(token.suffix):
                values = _scaled(values, scale)
        elif token.folded in NUMBER_WORDS:
            end, value = _spelled(tokens, at)
            values = frozenset({value})
        else:
            at += 1
            continue
        scaled = bool(token.numeral and token.suffix in _SUFFIXES)
        while end < len(tokens) and (scale := scales.get(tokens[end].folded)):
            values, scaled = _scaled(values, scale), True
            end += 1
        text = " ".join(t.text + t.suffix for t in tokens[at:end])
        yield Figure(values, text, _unit(tokens, end), not token.numeral, scaled)
        at = end


def _spelled(tokens: list[_Token], at: int) -> tuple[int, Decimal]:
    """The value of the number words from `at`: "two hundred and fifty-three"; where they end."""
    total, end, last = 0, at, 0
    while end < len(tokens):
        word = tokens[end].folded
        if word in NUMBER_WORDS and (end == at or last >= _ONES > NUMBER_WORDS[word] or last == 100):
            last = NUMBER_WORDS[word]
            total += last
        elif word == "hundred" and 0 < total < _ONES:
            total, last = total * 100, 100
        elif not (word in _JOINED and last == 100 and _is_number_word(tokens, end + 1)):
            break
        end += 1
    return end, Decimal(total).normalize()


def _is_number_word(tokens: list[_Token], at: int) -> bool:
    return at < len(tokens) and tokens[at].folded in NUMBER_WORDS


def _scaled(values: frozenset[Decimal], power: int) -> frozenset[Decimal]:
    return frozenset((value * Decimal(10) ** power).normalize() for value in values)


def _unit(tokens: list[_Token], at: int) -> str:
    for token in tokens[at : at + 3]:
        if token.numeral:
            return ""
        if token.folded not in _SKIPPED_BEFORE_UNIT:
            return token.folded[:_UNIT_STEM]
    return ""


def _month(tokens: list[_Token], at: int, names: Mapping[str, int]) -> int | None:
    """The month that a word names. "May" and "March" are words too: they need their capital, or a day beside them."""
    token = tokens[at]
    month = names.get(token.folded)
    return month if month is not None and (token.text[0].isupper() or _days_beside(tokens, at)) else None


def _days_beside(tokens: list[_Token], at: int) -> set[int]:
    """3 November, November 3, the 3rd of November, 3 and 4 November."""
    found = set()
    before = tokens[max(0, at - 4) : at][::-1]
    after = tokens[at + 1 : at + 4]
    for side in (before, after):
        for token in side:
            if token.numeral and token.text.isdigit() and 1 <= int(token.text) <= 31:
                found.add(int(token.text))
            elif token.numeral or token.folded not in {*_NEXT_DAY, "of", "de", "the"}:
                break
    return found


def _numeric_days(numeral: str) -> set[tuple[int, int]]:
    """2026-11-03 is one day; 3/11/2026 may be two."""
    if match := _ISO_DATE.fullmatch(numeral):
        return {(int(match[2]), int(match[3]))}
    if match := _SHORT_DATE.fullmatch(numeral):
        return {(int(match[2]), int(match[1])), (int(match[1]), int(match[2]))}
    return set()
