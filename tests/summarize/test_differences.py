import numpy as np
import pytest

from digest.summarize.differences import contradictions, differ, said_by, with_differences

FOURTEEN = "Rescuers brought 14 people ashore from the ferry."
SEVENTEEN = "Rescuers brought 17 people ashore from the ferry."


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (FOURTEEN, SEVENTEEN),
        ("The ferry sank on 3 May.", "The ferry sank on 4 May."),
        ("The ferry sank in May.", "The ferry sank in June."),
        ("The ferry sank on Monday.", "The ferry sank on Tuesday."),
        ("The owner said the pump was faulty.", "The owner denied the pump was faulty."),
        ("The mayor will resign.", "The mayor won’t resign."),
    ],
)
def test_other_figures_other_days_and_yes_against_no_differ(one: str, other: str) -> None:
    assert differ(one, other, 0.9, "en")
    assert differ(other, one, 0.9, "en")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (FOURTEEN, FOURTEEN),
        ("The ship cost 1.2 million crowns.", "The ship cost 1,203,000 crowns."),
        ("The ferry sank on 3 May.", "The ferry sank in May."),
        ("Nobody was hurt.", "No one was hurt, and none is missing."),
        ("It carried 14 people.", "It was 40 metres long."),
    ],
)
def test_what_agrees_or_counts_something_else_does_not_differ(one: str, other: str) -> None:
    assert not differ(one, other, 0.65 if "metres" in other else 0.9, "en")


def test_sentences_on_different_matters_never_differ() -> None:
    assert differ(FOURTEEN, SEVENTEEN, 0.5, "en")
    assert not differ(FOURTEEN, SEVENTEEN, 0.49, "en")


def test_a_denial_needs_a_closer_sentence_than_a_count_does() -> None:
    assert not differ("The pump was faulty.", "The pump was not faulty.", 0.69, "en")


def test_a_sentence_is_said_when_nearly_all_its_words_are_in_one_other() -> None:
    others = [set("rescuers brought fourteen people ashore from ferry at night".split()), {"pump", "failed"}]
    assert said_by(set("rescuers brought people ashore today".split()), others)
    assert not said_by(set("rescuers brought the pump".split()), others)
    assert not said_by(set(), others)


def test_each_contradiction_is_by_another_article_and_the_closest_comes_first() -> None:
    texts = [FOURTEEN, "Rescuers brought 15 people to land.", SEVENTEEN, "Rescuers took 19 people off the ferry."]
    vectors = np.array([[1, 0], [1, 0], [0.8, 0.6], [0.9, 0.436]], dtype=np.float32)
    assert contradictions([0], range(4), texts, [0, 0, 1, 2], vectors, "en") == {0: [3, 2]}


def test_a_rival_takes_the_place_of_what_matters_least() -> None:
    assert with_differences([4, 2, 7], {2: [9]}, [10] * 10, sentences=3, max_words=100) == [4, 2, 9]


def test_what_is_contradicted_stays_and_a_rival_that_finds_no_room_stays_out() -> None:
    assert with_differences([4, 2], {4: [9]}, [10] * 10, sentences=2, max_words=19) == [4, 2]
    assert with_differences([4], {4: [9]}, [10] * 10, sentences=1, max_words=100) == [4]


def test_at_most_half_of_a_summary_is_contradiction() -> None:
    against = {index: [index + 4] for index in range(4)}
    kept = with_differences([0, 1, 2, 3], against, [1] * 8, sentences=4, max_words=100)
    assert sorted(kept) == [0, 1, 4, 5]
