"""Which language an article is in."""

import re
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from digest.collect.languagemodel import LanguageModel

_TAG = re.compile(r"([a-zA-Z]{2})(?:[-_].*)?$")
_ENOUGH = 200  # characters: with fewer of the Latin script the detector guesses
_LETTERS = 20
_SAMPLE = 2000
_BEGINNING = 150  # characters
_SURE = 0.9


def detect_language(text: str, declared: str = "") -> str:
    """The ISO 639-1 code of the language, "" when it cannot be told.

    What a page declares is a hint only, as many templates say English whatever they hold: the words decide where there
    are enough of them to be sure.
    """
    return detect_languages([(text, declared)])[0]


def detect_languages(texts: Iterable[tuple[str, str]]) -> list[str]:
    """The same for texts that stand side by side, as (text, declared): several times as quick."""
    samples, hints = [], []
    for text, declared in texts:
        tag = _TAG.match(declared.strip())
        hints.append(tag[1].lower() if tag else "")
        samples.append(text[:_SAMPLE])
    telling = [number for number, sample in enumerate(samples) if _is_telling(sample, hinted=bool(hints[number]))]
    told = dict(zip(telling, _told([samples[number] for number in telling]), strict=True))
    return [told.get(number) or hint for number, hint in enumerate(hints)]


def _is_telling(sample: str, *, hinted: bool) -> bool:
    short = len(sample) < _ENOUGH and sample.isascii()
    return not (hinted and short) and sum(map(str.isalpha, sample)) >= _LETTERS


def _told(samples: Sequence[str]) -> list[str]:
    """The language of each sample, "" where it is not sure.

    Few languages stand side by side. One that a whole sample was found to be in is believed of the others by how they
    begin, as far as that is sure; the rest is read whole.
    """
    numbers = range(len(samples))
    told = _whole(samples, sorted(numbers, key=lambda number: len(samples[number]))[-1:])
    if len(samples) > 2 and any(told.values()):
        begun = dict(zip(numbers, _sure([sample[:_BEGINNING] for sample in samples]), strict=True))
        first = {language: number for number, language in reversed(begun.items()) if language}
        told |= _whole(samples, set(first.values()) - set(told))
        told = {number: language for number, language in begun.items() if language and language in told.values()} | told
    told |= _whole(samples, set(numbers) - set(told))
    return [told[number] for number in numbers]


def _whole(samples: Sequence[str], numbers: Collection[int]) -> dict[int, str]:
    return dict(zip(numbers, _sure([samples[number] for number in numbers]), strict=True))


def _sure(samples: Sequence[str]) -> list[str]:
    if not samples:
        return []
    return [language if probability >= _SURE else "" for language, probability in _model().classify(samples)]


@cache
def _model() -> "LanguageModel":
    from digest.collect.languagefile import load_model

    return load_model()
