"""Chooses the title of an article among those that a page gives it, and takes the name of the site off.

The rules are those of Mozilla's Readability.js, but that what is taken off must be known: the name of the site, or what
a heading of the page does without. Only the <title> itself, where nothing else names the article, loses its last part
unknown.
"""

import re
from collections.abc import Collection, Sequence

from digest.collect.prose import count_words

_SEPARATOR = re.compile(r"\s+(?:[|\-–—·»:]|::)\s+")
_LAST = re.compile(r"^(?P<title>.+)\s+[|\-–»/\\>]\s+(?P<rest>.+?)$", re.DOTALL)
_REST_WORDS = 8  # of what is cut off unknown
_TITLE_WORDS = 4  # that must be left then; with fewer, the whole was the title
_HEADING_MIN = 8  # characters
_TOO_SHORT, _TOO_LONG = 15, 150  # characters of a <title> that is none of the article's


def without_site(title: str, sites: Collection[str], headings: Sequence[str] = ()) -> str:
    """A title without the name of its site before or after it, known by `sites` or by a heading that lacks it."""
    parts = _SEPARATOR.split(title)
    if len(parts) == 1:
        return title
    for known in headings:
        if len(known) > _HEADING_MIN and title.startswith(known) and _SEPARATOR.match(title[len(known) :]):
            return known
    names = {_key(site) for site in sites} - {""}
    if _key(parts[-1]) in names:
        return title[: -len(parts[-1])].strip(" |-–—·»:") or title
    if _key(parts[0]) in names:
        return title[len(parts[0]) :].strip(" |-–—·»:") or title
    return title


def title_of_page(title: str, sites: Collection[str], headings: Sequence[str] = ()) -> str:
    """What the <title> of a page says about its article; `headings` are the first headings on it."""
    known = without_site(title, sites, headings)
    if known != title or title in headings:
        return known
    if (found := _LAST.match(title)) and count_words(found["rest"]) <= _REST_WORDS:
        return found["title"] if count_words(found["title"]) >= _TITLE_WORDS else title
    if not _TOO_SHORT <= len(title) <= _TOO_LONG and len(headings) == 1 and count_words(headings[0]) > _TITLE_WORDS:
        return headings[0]
    return title


def likeness(one: str, other: str) -> float:
    """How much of what the other title says stands in the one as well, from 0 to 1."""
    mine, theirs = (re.findall(r"\w+", text.casefold()) for text in (one, other))
    shared = sum(len(word) for word in theirs if word in mine)
    return shared / max(1, sum(map(len, theirs)))


def _key(name: str) -> str:
    """A name as hosts spell it: "The Hill" and thehill.com are one."""
    return re.sub(r"\W+", "", re.sub(r"\.(com|org|net|info)$", "", name.casefold()))
