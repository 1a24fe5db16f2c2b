"""The words that articles are compared by, for every script."""

import re
from collections.abc import Mapping
from functools import lru_cache

from digest.model import Article

_LEAD_WORDS = 60
_LEAST_RARE = 0.15
_WORD = re.compile(r"[^\W_]+", re.UNICODE)
# Han, kana, Thai, Lao, Khmer, Myanmar: written without spaces, so pairs of characters stand for words.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")

_STOP = frozenset(
    """
    a about after all also an and are as at be because been but by can could did do does for from had has have he her
    here him his how i if in into is it its just may might more most no not now of on one or our out over said say says
    she should so some such than that the their them then there these they this those through to two under up was we
    were what when where which while who why will with would you your new
    """.split()
)


@lru_cache(maxsize=200_000)
def _stem(word: str) -> str:
    """The word without an English plural or possessive ending; other languages lose next to nothing by it."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def is_unspaced(character: str) -> bool:
    """Whether a character is of a script that puts no spaces between words."""
    return _UNSPACED.match(character) is not None


def words_of(text: str) -> list[str]:
    """Every word in order, case-folded; runs of scripts without spaces give overlapping pairs of characters."""
    words = _WORD.findall(text.casefold())
    if text.isascii() or not _UNSPACED.search(text):
        return words
    return [part for word in words for part in (_pairs(word) if _UNSPACED.search(word) else [word])]


def terms_of(text: str) -> list[str]:
    """The words that carry the meaning: without the commonest English ones, and stemmed."""
    cleaned = text.replace("’s", "").replace("'s", "")
    return [_stem(word) for word in words_of(cleaned) if word not in _STOP and len(word) > 1]


def opening_terms(article: Article) -> list[str]:
    """The terms of title and lead: where an article says what happened."""
    lead = " ".join(article.text.split(None, _LEAD_WORDS)[:_LEAD_WORDS])
    return terms_of(lead if lead.startswith(article.title) else f"{article.title}\n{lead}")


def weight_of(term: str, rarity: Mapping[str, float]) -> float:
    """What a term tells, from near 0 for the commonest words of the language to 1; one that is not there is rare."""
    return max(_LEAST_RARE, rarity.get(term, 1.0))


def _pairs(word: str) -> list[str]:
    return [word[i : i + 2] for i in range(len(word) - 1)] or [word]
