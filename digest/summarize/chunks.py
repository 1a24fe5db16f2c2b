"""Parts an article that is longer than a model's input into chunks of whole sentences that overlap."""

from collections.abc import Sequence


def split_chunks(lengths: Sequence[int], limit: int, overlap: int) -> list[range]:
    """Ranges of sentences, each of at most `limit` tokens, that cover all of them in order.

    `lengths` are the sentences' tokens. A chunk begins again with up to `overlap` tokens of the one before it, so that
    what spans the border is seen whole once. A sentence longer than `limit` is a chunk of its own.
    """
    chunks: list[range] = []
    start = 0
    while start < len(lengths):
        end, size = start, 0
        while end < len(lengths) and (end == start or size + lengths[end] <= limit):
            size += lengths[end]
            end += 1
        chunks.append(range(start, end))
        if end == len(lengths):
            break
        start = max(start + 1, _back(lengths, end, min(overlap, limit - lengths[end])))
    return chunks


def _back(lengths: Sequence[int], end: int, overlap: int) -> int:
    """Where the next chunk starts: as many sentences back from `end` as `overlap` tokens hold."""
    size = 0
    while end > 0 and size + lengths[end - 1] <= overlap:
        end -= 1
        size += lengths[end]
    return end


def sample_chunks(chunks: Sequence[range], most: int) -> list[range]:
    """At most so many of the chunks: half of them from the opening, which tells most, the others evenly from the rest.

    What a book of 100,000 words costs is so no more than what sixteen chunks cost.
    """
    if len(chunks) <= most:
        return list(chunks)
    opening = most // 2
    rest, count = chunks[opening:], most - opening
    return [*chunks[:opening], *(rest[(i + 1) * len(rest) // count - 1] for i in range(count))]
