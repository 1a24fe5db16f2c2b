import numpy as np

from digest.summarize.lexical import term_vectors, terms


def test_inflected_words_are_one_term() -> None:
    assert terms("Ships shipping", "en") == ["ship", "shipp"]
    assert terms("Häuser Hauser", "de") == ["hauser", "hauser"]


def test_words_without_meaning_are_left_out() -> None:
    assert terms("It was the harbour of them all", "en") == ["harbour"]


def test_scripts_without_blanks_give_pairs_of_characters() -> None:
    assert terms("港口关闭", "zh") == ["港口", "口关", "关闭"]


def test_rows_have_unit_length_or_none() -> None:
    vectors = term_vectors(["The harbour closes", "of the", "A harbour opens"], "en")
    assert np.allclose(np.linalg.norm(vectors, axis=1), [1, 0, 1])
    assert vectors[0] @ vectors[2] > 0.4
