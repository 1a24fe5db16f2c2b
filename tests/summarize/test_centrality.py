import numpy as np
from numpy.typing import NDArray

from digest.summarize.centrality import Candidate, Weights, central, choose, early, long, similar

PLAIN = Weights(novelty=0.2, repeated=0.85, leaning=0.4)


def unit(*rows: tuple[float, ...]) -> NDArray[np.float32]:
    vectors = np.array(rows, dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def pick(
    scores: list[float],
    vectors: NDArray[np.float32],
    *,
    words: int = 10,
    leaning: frozenset[int] = frozenset(),
    sentences: int = 2,
    max_words: int = 1000,
) -> list[int]:
    candidates = [Candidate(words=words, leans=i in leaning) for i in range(len(scores))]
    return choose(np.array(scores), candidates, vectors, sentences=sentences, max_words=max_words, weights=PLAIN)


DISTINCT = unit((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1))


def test_the_best_are_taken_in_the_order_of_their_worth() -> None:
    assert pick([0.1, 0.5, 0.2, 0.9], DISTINCT) == [3, 1]


def test_what_is_said_already_is_not_said_again() -> None:
    vectors = unit((1, 0, 0, 0), (0.99, 0.05, 0, 0), (0, 0, 1, 0))
    assert pick([0.9, 0.8, 0.1], vectors) == [0, 2]


def test_a_leaning_sentence_comes_only_after_the_one_it_leans_on() -> None:
    assert pick([0.1, 0.6, 0.3, 0.3], DISTINCT, leaning=frozenset({3}), sentences=2) == [1, 2]
    assert pick([0.1, 0.2, 0.6, 0.3], DISTINCT, leaning=frozenset({3}), sentences=2) == [2, 3]


def test_the_word_limit_takes_whole_sentences_and_at_least_one() -> None:
    assert pick([0.9, 0.8, 0.7, 0.6], DISTINCT, sentences=4, max_words=25) == [0, 1]
    assert pick([0.9, 0.8, 0.7, 0.6], DISTINCT, sentences=4, max_words=5) == [0]


def test_when_the_best_is_too_long_a_lesser_one_comes_only_while_there_is_little() -> None:
    assert pick_words([9, 40, 9, 9], max_words=45) == [0, 2, 3]
    assert pick_words([30, 40, 9, 9], max_words=45) == [0]


def test_a_long_opening_stands_however_few_sentences_are_asked_for() -> None:
    assert pick_words([60, 5, 5, 5], max_words=80, sentences=1) == [0]


def pick_words(words: list[int], *, max_words: int, sentences: int = 4) -> list[int]:
    candidates = [Candidate(words=count, leans=False) for count in words]
    scores = np.array([0.9, 0.8, 0.7, 0.6])
    return choose(scores, candidates, DISTINCT, sentences=sentences, max_words=max_words, weights=PLAIN)


def test_an_article_of_no_sentences_has_no_choice() -> None:
    assert pick([], np.zeros((0, 4), dtype=np.float32)) == []


def test_features_are_between_nought_and_one() -> None:
    for scores in (central(DISTINCT[:2]), similar(DISTINCT, DISTINCT[2]), long([3, 9, 27]), early(range(5), 3, 2.5)):
        assert scores.min() >= 0
        assert scores.max() <= 1
    assert similar(DISTINCT, DISTINCT[2]).argmax() == 2
    bell = early([0, 1, 2, 0], 3, 2.5)
    assert bell[0] == bell[3] > bell[1] > bell[2]
    assert early([2], 6, 2.5) < early([2], 3, 2.5) < early([2], 1, 2.5)
    assert set(central(DISTINCT[:1])) == {0.5}
