"""Splits an article into sentences, in any script, with quotations whole."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_SPACE = re.compile(r"\s+")
_BULLET = re.compile(r"^(?:(?:[-–—*•‣▪●○·►»]|\d{1,2}[.)])\s+|[*†‡]+(?=\w))")
_LOOSE_STOP = re.compile(r"(?<=\w) +(?=[,.](?:\s|$))")
_CLOSERS = "\"'”’»›)]}」』】）》〉“‘"
_LEFT_OVER = re.compile(r"(?<=[.!?])\s+['\"‘“]$")  # opens the quotation that the next sentence is
_IN_A_NAME = re.compile(r"(?:^|[\sA-Z0-9(])\.$")
_STOPS = ".!?…。！？｡؟۔।॥።՝։"
_CJK_QUOTED = re.compile(r"[」』”]$")
_TAIL_LENGTH = 12  # characters of "he said" after a quotation, in scripts that write no spaces
_UNSPACED_LETTER = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u9fff]")
_UNSPACED = ("zh", "ja", "th", "lo", "km", "my")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an article. `paragraph` counts from 0; `complete` is whether it ends as a sentence ends."""

    text: str
    paragraph: int
    complete: bool


def split_sentences(text: str, language: str) -> list[Sentence]:
    """The sentences of `text` in order. A line break is always a border, for it ends a paragraph."""
    found: list[Sentence] = []
    for number, line in enumerate(text.splitlines()):
        for piece in _split_line(tidy(line), language):
            found.append(Sentence(text=piece, paragraph=number, complete=is_complete(piece, language)))
    return found


def tidy(text: str) -> str:
    """One line of visible characters: no control or direction-changing characters, no stray blanks, no bullet."""
    visible = (
        text
        if text.isascii() and text.isprintable()
        else "".join(
            c for c in text if c.isspace() or unicodedata.category(c) not in {"Cc", "Cf"} or c in "\u200c\u200d"
        )
    )
    return _BULLET.sub("", _LOOSE_STOP.sub("", _SPACE.sub(" ", visible).strip()))


def is_complete(sentence: str, language: str = "") -> bool:
    """Whether a sentence has its end: a stop, closing quotes aside. Thai and its neighbours write none."""
    body = sentence.rstrip(_CLOSERS + " ")
    return bool(body) and (body[-1] in _STOPS or base_language(language) in {"th", "lo", "km", "my"})


def word_count(text: str, language: str = "") -> int:
    """Words by blanks; where a script writes none, two characters count as a word."""
    letters = 0 if text.isascii() else len(_UNSPACED_LETTER.findall(text))
    return max(len(text.split()), 1) if letters * 2 < len(text) else (letters + 1) // 2


def _split_line(line: str, language: str) -> Iterator[str]:
    if not line:
        return
    from sentencex import segment

    raw = _join_names(list(segment(base_language(language) or "en", line)))
    pieces = [_LEFT_OVER.sub("", piece.strip()) for piece in raw]
    yield from _join_quoted([piece for piece in pieces if piece], language)


def _join_names(pieces: list[str]) -> list[str]:
    """Put names with a stop in them together again: ".NET", "ASP.NET", "U.S.A". The pieces still have their blanks.

    A stop between two sentences is followed by a blank; where a writer left it out, a small letter stands before it.
    """
    joined: list[str] = []
    for piece in pieces:
        if joined and _IN_A_NAME.search(joined[-1]) and piece[:1].isascii() and piece[:1].isalnum():
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined


def _join_quoted(pieces: list[str], language: str) -> list[str]:
    """Put "he said" back to the quotation that it follows; the splitter parts them in scripts without blanks."""
    joined: list[str] = []
    for piece in pieces:
        after_quote = bool(joined) and _CJK_QUOTED.search(joined[-1]) is not None
        if (
            base_language(language) in _UNSPACED
            and after_quote
            and len(piece) <= _TAIL_LENGTH
            and piece[0] not in "「『“"
        ):
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined


def base_language(language: str) -> str:
    """`pt-BR` -> `pt`."""
    return re.split("[-_]", language.lower())[0]
