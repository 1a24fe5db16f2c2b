"""Plain text: folding what came from outside into clean paragraphs, and counting its words."""

import hashlib
import re
import unicodedata
from functools import lru_cache

# Everything that breaks a line somewhere, then everything else that must not reach a mail: C0 and C1 controls, soft
# hyphens, byte order marks, bidirectional overrides and isolates, tag characters and lone surrogates.
_BREAKS = re.compile(r"\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\xad\u200b\u2060-\u2064\u202a-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb"
    "\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f]")  # what of it is in ASCII
_SAME = 4  # texts that are remembered, for the same is asked of one several times in a row
_ASCII_WORDS = {  # the same as casefold and \w for what is in ASCII, several times as quick
    code: chr(code).lower() if re.match(r"\w", chr(code)) else " " for code in range(128)
}
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def clean(text: str) -> str:
    """The text in NFC with "\\n" as its only line break, without control and invisible formatting characters."""
    if text.isascii() and _ODD.search(text) is None:
        return text
    if text.replace("\n", " ").replace("\t", " ").replace("\xa0", " ").isprintable():  # so is none of what is dropped
        return unicodedata.normalize("NFC", text)
    return unicodedata.normalize("NFC", _DROPPED.sub("", _BREAKS.sub("\n", text)))


def one_line(text: str) -> str:
    """The text on one line, white space folded."""
    return " ".join(clean(text).split())


def paragraphs(text: str) -> list[str]:
    """The lines that say something, white space folded."""
    lines = (" ".join(line.split()) for line in clean(text).split("\n"))
    return [line for line in lines if line]


def fold(text: str) -> str:
    """Paragraphs apart by one newline."""
    return "\n".join(paragraphs(text))


@lru_cache(_SAME)
def count_words(text: str) -> int:
    """How many words there are; of Chinese and Japanese, which do not space them, two characters make one."""
    cjk = 0 if text.isascii() else len(_CJK.findall(text))
    if not cjk:
        return len(text.split())
    return len(_CJK.sub(" ", text).split()) + (cjk + 1) // 2


@lru_cache(_SAME)
def content_hash(text: str) -> str:
    """SHA-256 (hex) of the words alone, so that case, spacing and punctuation do not make another text of it."""
    words = text.translate(_ASCII_WORDS).split() if text.isascii() else re.findall(r"\w+", text.casefold())
    return hashlib.sha256(" ".join(words).encode()).hexdigest()
