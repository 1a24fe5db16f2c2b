import pytest

from digest.summarize.cleaning import clean

SAID = "The ferry to Moen was cancelled. It sails again on Sunday."


@pytest.mark.parametrize(
    "output",
    [
        SAID,
        f"Here is a summary: {SAID}",
        f"Here is a summary of the article in 2 sentences:\n\n{SAID}",
        f"Sure! Here's a brief summary:\n{SAID}",
        f"**Summary:** {SAID}",
        f"## Summary\n{SAID}",
        f"Zusammenfassung: {SAID}",
        f"Voici un résumé de l'article : {SAID}",
        f"<think>\nThe user wants: a summary.\n</think>\n\n{SAID}",
        f"The article says much.</think>{SAID}",
        f'"{SAID}"',
        f"{SAID}\n\nNote: I kept it short.",
        f"{SAID}\n\nLet me know if you need anything else!",
        f"{SAID} (11 words)",
        "- The ferry to Moen was cancelled.\n- It sails again on Sunday.",
        "The **ferry** to Moen was cancelled. It sails again on *Sunday*.",
        f"<summary>{SAID}</summary>",
    ],
)
def test_only_the_summary_is_left(output: str) -> None:
    assert clean(output) == SAID


@pytest.mark.parametrize("output", ["", "<think>I wonder what", "Here is a summary:"])
def test_nothing_is_left_of_an_answer_without_a_summary(output: str) -> None:
    assert clean(output) == ""


@pytest.mark.parametrize(
    "output",
    [
        "Police said: nobody was hurt.",
        '"We sail on Sunday," said Holt. "Come early."',
        "Nobody noted it. Note 7 phones burn.",
    ],
)
def test_what_belongs_to_a_summary_stays(output: str) -> None:
    assert clean(output) == output
