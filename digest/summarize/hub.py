"""Finds the files of a model: a folder, or a name on Hugging Face with a revision."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from digest.config import SummarizerSettings
from digest.errors import ModelError
from digest.model import Progress, no_progress
from digest.summarize.identity import content_hash

Kind = Literal["seq2seq", "causal"]

_WHERE = "[summarizer] model"
_TOKENIZERS = ("tokenizer.json", "spiece.model", "sentencepiece.bpe.model", "tokenizer.model", "vocab.json")
_SAFE = (
    "choose a revision that has model.safetensors (many models have one under refs/pr/…), "
    "or convert it yourself with save_pretrained"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFiles:
    """A model on this machine. `identity` changes whenever its files do; `config` is its config.json.

    `revision` is the commit, empty for a folder. `chat_template` is None for sequence-to-sequence models.
    """

    name: str
    revision: str
    folder: Path
    identity: str
    config: Mapping[str, Any]
    kind: Kind = "seq2seq"
    chat_template: str | None = None


def find_model(settings: SummarizerSettings, progress: Progress = no_progress) -> ModelFiles:
    """The files of the model that the settings name, downloaded if need be. Raises ModelError with a remedy.

    What was downloaded once is used without asking the network. HF_HOME, HF_HUB_OFFLINE and HF_TOKEN are respected.
    """
    name = settings.model
    if is_folder(name):
        given = Path(name).expanduser()
        if not given.is_dir():
            where = f"{_WHERE} = {name!r}"
            raise ModelError("there is no such folder", where=where, remedy="name a folder that exists")
        given = given.absolute()
        return describe(str(given), "", given, cache=settings.cache_dir)
    local = downloaded(name, settings.revision)
    if local is None:
        from digest.summarize.download import download

        local = download(name, settings.revision, progress)
    return describe(name, local.name, local)


def is_folder(name: str) -> bool:
    """Whether the name of a model is a path."""
    return name.startswith(("/", ".", "~")) or Path(name).is_dir()


def downloaded(name: str, revision: str) -> Path | None:
    """The folder of a model that was downloaded whole; None when it was not. Raises ModelError for a name that is none.

    Asks no network. The library's own `snapshot_download(local_files_only=True)` counts a model as incomplete when any
    file of its repository is missing, and of most only a few are needed.
    """
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        config = try_to_load_from_cache(name, "config.json", revision=revision or None)
    except HFValidationError as error:
        raise ModelError(
            f"{name!r} is neither a folder, nor a plug-in, nor the name of a model",
            where=_WHERE,
            remedy='use "builtin", a name like "facebook/bart-large-cnn", or a folder',
        ) from error
    folder = Path(config).parent if isinstance(config, str) else None
    return folder if folder and _is_whole(folder) else None


def _is_whole(folder: Path) -> bool:
    """Whether everything is there that `describe` needs; an interrupted download leaves some."""
    return (
        (folder / "config.json").is_file()
        and bool(weight_files(folder))
        and any((folder / file).is_file() for file in _TOKENIZERS)
    )


def weight_files(folder: Path) -> list[str]:
    """The names of the safetensors files that the model is made of; empty when one is missing."""
    index = folder / "model.safetensors.index.json"
    if (folder / "model.safetensors").is_file():
        return ["model.safetensors"]
    if not index.is_file():
        return []
    names = shards(index)
    return names if all((folder / name).is_file() for name in names) else []


def shards(index: Path) -> list[str]:
    """The files that an index of weights names. Raises ModelError when it cannot be read or leads elsewhere."""
    try:
        names = sorted(set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"cannot be read: {error}", where=str(index), remedy="download the model again") from error
    if not all(isinstance(name, str) and Path(name).name == name and name.endswith(".safetensors") for name in names):
        raise ModelError("names files that are no weights", where=str(index), remedy="choose another model")
    return names


def describe(name: str, revision: str, folder: Path, cache: Path | None = None) -> ModelFiles:
    """What the files in a folder are. Raises ModelError with a remedy when digest cannot use them."""
    config = _config(folder)
    if not weight_files(folder):
        pickled = any(folder.glob("*.bin"))
        what = "the model has no weights in the safetensors format; pickled weights can run code and are not read"
        raise ModelError(
            what if pickled else "the model has no weights, or not all of them",
            where=str(folder),
            remedy=_SAFE if pickled else "download it again: its files are model.safetensors, or those of its index",
        )
    if not any((folder / file).is_file() for file in _TOKENIZERS):
        raise ModelError(
            "the model has no tokenizer", where=str(folder), remedy="save its tokenizer into the same folder"
        )
    kind: Kind = "seq2seq" if config.get("is_encoder_decoder") else "causal"
    return ModelFiles(
        name=name,
        revision=revision,
        folder=folder,
        identity=revision[:16] or content_hash(folder, cache),
        config=_with_generation(folder, config),
        kind=kind,
        chat_template=_chat_template(folder, config) if kind == "causal" else None,
    )


def _config(folder: Path) -> dict[str, Any]:
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        if not isinstance(config, dict):
            raise ValueError("it holds no object")  # noqa: TRY004 - told below like a file that is no JSON
    except (OSError, ValueError) as error:
        raise ModelError(
            f"this is no model: its config.json cannot be read ({error})",
            where=str(folder),
            remedy="name the folder that save_pretrained wrote, or a model of Hugging Face",
        ) from error
    return config


def _chat_template(folder: Path, config: Mapping[str, Any]) -> str:
    """The template by which a causal model takes its turns. Raises ModelError when it has none."""
    kind = config.get("model_type", "unknown")
    architectures = config.get("architectures") or []
    if architectures and not any(str(a).endswith(("ForCausalLM", "LMHeadModel", "Generation")) for a in architectures):
        raise ModelError(
            f"the model (type {kind}) writes no text",
            where=str(folder),
            remedy="choose a model that was trained to summarize (BART, Pegasus, T5), or an instruction model",
        )
    found = _stored_template(folder)
    if found is None:
        raise ModelError(
            f"the model (type {kind}) has no chat template: it was not trained to follow instructions",
            where=str(folder),
            remedy="choose its instruction variant (often named …-Instruct or …-it), "
            "or put its chat_template.jinja into the folder",
        )
    return found


def _stored_template(folder: Path) -> str | None:
    file = folder / "chat_template.jinja"
    try:
        if file.is_file():
            return file.read_text(encoding="utf-8")
        for name in ("chat_template.json", "tokenizer_config.json"):
            path = folder / name
            stored = json.loads(path.read_text(encoding="utf-8")).get("chat_template") if path.is_file() else None
            if isinstance(stored, list):  # several, by name; "default" is the one for conversations
                stored = {entry.get("name"): entry.get("template") for entry in stored}.get("default")
            if isinstance(stored, str):
                return stored
    except (OSError, ValueError, AttributeError) as error:
        raise ModelError(
            f"the chat template cannot be read: {error}", where=str(folder), remedy="download the model again"
        ) from error
    return None


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
