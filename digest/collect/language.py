"""Which language an article is in."""

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from digest.collect.languagemodel import LanguageModel

_TAG = re.compile(r"([a-zA-Z]{2})(?:[-_].*)?$")
_ENOUGH = 200  # characters: with fewer of the Latin script the detector guesses
_LETTERS = 20
_SAMPLE = 2000
_SURE = 0.9


def detect_language(text: str, declared: str = "") -> str:
    """The ISO 639-1 code of the language, "" when it cannot be told.

    What a page declares is a hint only, as many templates say English whatever they hold: the words decide where there
    are enough of them to be sure.
    """
    tag = _TAG.match(declared.strip())
    hint = tag[1].lower() if tag else ""
    sample = text[:_SAMPLE]
    short = len(sample) < _ENOUGH and sample.isascii()
    if (hint and short) or sum(map(str.isalpha, sample)) < _LETTERS:
        return hint
    found, probability = _model().classify(sample)
    return found if probability >= _SURE else hint


@cache
def _model() -> "LanguageModel":
    from digest.collect.languagefile import load_model

    return load_model()
