"""Reads Markdown, with or without front matter."""

import re
from datetime import datetime

from digest.collect.bylines import clean_author
from digest.collect.dates import parse_date
from digest.collect.draft import Draft, Rejected
from digest.collect.identity import http_url
from digest.collect.language import detect_language
from digest.collect.markup import fragment_image, fragment_text, title_text
from digest.collect.prose import clean, one_line

_FRONT = re.compile(r"\A(---|\+\+\+)[ \t]*\n(.*?)\n\1[ \t]*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"^([A-Za-z_][\w-]*)\s*[:=]\s*(.*)$", re.MULTILINE)
_HEADING = re.compile(r"\s*<h1>(.*?)</h1>\s*", re.DOTALL)


def parse_markdown(text: str, *, now: datetime) -> Draft:
    """The article that Markdown holds. Front matter may give title, author, date, url, image and language.

    Without a title there, the first heading of the first level is it, else the first line. Raises Rejected when empty.
    """
    fields, body = _front_matter(clean(text))
    markup = _render(body)
    title = one_line(fields.get("title", ""))
    if found := _HEADING.match(markup):
        heading = title_text(found[1])
        if not title or heading.casefold() == title.casefold():
            title, markup = heading, markup[found.end() :]
    plain = fragment_text(markup)
    if not title:
        title, _, rest = plain.partition("\n")
        plain = rest if rest and len(title) <= 150 and not title.endswith(".") else plain
    if not plain and not title:
        raise Rejected("there is no text in it")
    image = fragment_image(markup)
    return Draft(
        title=title if len(title) <= 200 else title[:190].rsplit(" ", 1)[0] + "…",
        text=plain or title,
        url=http_url(fields.get("url") or fields.get("link") or fields.get("canonical")),
        author=clean_author(fields.get("author") or fields.get("by") or ""),
        published=parse_date(fields.get("date") or fields.get("published"), now=now),
        language=detect_language(plain, fields.get("language") or fields.get("lang") or ""),
        image=http_url(fields.get("image")) or (image.url if image else None),
        image_alt=one_line(fields.get("image_alt", "")) or (image.alt if image else ""),
    )


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    """The plain `key: value` lines of front matter, which is all that an article needs, and the text after it."""
    found = _FRONT.match(text.lstrip("\n"))
    if found is None:
        return {}, text
    fields = {key.lower(): _unquoted(value) for key, value in _FIELD.findall(found[2])}
    return (fields, text.lstrip("\n")[found.end() :]) if fields else ({}, text)


def _unquoted(value: str) -> str:
    value = value.strip()
    if value.startswith("[") and value.endswith("]"):  # a list of authors, written in a line
        return ", ".join(_unquoted(part) for part in value[1:-1].split(","))
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _render(body: str) -> str:
    from markdown_it import MarkdownIt

    return str(MarkdownIt("commonmark", {"html": True}).enable("table").render(body))
