"""The date that a part of a page shows: in an attribute for programs, or in words beside a headline."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from digest.collect.dates import parse_date
from digest.collect.markup import element_text

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATE = re.compile(
    r"(?<!\d)(?:(?:19|20)\d\d([-/.])\d{1,2}\1\d{1,2}|\d{1,2}\.\s?\d{1,2}\.\s?(?:19|20)\d\d"
    r"|(?:19|20)\d\d\s*[年년]\s*\d{1,2}\s*[月월]\s*\d{1,2}\s*[日일]?"
    rf"|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+(?:19|20)\d\d|\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH},?\s+(?:19|20)\d\d)(?!\d)",
    re.IGNORECASE,
)
_LINE = 120  # characters; what is longer tells a story, and its dates are those of the story
_DATE_SPACES = re.compile(r"(?<=\.)\s(?=\d)")


def shown_date(text: str, *, now: datetime) -> datetime | None:
    """The first whole date in a short text; None where it is long or has none that is certain."""
    found = _DATE.search(text) if len(text) <= _LINE else None
    return parse_date(_DATE_SPACES.sub("", found[0]), now=now) if found else None


def without_date(text: str) -> str:
    """A headline without the date that it begins with; what is nothing but a date stays."""
    found = _DATE.match(text)
    return (text[found.end() :].lstrip(" ,:|·•–—-)]") or text) if found else text


def find_date(elements: Iterable[Any], *, now: datetime) -> datetime | None:
    """The date of the article that these elements stand for, as they show it."""
    shown = list(elements)
    for raw in _attributes(shown):
        if (found := parse_date(raw, now=now)) is not None:
            return found
    for element in shown:
        for line in element_text(element).split("\n"):
            if (found := shown_date(line, now=now)) is not None:
                return found
    return None


def _attributes(elements: Iterable[Any]) -> Iterator[str]:
    for element in elements:
        for inner in element.iter():
            if not isinstance(inner.tag, str):
                continue
            if (value := inner.get("datetime")) or (
                inner.tag in {"abbr", "span"} and (value := inner.get("title")) and _DATE.search(value)
            ):
                yield value
