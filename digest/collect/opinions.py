"""Second opinions on where the article of a page is, for when the first finds little."""

import re
from copy import deepcopy
from typing import Any

from digest.collect.markup import fragment_text
from digest.collect.prose import count_words, fold

_BESIDE = re.compile(r"comment|consent|cookie|footer|nav|newsletter|promo|recirc|related|share|sidebar|social", re.I)
_BESIDE_TAGS = frozenset({"aside", "figure", "footer", "form", "header", "nav"})
_PARAGRAPH_WORDS = 12
_FULLER = 1.3


def second_opinion(tree: Any) -> str:
    """What the readability algorithm finds, or what the page itself marks as its article where that is more.

    Readability takes one container and what stands beside it; a page that cuts its article into pieces between
    advertisements loses the others.
    """
    found, marked = _readability(tree), _marked(tree)
    return marked if count_words(marked) >= _FULLER * max(1, count_words(found)) else found


def _readability(tree: Any) -> str:
    """trafilatura ships the algorithm. The package readability-lxml is not used for it: its requirement
    lxml[html-clean] beside justext's lxml[html_clean] is more than the pip that comes with Python 3.11 can solve.
    """
    from lxml.etree import LxmlError
    from trafilatura.readability_lxml import Document

    try:
        return fragment_text(Document(deepcopy(tree)).summary())
    except (LxmlError, ValueError, TypeError, IndexError, AttributeError):
        return ""  # without a second opinion the first stands


def _marked(tree: Any) -> str:
    """The paragraphs of the fullest <article>."""
    texts = [_paragraphs(element) for element in tree.iter("article")]
    return max(texts, key=count_words, default="")


def _paragraphs(element: Any) -> str:
    found = [fold(p.text_content()).replace("\n", " ") for p in element.iter("p") if not _is_beside(p, element)]
    return "\n".join(text for text in found if count_words(text) >= _PARAGRAPH_WORDS)


def _is_beside(paragraph: Any, within: Any) -> bool:
    """Whether something between the paragraph and the article says that it is not of the article."""
    for element in (paragraph, *paragraph.iterancestors()):
        if element is within:
            return False
        if element.tag in _BESIDE_TAGS or _BESIDE.search(f"{element.get('class', '')} {element.get('id', '')}"):
            return True
    return False
