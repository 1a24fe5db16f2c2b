"""What the engines of generated summaries have in common, whatever kind of model they run."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A text to be summarized. `language` is that of the newsletter; `part`: it is one part of a longer article."""

    text: str
    title: str = ""
    language: str = "en"
    part: bool = False


class Writer(Protocol):
    """A loaded model that writes summaries. Used from one thread at a time."""

    @property
    def tokenizer(self) -> Any:
        """A `tokenizers.Tokenizer` that neither pads nor truncates."""
        ...

    @property
    def limit(self) -> int:
        """How many tokens of text the model takes at once."""
        ...

    @property
    def engine(self) -> str:
        """What computes, for a person: "CTranslate2 int8 on cpu"."""
        ...

    def write(self, tasks: Sequence[Task]) -> list[str | None]:
        """One output a task, in order; None where the model failed on it."""
        ...


def count_tokens(writer: Writer, texts: Sequence[str]) -> list[int]:
    """The tokens of each text, without the special ones."""
    return [len(encoded.ids) for encoded in writer.tokenizer.encode_batch(list(texts), add_special_tokens=False)]


def pieces(writer: Writer, text: str) -> list[str]:
    """The text, cut where the model's input ends: for a run of words without an end that is longer than it."""
    offsets = writer.tokenizer.encode(text, add_special_tokens=False).offsets
    size = max(1, writer.limit - 4)  # a piece may take a token more when it is read on its own
    borders = [offsets[start][0] for start in range(0, len(offsets), size)] + [len(text)]
    cut = (text[start:end].strip() for start, end in pairwise(borders))
    return [piece for piece in cut if piece]


def plain(tokenizer: Any) -> Any:
    """The tokenizer without padding and truncation: batches are made here, and nothing is cut in silence."""
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
