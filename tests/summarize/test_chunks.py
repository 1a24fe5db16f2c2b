import itertools

from hypothesis import given
from hypothesis import strategies as st

from digest.summarize.chunks import split_chunks


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
