"""Downloads a model from Hugging Face: its size is told before, and only the files that are needed come."""

import contextlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digest.errors import ModelError
from digest.model import Progress, no_progress
from digest.summarize.hub import shards

_WHERE = "[summarizer] model"
_INDEX = "model.safetensors.index.json"
_SMALL = re.compile(
    r"(config|generation_config|tokenizer|tokenizer_config|special_tokens_map|added_tokens|vocab|chat_template"
    r"|model\.safetensors\.index)\.json|merges\.txt|vocab\.txt|chat_template\.jinja"
    r"|(spiece|tokenizer|sentencepiece\.bpe|source|target)\.(model|spm)"
)
_SPARE_DISK = 200 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """What a model is made of: the files that digest needs with their sizes in bytes, and how much is here already."""

    name: str
    revision: str
    commit: str
    files: dict[str, int]
    here: int

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(self.files.values())

    @property
    def missing(self) -> int:
        """Bytes that are still to come."""
        return self.size - self.here


def plan_download(name: str, revision: str) -> Download:
    """Ask the hub what a model is made of; fetches nothing but the list of its weights.

    Raises ModelError, with what to do, for a model that is not there, is gated, or has no weights that are safe to
    read, and when the hub cannot be asked.
    """
    from huggingface_hub import HfApi, hf_hub_download, try_to_load_from_cache

    with _told(name, revision):
        info = HfApi().model_info(name, revision=revision or None, files_metadata=True)
        sizes = {file.rfilename: int(file.size or 0) for file in info.siblings or []}
        wanted = [file for file in sizes if _SMALL.fullmatch(file)]
        if "model.safetensors" in sizes:
            weights = ["model.safetensors"]
        elif _INDEX in sizes:
            weights = shards(Path(hf_hub_download(name, _INDEX, revision=revision or None)))
        else:
            raise _no_weights(name, revision, sizes)
        commit = str(info.sha or "")
        files = {file: sizes.get(file, 0) for file in [*wanted, *weights]}
        cached = [file for file in files if isinstance(try_to_load_from_cache(name, file, revision=commit), str)]
    return Download(name=name, revision=revision, commit=commit, files=files, here=sum(files[file] for file in cached))


def download(name: str, revision: str, progress: Progress = no_progress) -> Path:
    """Fetch a model whole, and return its folder. What an interrupted download left is used. Raises ModelError."""
    return fetch(plan_download(name, revision), progress)


def fetch(plan: Download, progress: Progress = no_progress) -> Path:
    """Fetch what a plan names. `progress` is told bytes, under the label "download". Raises ModelError."""
    from huggingface_hub import constants, snapshot_download

    _must_fit(plan, Path(constants.HF_HUB_CACHE))
    with _told(plan.name, plan.revision), _told_of_disk():
        folder = snapshot_download(
            plan.name,
            revision=plan.revision or None,
            allow_patterns=sorted(map(_literal, plan.files)),
            tqdm_class=_bar(plan, progress),
        )
    return Path(folder)


def _literal(name: str) -> str:
    """A pattern that matches this name alone."""
    return re.sub(r"([*?\[])", r"[\1]", name)


def _bar(plan: Download, progress: Progress) -> Any:
    """The class by which the hub's library tells how far it is: one bar of bytes, shown by whoever asked for it."""
    from huggingface_hub.utils.tqdm import tqdm

    class Told(tqdm):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            self._received = plan.here
            self._counts = options.get("name") == "huggingface_hub.snapshot_download"
            options["disable"] = True
            super().__init__(*arguments, **options)  # type: ignore[no-untyped-call]  # it ships no type

        def update(self, amount: float | None = 1) -> None:
            if self._counts:
                self._received += int(amount or 0)
                progress("download", min(self._received, plan.size), plan.size)
            super().update(amount)

    return Told


def _must_fit(plan: Download, cache: Path) -> None:
    place = next(folder for folder in (cache, *cache.parents) if folder.is_dir())
    free = shutil.disk_usage(place).free
    needed = plan.missing + _SPARE_DISK
    if free < needed:
        raise ModelError(
            f"there is no room for {plan.name!r}: {said_size(plan.missing)} are to come, {said_size(free)} are free",
            where=str(cache),
            remedy="free some space (`digest models list` tells what models take), or set HF_HOME to another disk",
        )


