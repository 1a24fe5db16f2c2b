"""Reads an HTML page: the article in it, what the page says of it, and why it is none where it is none."""

import re
from datetime import datetime
from typing import Any

from digest.collect.draft import Draft, Rejected
from digest.collect.encoding import decode
from digest.collect.language import detect_language
from digest.collect.markup import element_text, fragment_text, is_hidden, picture
from digest.collect.metadata import Metadata, read_metadata
from digest.collect.opinions import best_reading
from digest.collect.outline import paragraph_chars
from digest.collect.prose import clean, count_words, paragraphs
from digest.collect.readability import Reading
from digest.collect.residue import without_residue
from digest.collect.stylesheets import hidden_names, is_named
from digest.collect.walls import wall_reason

_TAG = re.compile(r"<(!doctype|html|head|body|div|p|article|section|table|span|br|h\d|ul|a)\b", re.IGNORECASE)
_REFRESH = re.compile(r"<meta[^>]+http-equiv\s*=\s*[\"']?refresh", re.IGNORECASE)
_MIN_WORDS = 8
_SHELL_SCRIPTS = 2
_NEVER_SHOWN = frozenset({"script", "style", "template"})
_MUCH = 500  # characters
_LIMIT_ERROR, _NO_MEMORY = "ERR_RESOURCE_LIMIT", "ERR_NO_MEMORY"
_NOTHING = "there is no article in it"
_NO_LINK = ("#", "javascript:")
_KEEP_HIDDEN = frozenset({"head", "title", "noscript", "form", "nav"})  # the extractors judge these better


def is_html(text: str) -> bool:
    """Whether a text is a page rather than plain text."""
    return _TAG.search(text[:20_000]) is not None


def extract_page(data: bytes, *, charset: str | None = None, url: str | None = None, now: datetime) -> Draft:
    """The article of a page, with what the page says of it. Raises Rejected with the reason when it holds none.

    The date is the one that the page states; it is never that of a file or of a response.
    """
    text = clean(decode(data, charset))
    if not text.strip():
        raise Rejected("it is empty")
    tree, is_cut = _parse(text)
    meta = read_metadata(tree, url=url, now=now)
    _prune(tree)
    reading = Reading(element_text(tree), 0) if _depth_exceeds(tree) else best_reading(tree, said=meta.body)
    draft = _draft(reading, meta)
    reason = _not_an_article(text, tree, meta, reading.text) or (None if draft.text else _NOTHING)
    if is_cut and (reason or count_words(draft.text) < _MIN_WORDS):
        raise Rejected("it is nested too deeply to be read")
    if reason:
        raise Rejected(reason)
    return draft


def _parse(text: str) -> tuple[Any, bool]:
    """The tree of a page, and whether libxml2 left out what is nested deeper than it goes."""
    import lxml.html
    from lxml.etree import LxmlError

    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        tree = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (LxmlError, ValueError) as error:
        if any(entry.type_name == _NO_MEMORY for entry in parser.error_log):
            raise MemoryError from error
        raise Rejected(f"it cannot be read as HTML: {error}") from error
    return tree, any("depth" in entry.message for entry in parser.error_log if entry.type_name == _LIMIT_ERROR)


def _prune(tree: Any) -> None:
    """Take out what a reader of the page does not see, so that no extractor finds it."""
    held: dict[Any, int] = {}
    names = hidden_names(tree)
    for element in [e for e in tree.iter() if isinstance(e.tag, str) and (is_hidden(e) or is_named(e, names))]:
        parent = element.getparent()
        if element.tag in _KEEP_HIDDEN or parent is None:
            continue
        if element.tag not in _NEVER_SHOWN:
            # A page that fades in from opacity 0 or waits for a script hides its whole body.
            held = held or paragraph_chars(tree)
            if held[element] > _MUCH and held[element] * 2 > held[tree]:
                continue
        element.drop_tree()


def _draft(reading: Reading, meta: Metadata) -> Draft:
    text = "\n".join(without_residue(paragraphs(reading.text), title=meta.title))
    image = meta.image or next(filter(None, (picture(element, meta.base) for element in reading.pictures)), None)
    return Draft(
        title=meta.title or _first_line(text),
        text=text,
        url=meta.url,
        author=meta.author,
        published=meta.published,
        language=detect_language(text, meta.language),
        image=image.url if image else None,
        image_alt=image.alt if image else "",
    )


def _depth_exceeds(tree: Any, limit: int = 200) -> bool:
    """Whether elements are nested deeper than the recursion of both libraries bears."""
    from lxml.etree import iterwalk

    depth = 0
    for event, _ in iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > limit:
            return True
    return False


def _first_line(text: str) -> str:
    return text.split("\n", 1)[0][:200]


def _not_an_article(text: str, tree: Any, meta: Metadata, found: str) -> str | None:
    words = count_words(found)
    shown = found if words >= _MIN_WORDS else element_text(tree)
    if reason := wall_reason(meta.title, f"{shown}\n{_noscript(text)}" if words < _MIN_WORDS else shown, words):
        return reason
    if words >= _MIN_WORDS:
        return None
    if _REFRESH.search(text):
        return "the page only sends the reader on to another one"
    if text.lower().count("<script") >= _SHELL_SCRIPTS and count_words(shown) < 3 * _MIN_WORDS:
        return "the page shows nothing without JavaScript"
    return None if words and _is_bare(tree, text) else _NOTHING


def _is_bare(tree: Any, text: str) -> bool:
    """Whether a page has nothing beside the little that it says, so that this is all of it: no script, no menu."""
    links = (link for link in tree.iter("a") if not (link.get("href") or "#").startswith(_NO_LINK))
    linked = sum(count_words(str(link.text_content())) for link in links)
    return "<script" not in text.lower() and 2 * linked < count_words(element_text(tree))


def _noscript(text: str) -> str:
    found = re.findall(r"<noscript[^>]*>(.*?)</noscript>", text, re.IGNORECASE | re.DOTALL)
    return "\n".join(fragment_text(part[:5000]) for part in found[:5])
