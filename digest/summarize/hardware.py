"""What this machine computes with: cores, device, number format."""

import os
from pathlib import Path
from typing import Any

from digest.errors import ModelError


def cpu_count() -> int:
    """Cores that this process may use; a container may be given fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def has_bf16(cpuinfo: Path = Path("/proc/cpuinfo")) -> bool:
    """Whether the processor multiplies bfloat16 itself; where it does not, float32 is quicker."""
    try:
        return "avx512_bf16" in cpuinfo.read_text(encoding="ascii", errors="replace")
    except OSError:
        return False


def choose_device(wanted: str) -> str:
    """`auto`, `cpu` or `cuda` -> `cpu` or `cuda`. Raises ModelError when a GPU is asked for and there is none."""
    if wanted == "cpu":
        return "cpu"
    import torch

    if torch.cuda.is_available():
        return "cuda"
    if wanted == "cuda":
        raise ModelError(
            "there is no CUDA device, or this torch was built without CUDA",
            where="[summarizer] device",
            remedy='set device = "auto", or install a CUDA build of torch',
        )
    return "cpu"


def torch_dtype(device: str) -> Any:
    """The number format that is quickest without a loss that shows."""
    import torch

    if device == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    return torch.bfloat16 if has_bf16() else torch.float32
