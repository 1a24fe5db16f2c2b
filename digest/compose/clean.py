"""Makes plain text out of whatever an article claims to be plain text: no controls, no direction tricks, no flood."""

import re
import unicodedata

# Controls, lone surrogates, noncharacters, byte order marks, and the marks that reorder what stands around them
# (Unicode TR36). Joiners and LRM/RLM stay: Persian, Devanagari and emoji need them.
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0001]"
)
_PILED_MARKS = re.compile("([\u0300-\u036f\u20d0-\u20ff]{4})[\u0300-\u036f\u20d0-\u20ff]+")
_TRAILING = " ,;:.-–—·|/("
_JOINERS = frozenset("\u200d\ufe0e\ufe0f")


def one_line(text: str) -> str:
    """The text in one line: each run of white space is one space, unwanted characters are gone."""
    return " ".join(_PILED_MARKS.sub(r"\1", _UNWANTED.sub("", text)).split())


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of a text in which they are apart by newlines, each in one line, empty ones left out."""
    return tuple(line for part in text.split("\n") if (line := one_line(part)))


def shorten(text: str, limit: int) -> str:
    """The text, cut at a word and ended with an ellipsis when it has more than `limit` characters."""
    if len(text) <= limit:
        return text
    cut = limit - 1
    space = text.rfind(" ", 0, cut + 1)
    # A space in the first third means a very long word: cutting before it would leave next to nothing.
    end = space if space > limit // 3 else _whole_character(text, cut)
    return text[:end].rstrip(_TRAILING) + "…"


def _whole_character(text: str, end: int) -> int:
    """The last place up to `end` that does not part a letter from its marks, or an emoji from its joiners."""
    while end > 1 and (_extends(text[end]) or text[end - 1] == "\u200d"):
        end -= 1
    return end


def _extends(character: str) -> bool:
    return character in _JOINERS or unicodedata.category(character).startswith("M") or "🏻" <= character <= "🏿"


def direction(text: str) -> str:
    """`rtl` or `ltr`, by the first letter that has a direction; empty when none has."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in {"R", "AL"}:
            return "rtl"
        if kind == "L":
            return "ltr"
    return ""
