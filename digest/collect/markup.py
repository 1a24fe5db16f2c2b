"""Turns fragments of HTML, as feeds and mails carry them, into plain text, titles and images."""

import html
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from digest.collect.identity import http_url
from digest.collect.prose import clean, fold, one_line

_BLOCKS = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "body",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    }
)
SILENT = frozenset(
    {
        "script",
        "style",
        "template",
        "noscript",
        "head",
        "title",
        "iframe",
        "object",
        "embed",
        "svg",
        "math",
        "canvas",
        "audio",
        "video",
        "select",
        "option",
        "button",
        "input",
        "textarea",
        "form",
        "nav",
        "map",
        "dialog",
    }
)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])|mso-hide\s*:\s*all"
    r"|(?<![-\w])opacity\s*:\s*0(?:\.0*)?(?![.\d])",
    re.IGNORECASE,
)
_CELLS = frozenset({"td", "th"})
_INLINE = (
    "a abbr acronym b bdi big cite code del dfn em font i ins kbd mark q s samp small span strike strong sub sup tt u "
    "var"
)
_PAIRED = re.compile(
    rf"<({'|'.join([*_INLINE.split(), 'p', 'div', 'h[1-6]'])})(?:\s[^<>]*)?>(.*?)</\1\s*>", re.I | re.S
)
_VOID = re.compile(r"<(?:br|img|wbr|hr)\b[^<>]*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_BLANKS = re.compile(r"(?:\s|&nbsp;|&#160;)+")
_TAG = re.compile(r"<[a-zA-Z!/]|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]\w*);")
_DEEP = 2000  # tags
_DEPTH = 4  # tags inside tags of a title
# Characters of a title that are read: each tag that never closes is looked for to the end. The longest ones that are
# titles, with all their markup, have a few hundred.
_TITLE_MAX = 4000


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of an article: an absolute http(s) address, and what it shows as far as its page says."""

    url: str
    alt: str = ""


def title_text(value: str) -> str:
    """A title as one line of plain text: tags that open and close are taken off, entities are resolved once.

    A tag that never closes is taken for what the title talks about: "AT&T <b>" stays.
    """
    value = value[:_TITLE_MAX]
    for _ in range(_DEPTH):
        value, changed = _PAIRED.subn(r"\2", value)
        if not changed:
            break
    return one_line(html.unescape(_VOID.sub(" ", value)))


def is_markup(value: str) -> bool:
    """Whether a text holds tags or entities at all."""
    return _TAG.search(value) is not None


def fragment_text(value: str) -> str:
    """The visible text of an HTML fragment, paragraphs apart by one newline."""
    if not is_markup(value):
        return fold(value)
    tree = parse_fragment(value)
    text = "" if tree is None else element_text(tree)
    if not text and value.count("<") > _DEEP:
        return fold(html.unescape(re.sub(r"<[^<>]*>", "\n", value)))  # libxml2 drops what is nested deeper than this
    return text


def fragment_image(value: str, base: str = "") -> Image | None:
    """The first picture of a fragment that is no tracking pixel, icon or emoji."""
    if "<img" not in value.lower():
        return None
    tree = parse_fragment(value)
    if tree is None:
        return None
    for element in tree.iter("img"):
        if (found := picture(element, base)) is not None:
            return found
    return None


def parse_fragment(value: str) -> Any:
    """An lxml tree of a fragment, or None when there is nothing in it."""
    import lxml.html
    from lxml.etree import LxmlError

    # Bytes, because libxml2 refuses text that holds an encoding declaration.
    data = f"<div>{clean(value)}</div>".encode("utf-8", "replace")
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        return lxml.html.document_fromstring(data, parser=parser)
    except (LxmlError, ValueError):
        return None


def element_text(root: Any, without: Collection[Any] = ()) -> str:
    """The visible text under an element but for those in `without`, paragraphs apart by one newline."""
    return fold("".join(_pieces(root, without)))


def is_hidden(element: Any) -> bool:
    """Whether a reader of the page would not see this element: what it says is not part of the article."""
    get = element.get
    return (
        element.tag in SILENT
        or get("hidden") is not None
        or get("aria-hidden") == "true"
        or ((style := get("style")) is not None and _HIDDEN.search(style) is not None)
    )


def _pieces(root: Any, without: Collection[Any]) -> Iterator[str]:
    """Text in reading order. Walks by events, for a fragment may be nested deeper than Python's stack."""
    from lxml.etree import iterwalk

    walk = iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if not isinstance(tag, str):
            walk.skip_subtree()
        elif event == "end":
            if tag in _BLOCKS:
                yield " " if tag in _CELLS else "\n"
            yield _spaced(element.tail) if element is not root else ""
        elif is_hidden(element) or element in without:
            walk.skip_subtree()
        else:
            if tag in _BLOCKS:
                yield " " if tag in _CELLS else "\n"
            text = element.text or ""
            yield text if tag == "pre" else _spaced(text)


def _spaced(text: str | None) -> str:
    """A text with each run of blanks as one blank, those at its ends too."""
    if not text or "&" not in text:
        return " ".join(f"|{text or ''}|".split())[1:-1]
    # A blank that was escaped twice is a blank; of anything else that looks so the text may be speaking.
    return _BLANKS.sub(" ", text)


def picture(element: Any, base: str) -> Image | None:
    """What an img element shows, or will once a reader scrolls to it; None for tracking pixels, icons and emoji."""
    if _size(element, "width") < _MIN_SIDE or _size(element, "height") < _MIN_SIDE:
        return None
    sources = (element.get(name) or "" for name in ("src", *_LAZY))
    listed = ((element.get(name) or "").split(",")[0].split(" ")[0] for name in ("srcset", "data-srcset"))
    source = next((raw for raw in (*sources, *listed) if raw and not raw.startswith("data:")), "")
    url = http_url(source, base)
    if url is None or _NO_PICTURE.search(url):
        return None
    return Image(url, one_line(element.get("alt") or ""))


_LAZY = ("data-src", "data-original", "data-lazy-src", "data-lazy", "data-url")
_MIN_SIDE = 60
_NO_PICTURE = re.compile(
    r"feedburner|/pixel|pixel\.|1x1|spacer\.|blank\.gif|/emoji/|gravatar\.com|stats\.|/count(er)?[./?]|feedsportal"
    r"|/share[-_/]|doubleclick|\.svg$|badge|avatar|/ad[sx]?/",
    re.IGNORECASE,
)


def _size(element: Any, side: str) -> int:
    found = re.match(r"\s*(\d{1,6})(?!\s*%)", element.get(side) or "")
    return int(found[1]) if found else 10_000
