"""Which of several articles that tell one story tells it best."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from digest.model import Article

_ENOUGH_WORDS = 1200


def lead_first(articles: Sequence[Article], weights: Mapping[str, float]) -> list[Article]:
    """The articles, the best to lead with first; `weights` is by source name.

    The heaviest source tells it, then who can be linked to, then who tells more, then who told it first.
    """

    def order(article: Article) -> tuple[float, bool, int, datetime, str]:
        weight = weights.get(article.source, 1.0)
        return (-weight, article.url is None, -min(article.words, _ENOUGH_WORDS), article.dated, article.id)

    return sorted(articles, key=order)
