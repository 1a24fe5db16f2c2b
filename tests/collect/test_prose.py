"""Text from outside keeps its letters and loses what must not reach a mail."""

import sys
import unicodedata

import pytest

from digest.collect.prose import clean

KEPT_INVISIBLE = "\u200c\u200d"  # joiners, which the scripts of Persian and Hindi write with


def test_every_character_that_is_neither_seen_nor_a_blank_goes() -> None:
    kept = clean("é".join(map(chr, range(sys.maxunicode + 1))))
    left = {character for character in kept if unicodedata.category(character) in {"Cc", "Cs"}}
    assert left == {"\n", "\t"}
    assert not set("\u200b\u202e\u2066\u2028\u2029\xad\ufeff\u2060\U000e0041\ufff9\uffff") & set(kept)
    assert set(KEPT_INVISIBLE) <= set(kept)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Cafe\u0301 creme\tand\xa0more\nlines — here", "Café creme\tand\xa0more\nlines — here"),
        ("né\x0bnée\u2028neé\r\nnee\x85.", "né\nnée\nneé\nnee\n."),
        ("na\xadïve \u202ereversed\u202c", "naïve reversed"),
        ("one\r\ntwo\x07", "one\ntwo"),
        ("می\u200cشود", "می\u200cشود"),
        ("half a \ud800 character", "half a  character"),
    ],
)
def test_clean(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned
