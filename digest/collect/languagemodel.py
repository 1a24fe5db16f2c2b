"""The model of py3langid in a quarter of its memory, with the same answers.

It counts in a text the byte sequences that it knows (an automaton that moves on with each byte tells which), and adds
up what each says for each language: naive Bayes, after Lui and Baldwin, "langid.py" (ACL 2012). Most rows of its two
tables are alike but for a few places. Here the moves stand in blocks, each block once; and of a sequence that few
languages know there is only what it says for these.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_BLOCK = 16  # moves
_HIGH = bytes(byte // _BLOCK for byte in range(256))
_LOW = bytes(byte % _BLOCK for byte in range(256))
_SIDE = 25  # texts that are told side by side: more would only take more memory
_COMMON = 60  # languages that know a sequence: from here on its row is held whole


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageModel:
    """NumPy arrays. The sequences that many languages know come first; a language may have two columns."""

    labels: Any  # of the languages
    merging: Any  # a matrix from columns to languages
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

    def classify(self, texts: Sequence[str]) -> list[tuple[str, float]]:
        """Of each text the likeliest language and its probability; of texts side by side it costs half as much."""
        return [answer for start in range(0, len(texts), _SIDE) for answer in self._few(texts[start : start + _SIDE])]

    def _few(self, texts: Sequence[str]) -> list[tuple[str, float]]:
        import numpy as np

        encoded = [_encoded(text) for text in texts]
        scores = self._scores([self._found(data) for data in encoded])
        scores /= np.sqrt([[len(data) or 1] for data in encoded])
        odds = np.exp(scores - scores.max(axis=1, keepdims=True)) @ self.merging
        likeliest = odds.argmax(axis=1)
        shares = odds.max(axis=1) / odds.sum(axis=1)
        return list(zip(self.labels[likeliest].tolist(), shares.tolist(), strict=True))

    def _found(self, data: bytes) -> Any:
        """What ends at each byte: the number of a sequence, or -1."""
        import numpy as np

        rows, blocks, moves = memoryview(self.rows), memoryview(self.blocks), memoryview(self.moves)
        state = 0
        path = [
            state := moves[blocks[rows[state] + high] + low]
            for high, low in zip(data.translate(_HIGH), data.translate(_LOW), strict=True)
        ]
        return self.sequences[np.array(path, dtype=np.intp)]

    def _scores(self, found: Sequence[Any]) -> Any:
        """What all that was found says: a row for each text, a column for each of the model."""
        import numpy as np

        every = np.concatenate(found)
        texts = np.repeat(np.arange(len(found)), [len(each) for each in found])[every >= 0]
        sequences, places = np.unique(every[every >= 0], return_inverse=True)
        times = np.bincount(texts * len(sequences) + places, minlength=len(found) * len(sequences))
        times = times.reshape(len(found), -1)
        prior = times.any(axis=1, keepdims=True) * self.prior  # of a text that holds none, nothing is said
        return np.log1p(times, dtype=np.float32) @ self._says(sequences) + prior

    def _says(self, sequences: Any) -> Any:
        """What some sequences, which are in order, say: a row for each."""
        import numpy as np

        split = np.searchsorted(sequences, len(self.common))
        others = sequences[split:] - len(self.common)
        starts, lengths = self.starts[others], self.starts[others + 1] - self.starts[others]
        places = np.arange(lengths.sum()) + np.repeat(starts - np.cumsum(lengths) + lengths, lengths)
        says = np.empty((len(sequences), len(self.floor)), dtype=np.float32)
        says[:split] = self.common[sequences[:split]]
        says[split:] = self.floor
        says[np.repeat(np.arange(split, len(sequences)), lengths), self.columns[places]] = self.rare[places]
        return says


def _encoded(text: str) -> bytes:
    return unicodedata.normalize("NFC", text.lower() if text.isupper() else text).encode("utf-8", "surrogatepass")


def convert_model() -> LanguageModel:
    """The model that comes with py3langid, which takes a second and 200 MB."""
    import numpy as np

    given = _given()
    moves = np.asarray(given["nextmove"], dtype=np.uint32).reshape(-1, _BLOCK)
    each, blocks = np.unique(moves.view(np.dtype((np.void, moves.itemsize * _BLOCK))), return_inverse=True)
    labels, languages = np.unique(given["classes"], return_inverse=True)
    floor = given["ptc"].min(axis=0)
    known = given["ptc"] != floor
    order = np.argsort(known.sum(axis=1) < _COMMON, kind="stable")
    common = int((known.sum(axis=1) >= _COMMON).sum())
    others = order[common:]
    table, known = given["ptc"][others], known[others]
    return LanguageModel(
        labels=labels,
        merging=np.eye(len(labels), dtype=np.float32)[languages],
        prior=given["pc"].astype(np.float32),
        floor=floor.astype(np.float32),
        rows=given["nextmove_row"].astype(np.int32) * (256 // _BLOCK),
        blocks=(blocks.ravel() * _BLOCK).astype(np.int32),
        moves=each.view(np.uint32),
        sequences=np.append(np.argsort(order), -1)[given["out_feat"]].astype(np.int32),
        common=given["ptc"][order[:common]].astype(np.float32),
        starts=np.concatenate([[0], np.cumsum(known.sum(axis=1))]).astype(np.int32),
        columns=known.nonzero()[1].astype(np.uint8),
        rare=table[known],
    )


def _given() -> dict[str, Any]:
    """The arrays of the model file of py3langid, which itself would unpack it to a disk that may be full or locked."""
    import io
    import lzma
    from importlib.resources import files

    import numpy as np
    from py3langid.langid import MODEL_FILE

    unpacked = io.BytesIO(lzma.decompress(files("py3langid").joinpath(MODEL_FILE).read_bytes()))
    with np.load(unpacked, allow_pickle=False) as arrays:
        return dict(arrays)
