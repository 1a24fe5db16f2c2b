"""How well an article meets what the reader says to care about, in words or in meaning."""

import re
from collections.abc import Mapping
from functools import lru_cache

from digest.curate.similarity import Floats
from digest.curate.terms import is_unspaced
from digest.model import Article

# Where the similarity of a text to a stated interest begins to count, and where it counts in full. A line of few words
# is not very alike even to an article all about it; nineteen in twenty articles on anything else stay below 0.2.
_ALIKE_FROM, _ALIKE_FULL = 0.30, 0.48
_LEAST = 0.05
# Singular as they stand: without the s they are other words, which any article may hold.
_NO_PLURALS = frozenset("always has his its news this was yes".split())
_IN_TITLE, _IN_TEXT = 1.0, 0.7


def match(article: Article, folded: str, phrase: str, vector: Floats | None, vectors: Mapping[str, Floats]) -> float:
    """1 where the title says the phrase, 0.7 where the text does, else by how alike the two are in meaning.

    `folded` is the text of the article, case-folded once for all phrases.
    """
    first, spoken = _pattern(phrase)
    if spoken.search(article.title.casefold()):
        return _IN_TITLE
    if first in folded and spoken.search(folded):
        return _IN_TEXT
    own = vectors.get(article.content_hash)
    if vector is None or own is None:
        return 0.0
    alike = float(own @ vector)
    found = min(1.0, (alike - _ALIKE_FROM) / (_ALIKE_FULL - _ALIKE_FROM))
    return found if found >= _LEAST else 0.0


@lru_cache(maxsize=1000)
def _pattern(phrase: str) -> tuple[str, re.Pattern[str]]:
    """What finds a phrase in a case-folded text, and a part of it that any such text holds.

    It stands as whole words, each in the singular or the plural; beside a character of a script without spaces, no word
    can be told to end.
    """
    words = phrase.casefold().split()
    before = "" if is_unspaced(words[0][0]) else r"(?<!\w)"
    after = "" if is_unspaced(words[-1][-1]) else r"(?!\w)"
    return _kept(words[0]), re.compile(before + r"\s+".join(map(_either_number, words)) + after)


def _kept(word: str) -> str:
    """What singular and plural have in common."""
    if not _has_number(word):
        return word
    if word.endswith("ies"):
        return word[:-3]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word[:-1] if word.endswith("y") else word


def _either_number(word: str) -> str:
    """An English word of three letters or more, in the singular or the plural; any other as it is."""
    kept = _kept(word)
    if not _has_number(word):
        return re.escape(word)
    if word.endswith(("y", "ies")):
        return f"{kept}(?:y|ies|ys|ie)"
    return f"{kept}(?:s|es)?"


def _has_number(word: str) -> bool:
    """Whether a word is taken for an English noun that has a singular and a plural."""
    return word.isascii() and word.isalpha() and len(word) >= 3 and word not in _NO_PLURALS
