"""Finds the files of a model: a folder, or a name on Hugging Face with a revision."""

import hashlib
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digest.config import SummarizerSettings
from digest.errors import ModelError

_WHERE = "[summarizer] model"
# Weights as data, never as pickles, which run code when they are read; and no Python files.
_WANTED = ["*.json", "*.safetensors", "*.model", "*.txt", "*.jinja"]
_TOKENIZERS = ("tokenizer.json", "spiece.model", "sentencepiece.bpe.model", "vocab.json", "vocab.txt")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFiles:
    """A model on this machine. `identity` changes whenever its files do; `config` is its config.json."""

    name: str
    revision: str
    folder: Path
    identity: str
    config: Mapping[str, Any]


def find_model(settings: SummarizerSettings) -> ModelFiles:
    """The files of the model that the settings name, downloaded if need be. Raises ModelError with a remedy.

    What was downloaded once is used without asking the network. HF_HOME, HF_HUB_OFFLINE and HF_TOKEN are respected.
    """
    name = settings.model
    given = Path(name).expanduser()
    if given.is_dir():
        return _described(name, "", given)
    if name.startswith(("/", ".", "~")):
        raise ModelError("there is no such folder", where=f"{_WHERE} = {name!r}", remedy="name a folder that exists")
    folder = _snapshot(name, settings.revision)
    return _described(name, folder.name, folder)


def _snapshot(name: str, revision: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, OfflineModeIsEnabled
    from huggingface_hub.utils.tqdm import disable_progress_bars

    try:
        local = Path(snapshot_download(name, revision=revision or None, local_files_only=True))
        if any(local.glob("*.safetensors")) and (local / "config.json").is_file():
            return local
    except HFValidationError as error:
        raise ModelError(
            f"{name!r} is neither a folder, nor a plug-in, nor the name of a model",
            where=_WHERE,
            remedy='use "builtin", a name like "facebook/bart-large-cnn", or a folder',
        ) from error
    except OSError:
        pass  # not downloaded yet: that comes next
    try:
        if not sys.stderr.isatty():  # a person sees how a download goes, a log does not
            disable_progress_bars()
        return Path(snapshot_download(name, revision=revision or None, allow_patterns=_WANTED))
    except (OSError, OfflineModeIsEnabled) as error:
        raise ModelError(
            f"the model {name!r} is not on this machine and cannot be downloaded: {_first_line(error)}",
            where=_WHERE,
            remedy="check the name, the revision and the connection; gated models need HF_TOKEN; "
            'or use "builtin", which needs no download',
        ) from error


def _described(name: str, revision: str, folder: Path) -> ModelFiles:
    where = str(folder)
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(
            f"this is no model: its config.json cannot be read ({error})",
            where=where,
            remedy="name the folder that save_pretrained wrote, or a model of Hugging Face",
        ) from error
    if not any(folder.glob("*.safetensors")):
        raise ModelError(
            "the model has no weights in the safetensors format; pickled weights can run code and are not read",
            where=where,
            remedy="choose a revision that has model.safetensors (many models have one under refs/pr/…), or convert it",
        )
    if not any((folder / file).is_file() for file in _TOKENIZERS):
        raise ModelError("the model has no tokenizer", where=where, remedy="save its tokenizer into the same folder")
    if not config.get("is_encoder_decoder"):
        kind = config.get("model_type", "unknown")
        raise ModelError(
            f"the model (type {kind}) is not of the sequence-to-sequence kind",
            where=where,
            remedy="choose a BART, DistilBART, Pegasus or T5 model that was trained to summarize",
        )
    return ModelFiles(
        name=name, revision=revision, folder=folder, identity=_identity(folder), config=_with_generation(folder, config)
    )


def _identity(folder: Path) -> str:
    """A short hash of names, sizes and times: the weights themselves take seconds to read."""
    hasher = hashlib.sha256()
    for file in sorted(folder.iterdir()):
        if file.suffix in {".json", ".safetensors", ".model", ".txt"}:
            stat = file.stat()
            hasher.update(f"{file.name}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return hasher.hexdigest()[:16]


def _with_generation(folder: Path, config: dict[str, Any]) -> dict[str, Any]:
    """The configuration, with what was meant for summaries and for generation laid over it."""
    tasks = config.get("task_specific_params") or {}
    merged = config | (tasks.get("summarization") or {})
    file = folder / "generation_config.json"
    if file.is_file():
        try:
            generation = json.loads(file.read_text(encoding="utf-8"))
        except ValueError as error:
            raise ModelError(f"cannot be read: {error}", where=str(file), remedy="download the model again") from error
        merged |= {key: value for key, value in generation.items() if value is not None}
    return merged


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
