"""Plain text fits a screen of fixed width."""

from digest.compose.wrap import columns, wrap


def test_lines_are_at_most_as_wide_as_told() -> None:
    text = wrap("the quick brown fox jumps over the lazy dog " * 20)
    assert max(map(len, text.split("\n"))) <= 72
    assert text.replace("\n", " ") == ("the quick brown fox jumps over the lazy dog " * 20).strip()


def test_a_word_that_is_too_long_stays_whole() -> None:
    address = "https://news.example/" + "a" * 100
    assert wrap(f"see {address} now").split("\n") == ["see", address, "now"]


def test_indents_stand_before_the_first_line_and_the_others() -> None:
    assert wrap("aaa bbb ccc", 8, "   ", "1. ") == "1. aaa\n   bbb\n   ccc"


def test_wide_characters_count_twice_and_break_anywhere() -> None:
    lines = wrap("天気予報によると明日は雨が降るでしょう。" * 5, 20).split("\n")
    assert all(columns(line) <= 22 for line in lines)
    assert not any(line.startswith("。") for line in lines)
    assert columns("é") == columns("e\u0301") == 1
