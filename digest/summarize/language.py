"""Finds the language of an article that does not say it."""

from digest.model import Article

_MIN_WORDS = 20
_SAMPLE = 4000  # characters; more does not change the answer


def language_of(article: Article, default: str) -> str:
    """The ISO 639-1 code of an article: as known, else as its words look, else `default`."""
    if article.language:
        return article.language.lower()[:2]
    if len(article.text.split()) < _MIN_WORDS and len(article.text) < 5 * _MIN_WORDS:
        return default.lower()[:2]
    import py3langid

    code, _ = py3langid.classify(article.text[:_SAMPLE])
    return str(code)
