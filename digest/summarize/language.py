"""Finds the language of an article that does not say it."""

from digest.model import Article
from digest.summarize.sentences import base_language

_MIN_WORDS = 20
_SAMPLE = 4000  # characters; more does not change the answer


def language_of(article: Article, default: str) -> str:
    """The ISO 639-1 code of an article: as known, else as its words look, else `default`."""
    if article.language:
        return base_language(article.language)
    if len(article.text.split()) < _MIN_WORDS and len(article.text) < 5 * _MIN_WORDS:
        return base_language(default)
    import py3langid

    code, _ = py3langid.classify(article.text[:_SAMPLE])
    return str(code)
