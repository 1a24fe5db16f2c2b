"""Chooses between two opinions on where the article of a page is: our own, and that of trafilatura."""

import logging
from copy import deepcopy
from typing import Any

from digest.collect.prose import count_words, fold
from digest.collect.readability import read_article

_FULLER = 2  # times as many words: that is the article, and the other a piece of it


def article_text(tree: Any) -> str:
    """The text of the article, paragraphs apart by one newline; "" when there is none. The tree stays as it is.

    trafilatura takes three times as long, so it is asked only where our own reading is doubtful.
    """
    reading = read_article(tree)
    if not reading.is_doubtful:
        return reading.text
    other = _trafilatura(tree)
    return other if count_words(other) >= _FULLER * max(1, count_words(reading.text)) else reading.text


def _trafilatura(tree: Any) -> str:
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it logs each page that it finds nothing in
    found: Any = trafilatura.bare_extraction(
        deepcopy(tree),
        fast=True,
        include_comments=False,
        include_tables=True,
        deduplicate=False,  # from the fourth identical call on it would give nothing (trafilatura#778)
        with_metadata=False,
    )
    return fold(found.text or "") if found is not None else ""
