"""Sentences as vectors of their words: for languages that the encoder does not know, and beside it for the others."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digest.summarize.words import STOP_WORDS

_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_ENDING = re.compile(r"(?<=...)(?:ing|ings|ed|es|s|ly|'s)$")  # of English words
_NO_BLANKS = re.compile("[\u0e00-\u0eff\u1780-\u17ff\u3040-\u9fff]")
_STEM = 6  # letters kept of a word in other languages: joins most inflected forms
_SHORT = 3  # words up to this length carry little, in languages without a list of stop words
_COMMON_SHARE = 0.5
_FEW = 6  # sentences below which how common a word is tells nothing


def term_vectors(sentences: Sequence[str], language: str) -> NDArray[np.float32]:
    """One row a sentence, L2-normalised counts of its stems; (sentences, terms). A row without terms is zero."""
    counted = [Counter(terms(sentence, language)) for sentence in sentences]
    kept = _telling(counted, language)
    columns = {term: number for number, term in enumerate(kept)}
    vectors = np.zeros((len(counted), max(1, len(columns))), dtype=np.float32)
    for row, counts in enumerate(counted):
        for term, count in counts.items():
            if term in columns:
                vectors[row, columns[term]] = count
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return vectors


def terms(text: str, language: str) -> list[str]:
    """The stems of the words that carry meaning; pairs of characters where a script writes no blanks."""
    found: list[str] = []
    for word in _WORD.findall(_folded(text)):
        if _writes_no_blanks(word):
            found += [word[i : i + 2] for i in range(max(1, len(word) - 1))]
        elif language == "en":
            if word not in STOP_WORDS:
                found.append(_ENDING.sub("", word))
        elif len(word) > _SHORT or word.isdigit():
            found.append(word[:_STEM])
    return found


def _telling(counted: Sequence[Counter[str]], language: str) -> list[str]:
    """Terms in order of appearance, without those in half of the sentences where no list of stop words is at hand."""
    spread = Counter(term for counts in counted for term in counts)
    if language == "en" or len(counted) < _FEW:
        return list(spread)
    return [term for term, count in spread.items() if count <= _COMMON_SHARE * len(counted)]


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def _writes_no_blanks(word: str) -> bool:
    return not word.isascii() and _NO_BLANKS.search(word) is not None
