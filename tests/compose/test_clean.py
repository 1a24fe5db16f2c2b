"""What an article calls plain text is made plain text."""

import pytest

from digest.compose.clean import direction, one_line, paragraphs, shorten


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\x00b\x07c", "abc"),
        ("a\r\nBcc: x\x0b\x0cb\x85c", "a Bcc: x b c"),
        ("ab\u202egpj.exe\u202c", "abgpj.exe"),
        ("a\u2066b\u2069\ufeffc", "abc"),
        ("a\ud83d", "a"),
        ("  a \t\u00a0 b ", "a b"),
        ("a\u2028b\u2029c", "a b c"),
        ("नमस्ते ❤️ می‌خواهم 👩‍🚀", "नमस्ते ❤️ می‌خواهم 👩‍🚀"),
        ("Z" + "\u0335" * 50 + "a", "Z" + "\u0335" * 4 + "a"),
        ("\\u{94d} {{ x }} <b>", "\\u{94d} {{ x }} <b>"),
    ],
)
def test_a_line_holds_no_control_and_no_direction_marks(text: str, line: str) -> None:
    assert one_line(text) == line


def test_paragraphs_are_lines_and_empty_ones_are_left_out() -> None:
    assert paragraphs(" one \r\n\n\x00\ntwo\tthree") == ("one", "two three")


def test_a_long_text_is_cut_at_a_word() -> None:
    assert shorten("The river is rising, and nobody knows", 21) == "The river is rising…"
    assert shorten("short", 5) == "short"


def test_a_cut_never_parts_a_letter_from_its_marks() -> None:
    assert shorten("नमस्ते" * 10, 7) in {"नमस्ते…", "नमस्…"}
    family = "👩‍🚀"
    assert shorten(family * 10, 6) == f"{family}…"
    assert len(shorten("w" * 5000, 120)) == 120


@pytest.mark.parametrize(("text", "kind"), [("123 abc", "ltr"), ("«سلام»", "rtl"), ("שלום a", "rtl"), ("1 — 2", "")])
def test_direction_is_that_of_the_first_letter(text: str, kind: str) -> None:
    assert direction(text) == kind