def _no_weights(name: str, revision: str, files: Sequence[str] | dict[str, int]) -> ModelError:
    if not any(file.endswith((".bin", ".h5", ".msgpack", ".pt", ".pth", ".ot")) for file in files):
        return ModelError(
            f"{name!r} holds no weights that digest can read",
            where=_WHERE,
            remedy="choose a model in the format of transformers, with a model.safetensors",
        )
    found = _converted_revision(name) if not revision else ""
    return ModelError(
        f"{name!r} has no weights in the safetensors format; pickled weights can run code and are not read",
        where=_WHERE,
        remedy=f'its revision "{found}" has them: set revision = "{found}" in [summarizer], or pull it with --revision'
        if found
        else "choose a revision that has model.safetensors (see the pull requests on its page), or another model",
    )


def _converted_revision(name: str) -> str:
    """The pull request in which somebody, mostly a robot of the hub, offers the weights as safetensors; or ""."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError

    api = HfApi()
    try:
        for discussion in api.get_repo_discussions(name, discussion_type="pull_request", discussion_status="open"):
            if "safetensors" in discussion.title.lower():
                revision = f"refs/pr/{discussion.num}"
                files = api.list_repo_files(name, revision=revision)
                if "model.safetensors" in files or _INDEX in files:
                    return revision
    except (HfHubHTTPError, OSError, ValueError, KeyError):
        return ""  # only a hint is lost
    return ""


@contextlib.contextmanager
def _told(name: str, revision: str) -> Iterator[None]:
    """Turn what the hub's library raises into what is wrong and what to do."""
    import httpx2
    from huggingface_hub import errors

    wanted = f"{name!r} at revision {revision!r}" if revision else repr(name)
    try:
        yield
    except errors.GatedRepoError as error:
        raise ModelError(
            f"{name!r} is gated: its owner lets only those have it who agreed to its terms",
            where=_WHERE,
            remedy=f"agree on https://huggingface.co/{name}, and set HF_TOKEN to a token of your account",
        ) from error
    except errors.RevisionNotFoundError as error:
        raise ModelError(
            f"{name!r} has no revision {revision!r}",
            where="[summarizer] revision",
            remedy='leave it empty for the newest, or give a branch, a tag, a commit or "refs/pr/NUMBER"',
        ) from error
    except errors.RepositoryNotFoundError as error:
        token = "" if os.environ.get("HF_TOKEN") else ", or set HF_TOKEN if it is private"
        raise ModelError(f"Hugging Face has no model {name!r}", where=_WHERE, remedy=f"mend the name{token}") from error
    except errors.HFValidationError as error:
        raise ModelError(
            f"{name!r} is no name of a model", where=_WHERE, remedy='use a name like "facebook/bart-large-cnn"'
        ) from error
    except errors.OfflineModeIsEnabled as error:
        raise ModelError(
            f"the model {wanted} is not on this machine, and HF_HUB_OFFLINE forbids to download it",
            where=_WHERE,
            remedy=f"run `digest models pull {name}` once without HF_HUB_OFFLINE, "
            'or use "builtin", which needs no download',
        ) from error
    except (errors.HfHubHTTPError, errors.LocalEntryNotFoundError, httpx2.HTTPError, ConnectionError) as error:
        raise ModelError(
            f"the model {wanted} is not on this machine and cannot be downloaded: {_first_line(error)}",
            where=_WHERE,
            remedy='look at the connection and try again; or use "builtin", which needs no download',
        ) from error
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise ModelError(
            f"what the hub says of {wanted} cannot be read: {_first_line(error)}",
            where=_WHERE,
            remedy="try again later; if HF_ENDPOINT is set, look whether it is right",
        ) from error


@contextlib.contextmanager
def _told_of_disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if isinstance(error, ConnectionError) or error.errno is None:
            raise
        raise ModelError(
            f"the model cannot be written: {error.strerror}",
            where=str(error.filename or "the cache of Hugging Face"),
            remedy="free some space, mend the permissions, or set HF_HOME to another folder",
        ) from error


def said_size(size: int) -> str:
    """Bytes as a person says them: "1.2 GB", "340 MB", "7 kB"."""
    for unit, digits, name in ((10**9, 1, "GB"), (10**6, 0, "MB")):
        if size >= unit:
            return f"{size / unit:.{digits}f} {name}"
    return f"{size / 1000:.0f} kB"


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
