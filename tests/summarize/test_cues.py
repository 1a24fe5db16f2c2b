import pytest

from digest.summarize.cues import is_unfit, leans, without_dateline
from digest.summarize.sentences import Sentence, is_complete


def sentence(text: str) -> Sentence:
    return Sentence(text=text, paragraph=0, complete=is_complete(text))


@pytest.mark.parametrize(
    "text",
    [
        "Who will pay for the road to the new quay?",
        "A heading that has no stop at its end",
        "Photo: the new quay at Lindholm in March.",
        "Scroll down for more pictures of the quay.",
        "Follow us on our social channels for more news.",
        "Check out what they wrote about the quay last year!",
        "Thanks to all of you for reading this to the end.",
        "She came late.",
        '"We cannot wait for another winter storm to come."',
        'The harbour master said: "We cannot wait for another winter storm.',
        "(Her brother had left the town two years before that.)",
        "The council met in the (new town hall on Tuesday night.",
        "Reporting by Jan Moe in Oslo and Eva Lind in Bergen.",
        "All opinions are mine and mine alone.",
        "Updated daily with the best prices that we found.",
        "Solberg 63 85% 1 goal (1 header).",
        "Fish soup: 2 cod, 1 leek, 1 tsp salt.",
    ],
)
def test_what_must_not_be_in_a_summary_is_unfit(text: str) -> None:
    assert is_unfit(sentence(text), "en")


@pytest.mark.parametrize(
    "text",
    [
        "The city council voted for the plan on Tuesday.",
        '"We cannot wait for another storm," said the harbour master.',
        "Photography has changed the way in which we remember.",
        "The readers' letters didn't mention O'Brien's boat.",
        "The pictures that she sold paid for the house.",
        "Checks of the bridge will last until the end of May.",
        "Thanks to the new quay, ferries are on time again.",
        "Sales rose by 3% in 2024, 5% in 2025 and 7% in 2026.",
    ],
)
def test_a_whole_sentence_of_the_story_is_fit(text: str) -> None:
    assert not is_unfit(sentence(text), "en")


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "But the council said no.", True),
        ("en", "It’s too late for that.", True),
        ("en", "In addition the road is closed.", True),
        ("en", '"They will come," said Moe.', True),
        ("en", "Thessaly has a new mayor.", False),
        ("en", "3 of them were found.", False),
        ("de", "Dennoch blieb er in Ulm.", True),
        ("de", "Das Haus steht am Fluss.", False),
        ("xx", "But this language has no list.", False),
    ],
)
def test_a_sentence_that_points_back_leans(language: str, text: str, expected: bool) -> None:
    assert leans(text, language) is expected


def test_a_place_and_a_colon_are_a_dateline_where_they_open_the_article() -> None:
    text = "NEW LINDHOLM: The ferry left with nobody aboard."
    assert without_dateline(text, opens=True) == "The ferry left with nobody aboard."
    assert without_dateline("SOLBERG: The ferry left with nobody aboard.") == (
        "SOLBERG: The ferry left with nobody aboard."
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("LONDON (Reuters) - The bank raised its rate on Thursday.", "The bank raised its rate on Thursday."),
        ("OSLO, Feb 17 (Reuters) - The ferry left with nobody aboard.", "The ferry left with nobody aboard."),
        ("SAO TOME, 17 Feb. (AFP) — The ferry left with nobody aboard.", "The ferry left with nobody aboard."),
        ("Flight 17 of Norwind (AP) left an hour late.", "Flight 17 of Norwind (AP) left an hour late."),
        ("(CNN)The river rose by two metres over night.", "The river rose by two metres over night."),
        ("OSLO, Norway — The ferry left with nobody aboard.", "The ferry left with nobody aboard."),
        ("(Reuters) - Oil fell.", "(Reuters) - Oil fell."),
        ("The bank (AP) raised its rate on a Thursday.", "The bank (AP) raised its rate on a Thursday."),
        ("NASA landed a probe on the far side of the moon.", "NASA landed a probe on the far side of the moon."),
    ],
)
def test_a_dateline_is_left_out_where_a_sentence_remains(text: str, expected: str) -> None:
    assert without_dateline(text) == expected


@pytest.mark.parametrize("run", ["G" * 5000, "G." * 2500, "G 17 " * 1500, "GATTACA" * 700, "Ab" * 2500])
def test_a_long_run_of_letters_is_read_at_once(run: str) -> None:
    text = f"{run} is what the machine in the laboratory wrote."
    assert without_dateline(text, opens=True) == text


def test_a_dateline_of_several_words_is_taken_off_with_and_without_blanks() -> None:
    rest = "The ferry left with nobody aboard."
    assert without_dateline(f"NEW LINDHOLM, Norway (Reuters) - {rest}") == rest
    assert without_dateline(f"LINDHOLM/NARVIK(AP){rest}") == rest
