from digest.summarize import word_rarity


def test_a_word_is_the_rarer_the_less_it_is_used() -> None:
    rarity = word_rarity()
    said = [rarity[word] for word in ("the", "said", "company", "recall", "chrysler")]
    assert said == sorted(said)
    assert said[0] == 0
    assert said[-1] < 1


def test_pieces_of_words_signs_and_single_letters_are_no_words() -> None:
    assert not [word for word in word_rarity() if not word.isalnum() or len(word) < 2]


def test_names_that_few_know_are_not_there_and_so_the_rarest() -> None:
    assert {"orsel", "pellworth"}.isdisjoint(word_rarity())
