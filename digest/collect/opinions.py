"""Chooses between opinions on where the article of a page is: our own, that of trafilatura, that of the page itself."""

import logging
from copy import deepcopy
from dataclasses import replace
from typing import Any

from digest.collect.markup import fragment_text
from digest.collect.prose import count_words, fold
from digest.collect.readability import Reading, read_article

_FULLER = 2  # times as many words: that is the article, and the other a piece of it


def best_reading(tree: Any, *, said: str = "") -> Reading:
    """The article of a page; its text is "" when there is none. The tree stays as it is.

    `said` is the text or HTML that the page gives for machines; some pages show it only with JavaScript.
    trafilatura takes three times as long, so it is asked only where our own reading is doubtful.
    """
    reading = read_article(tree)
    if not reading.is_doubtful:
        return reading
    other = max(_trafilatura(tree), fragment_text(said), key=count_words)
    is_fuller = count_words(other) >= _FULLER * max(1, count_words(reading.text))
    return replace(reading, text=other) if is_fuller else reading


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
