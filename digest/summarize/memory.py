"""How much memory a model may take for its work, and how many inputs fit into it at a time."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

Ids = list[int]
Output = TypeVar("Output")

_log = logging.getLogger(__name__)
_SHARE = 0.5  # of what is free; the rest is for the system, and for what is measured wrongly
_LEAST = 256 * 2**20
_UNKNOWN = 2 * 2**30  # where it cannot be measured
_MEMINFO = Path("/proc/meminfo")
_CGROUP = Path("/sys/fs/cgroup")


def free_memory(device: str, meminfo: Path = _MEMINFO, cgroup: Path = _CGROUP) -> int:
    """Bytes that may be taken now: of the GPU, or of the machine and the container, whichever has less."""
    if device == "cuda":
        import torch

        return int(torch.cuda.mem_get_info()[0])
    found = [size for size in (_available(meminfo), _left_of_limit(cgroup)) if size is not None]
    return min(found, default=_UNKNOWN)


def budget(device: str, wanted_mb: int) -> int:
    """Bytes for the work on one batch: as the settings say, else half of what is free."""
    return wanted_mb * 2**20 if wanted_mb else max(_LEAST, int(free_memory(device) * _SHARE))


def _available(meminfo: Path) -> int | None:
    try:
        for line in meminfo.read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    return None


def _left_of_limit(cgroup: Path) -> int | None:
    """What a container may still take (cgroup v2); None where there is no limit."""
    try:
        limit = (cgroup / "memory.max").read_text(encoding="ascii").strip()
        used = int((cgroup / "memory.current").read_text(encoding="ascii"))
        return None if limit == "max" else max(0, int(limit) - used)
    except (OSError, ValueError):
        return None


def bytes_per_token(config: Mapping[str, Any], beams: int, *, number_size: int) -> int:
    """About what one token of input costs while a batch is worked on: keys and values of every layer, activations.

    Upper bounds: what is too little ends the process, what is too much costs a little speed. `number_size` is in bytes.
    """
    text = config.get("text_config") or config
    layers = _first(text, "num_hidden_layers", "decoder_layers", "num_decoder_layers", "num_layers", "n_layer") or 12
    width = _first(text, "hidden_size", "d_model", "n_embd") or 1024
    inner = _first(text, "intermediate_size", "encoder_ffn_dim", "d_ff", "n_inner") or 4 * width
    heads = _first(text, "num_attention_heads", "encoder_attention_heads", "num_heads", "n_head") or 16
    shared = _first(text, "num_key_value_heads") or heads
    kept = 2 * layers * width * shared // heads * beams
    return int(number_size * (kept + 4 * width + 2 * inner))


def _first(config: Mapping[str, Any], *keys: str) -> int:
    return next((int(config[key]) for key in keys if isinstance(config.get(key), int)), 0)


def batches(lengths: Sequence[int], *, tokens: int, largest: int) -> Iterator[list[int]]:
    """Indices in batches, the longest inputs first: alike ones together, so that little is padded.

    A batch takes at most `tokens`, padding included, and at most `largest` inputs; an input that is longer than all of
    `tokens` is a batch of its own.
    """
    order = sorted(range(len(lengths)), key=lambda index: lengths[index], reverse=True)
    start = 0
    while start < len(order):
        size = max(1, min(largest, tokens // max(1, lengths[order[start]])))
        yield order[start : start + size]
        start += size


def run_batches(
    inputs: Sequence[Ids], run: Callable[[Sequence[Ids]], Sequence[Output]], *, tokens: int, largest: int
) -> list[Output | None]:
    """What `run` makes of each input, in order; None where it fails on one."""
    found: list[Output | None] = [None] * len(inputs)
    for batch in batches([len(ids) for ids in inputs], tokens=tokens, largest=largest):
        outputs: list[Output | None] = _attempt([inputs[i] for i in batch], run)
        for index, output in zip(batch, outputs, strict=True):
            found[index] = output
    return found


def _attempt(batch: Sequence[Ids], run: Callable[[Sequence[Ids]], Sequence[Output | None]]) -> list[Output | None]:
    """Run a batch; when that fails, its halves, down to the one input that the model cannot take."""
    found: list[Output | None] = []
    try:
        found += run(batch)
        return found
    except (RuntimeError, IndexError, ValueError, MemoryError) as error:
        # Out of memory is a RuntimeError of torch; an input too long an IndexError of some models.
        if len(batch) == 1:
            _log.warning("the model failed on one article (%s)", error)
            return [None]
    _free_gpu()
    middle = len(batch) // 2
    return [*_attempt(batch[:middle], run), *_attempt(batch[middle:], run)]


def _free_gpu() -> None:
    """Give back what a batch that did not fit has left in torch's own store of memory."""
    import sys

    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        torch.cuda.empty_cache()
