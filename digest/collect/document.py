"""Reads one file that is an article: plain text, Markdown, an HTML page, an e-mail."""

import re
from datetime import datetime
from pathlib import PurePath

from digest.collect.dates import parse_date
from digest.collect.draft import Draft, Rejected
from digest.collect.encoding import decode
from digest.collect.extract import extract_page, is_html
from digest.collect.furniture import clean_saved
from digest.collect.language import detect_language
from digest.collect.mailfile import parse_mail
from digest.collect.markdown import parse_markdown
from digest.collect.prose import paragraphs

SUFFIXES = frozenset({".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".eml"})


def parse_document(data: bytes, *, name: str, now: datetime) -> Draft:
    """Read a file by the ending of its name, or by what it holds where that says nothing.

    Raises Rejected with the reason when it holds no article. The publication date is the one that the file states.
    """
    if not data.strip():
        raise Rejected("it is empty")
    suffix = PurePath(name).suffix.lower()
    if suffix == ".eml":
        return parse_mail(data, now=now)
    if suffix in {".md", ".markdown"}:
        return parse_markdown(decode(data), now=now)
    if suffix in {".html", ".htm", ".xhtml"} or suffix not in SUFFIXES:
        text = decode(data)
        if is_html(text) or not text.strip():
            return extract_page(data, now=now)
        return parse_text(text, now=now)
    return parse_text(decode(data), now=now)


def parse_text(text: str, *, now: datetime) -> Draft:
    """An article in plain text, cleaned of the furniture of the page that it may have been saved from."""
    cleaned = clean_saved(_lines(text))
    if not cleaned.paragraphs and not cleaned.title:
        raise Rejected("there is no text in it")
    body = "\n".join(cleaned.paragraphs) or cleaned.title
    return Draft(
        title=cleaned.title,
        text=body,
        author=cleaned.author,
        published=parse_date(_bare_date(cleaned.dated), now=now),
        language=detect_language(body),
        removed=cleaned.removed,
    )


def _lines(text: str) -> list[str]:
    """Paragraphs of a text: its lines or, where lines are wrapped, what stands between empty lines."""
    lines = paragraphs(text)
    blocks = [block for block in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")) if block.strip()]
    if len(blocks) < 2:
        return lines
    wrapped = [block for block in blocks if _is_wrapped(block)]
    if len(wrapped) * 2 < sum(1 for block in blocks if len(block) > 80):
        return lines
    return [
        line
        for block in blocks
        for line in (paragraphs(block.replace("\n", " ")) if _is_wrapped(block) else paragraphs(block))
    ]


def _is_wrapped(block: str) -> bool:
    """Whether the lines of a block are cut at one width, each but the last about as long as the longest."""
    lines = block.strip().split("\n")
    longest = max(map(len, lines))
    return len(lines) > 1 and 50 <= longest <= 100 and all(len(line) > 0.7 * longest for line in lines[:-1])


def _bare_date(line: str) -> str:
    return re.sub(r"^(published|posted|updated|last updated)( on)?:?\s+", "", line, flags=re.IGNORECASE)
