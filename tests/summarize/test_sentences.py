import pytest

from digest.summarize.sentences import is_complete, split_sentences, tidy, word_count


def texts(text: str, language: str = "en") -> list[str]:
    return [sentence.text for sentence in split_sentences(text, language)]


def test_abbreviations_and_decimals_do_not_end_a_sentence() -> None:
    text = "Mr. Hale paid $3.5 million to the U.S. Treasury on Jan. 5. Dr. Weiss saw it. It was over."
    assert texts(text) == [
        "Mr. Hale paid $3.5 million to the U.S. Treasury on Jan. 5.",
        "Dr. Weiss saw it.",
        "It was over.",
    ]


def test_a_quotation_of_several_sentences_stays_whole() -> None:
    assert texts('"I will not go. It is late," she said. He left.') == [
        '"I will not go. It is late," she said.',
        "He left.",
    ]


def test_a_mark_that_opens_the_next_quotation_does_not_close_this_sentence() -> None:
    assert texts("The quay is done. '") == ["The quay is done."]
    assert texts("He said: 'It is done.'") == ["He said: 'It is done.'"]


def test_a_line_break_is_a_border_and_counts_the_paragraphs() -> None:
    found = split_sentences("A heading without a stop\nThe text begins here. And goes on.", "en")
    assert [(s.text, s.paragraph, s.complete) for s in found] == [
        ("A heading without a stop", 0, False),
        ("The text begins here.", 1, True),
        ("And goes on.", 1, True),
    ]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "de",
            "Am 3. Mai kam Dr. Krüger z. B. nach Ulm. Er blieb.",
            ["Am 3. Mai kam Dr. Krüger z. B. nach Ulm.", "Er blieb."],
        ),
        ("zh", "今天下雨。我们去图书馆吧！", ["今天下雨。", "我们去图书馆吧！"]),
        ("zh", "“我们不走。”他说。雨停了。", ["“我们不走。”他说。", "雨停了。"]),
        ("ar", "وصل القطار. هل نزل أحد؟ نعم.", ["وصل القطار.", "هل نزل أحد؟", "نعم."]),
        ("hi", "बारिश हुई। नदी भर गई।", ["बारिश हुई।", "नदी भर गई।"]),
    ],
)
def test_every_script_has_its_own_stops(language: str, text: str, expected: list[str]) -> None:
    assert texts(text, language) == expected


def test_an_unknown_language_is_split_all_the_same() -> None:
    assert texts("One two three. Four five.", "xx") == ["One two three.", "Four five."]


def test_control_and_direction_characters_and_bullets_go() -> None:
    assert tidy(" •  A\u202eb\x00\u200b c\td ") == "Ab c d"


def test_loose_stops_and_the_mark_of_a_footnote_go() -> None:
    assert tidy("*Only the mayor , said Moe , uses ASP .NET .") == "Only the mayor, said Moe, uses ASP .NET."


def test_closing_quotes_do_not_hide_the_stop() -> None:
    assert is_complete("He said: “It is done.”")
    assert not is_complete("He said: “It is done”")
    assert not is_complete("”")


def test_words_are_counted_where_no_blanks_are_written() -> None:
    assert word_count("three short words") == 3
    assert word_count("今天天气很好") == 3
