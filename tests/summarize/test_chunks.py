import itertools

from hypothesis import given
from hypothesis import strategies as st

from digest.summarize.chunks import sample_chunks, split_chunks


def test_chunks_overlap_by_whole_sentences() -> None:
    assert split_chunks([10, 10, 10, 10], 30, 10) == [range(3), range(2, 4)]


def test_a_sentence_past_the_limit_is_a_chunk_of_its_own() -> None:
    assert split_chunks([5, 99, 5], 20, 5) == [range(1), range(1, 2), range(2, 3)]


def test_nothing_gives_no_chunk() -> None:
    assert split_chunks([], 20, 5) == []


@given(st.lists(st.integers(1, 40), max_size=60), st.integers(10, 100), st.integers(0, 50))
def test_chunks_cover_everything_in_order_and_end(lengths: list[int], limit: int, overlap: int) -> None:
    chunks = split_chunks(lengths, limit, overlap)
    assert sorted({i for chunk in chunks for i in chunk}) == list(range(len(lengths)))
    assert all(len(chunk) == 1 or sum(lengths[i] for i in chunk) <= limit for chunk in chunks)
    assert all(a.start < b.start and a.stop < b.stop for a, b in itertools.pairwise(chunks))


def test_a_book_costs_no_more_than_sixteen_chunks() -> None:
    chunks = split_chunks([20] * 6000, 1000, 125)
    assert len(chunks) > 120
    taken = sample_chunks(chunks, 16)
    assert len(taken) == 16
    assert taken[:8] == chunks[:8]
    assert taken[-1] == chunks[-1]
    assert len(set(taken)) == 16


def test_what_has_few_chunks_is_read_whole() -> None:
    chunks = split_chunks([20] * 100, 1000, 125)
    assert sample_chunks(chunks, 16) == chunks
