"""What models are on this machine, where, and how large; and how to be rid of them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from digest.config import SummarizerSettings
from digest.errors import ModelError, UsageError
from digest.summarize.conversion import MANIFEST, cache_folder, conversion_lock, converted_home, discard, remove_partial
from digest.summarize.encoder import NAME, REVISION, weights_folder
from digest.summarize.hub import describe, downloaded, is_folder

BUILTIN = "builtin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One model. Sizes are in bytes; `kind` is builtin, seq2seq, instruction, other or absent.

    `configured` is whether the configuration names it; `note` says why it cannot be used.
    """

    name: str
    revision: str = ""
    kind: str
    configured: bool = False
    size: int = 0
    converted: int = 0
    path: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """What `remove` freed, in bytes, and which revisions were there."""

    size: int
    revisions: tuple[str, ...]


def list_models(settings: SummarizerSettings) -> list[Model]:
    """The built-in model, the one that is configured, and what lies in the caches; loads none and asks no network."""
    made = _converted(settings)
    found = [_builtin(settings, made)]
    for name, revision, folder in _cached():
        found.append(_described(name, revision, folder, _size_of(folder), _take(made, name, revision)))
    if settings.model != BUILTIN:
        found = _with_configured(found, settings, made)
    for (name, revision), size in made.items():
        note = "only its converted copy is left"
        found.append(Model(name=name, revision=revision, kind="other", converted=size, note=note))
    return found


def remove_model(name: str, revision: str, settings: SummarizerSettings) -> Removed:
    """Remove a model's download and its converted copies. A folder of yours keeps its files.

    Without a revision, all of them. Raises UsageError when there is nothing to remove.
    """
    wanted = str(Path(name).expanduser().absolute()) if is_folder(name) else name
    freed, revisions = _remove_converted({name, wanted} if name != BUILTIN else {NAME, BUILTIN}, revision, settings)
    if not is_folder(name) and name != BUILTIN:
        size, removed = _remove_cached(name, revision)
        freed += size
        revisions |= removed
    if not freed and not revisions:
        where = f"{name} {revision}".strip()
        raise UsageError("there is nothing to remove", where=where, remedy="`digest models list` shows what is there")
    return Removed(size=freed, revisions=tuple(sorted(revisions)))


def _builtin(settings: SummarizerSettings, made: dict[tuple[str, str], int]) -> Model:
    size = _take(made, NAME, REVISION) + _take(made, "", "")
    model = Model(name=BUILTIN, revision=REVISION, kind="builtin", configured=settings.model == BUILTIN, converted=size)
    try:
        folder = weights_folder()
    except ModelError as error:
        return replace(model, note=error.problems[0].what)
    return replace(model, size=_size_of(folder), path=str(folder))


def _with_configured(found: list[Model], settings: SummarizerSettings, made: dict[tuple[str, str], int]) -> list[Model]:
    """The list, with the configured model marked, or put in when it is a folder or not there yet."""
    name = settings.model
    if is_folder(name):
        folder = Path(name).expanduser()
        if not folder.is_dir():
            return [*found, Model(name=name, kind="absent", configured=True, note="there is no such folder")]
        model = _described(name, "", folder, _size_of(folder), _take(made, name, ""))
        return [*found, replace(model, configured=True)]
    try:
        there = downloaded(name, settings.revision)
    except ModelError as error:
        note = error.problems[0].what
        return [*found, Model(name=name, kind="absent", configured=True, note=note)]
    commit = there.name if there else ""
    if there and any(model.name == name and model.revision == commit for model in found):
        return [replace(m, configured=True) if (m.name, m.revision) == (name, commit) else m for m in found]
    note = f"not here; `digest models pull {name}` fetches it"
    return [*found, Model(name=name, revision=settings.revision, kind="absent", configured=True, note=note)]


def _described(name: str, revision: str, folder: Path, size: int, converted: int) -> Model:
    model = Model(name=name, revision=revision, kind="other", size=size, converted=converted, path=str(folder))
    try:
        files = describe(name, revision or "-", folder)  # "-": its content need not be read to list it
    except ModelError as error:
        return replace(model, note=error.problems[0].what)
    return replace(model, kind="instruction" if files.kind == "causal" else "seq2seq")


def _cache_info() -> Any:
    from huggingface_hub import CacheNotFound, scan_cache_dir

    try:
        return scan_cache_dir()
    except CacheNotFound:
        return None


def _cached() -> Iterator[tuple[str, str, Path]]:
    """Name, commit and folder of each model in the cache of Hugging Face."""
    info = _cache_info()
    for repo in sorted(info.repos if info else (), key=lambda repo: repo.repo_id):
        if repo.repo_type == "model":
            for revision in sorted(repo.revisions, key=lambda revision: revision.commit_hash):
                yield repo.repo_id, revision.commit_hash, Path(revision.snapshot_path)


def _remove_cached(name: str, revision: str) -> tuple[int, set[str]]:
    info = _cache_info()
    wanted = {
        found.commit_hash
        for repo in (info.repos if info else ())
        if repo.repo_type == "model" and repo.repo_id == name
        for found in repo.revisions
        if not revision or found.commit_hash.startswith(revision) or revision in found.refs
    }
    if not wanted:
        return 0, set()
    strategy = info.delete_revisions(*wanted)
    strategy.execute()
    return int(strategy.expected_freed_size), wanted


def _manifests(settings: SummarizerSettings) -> Iterator[tuple[Path, dict[str, str]]]:
    home = converted_home(cache_folder(settings))
    for folder in sorted(home.iterdir()) if home.is_dir() else ():
        if folder.is_dir() and not folder.name.startswith("partial-"):
            try:
                stored = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            except (OSError, ValueError):
                stored = {}
            known = stored if isinstance(stored, dict) else {}
            # The encoder's copies, and those of older versions, say nothing of themselves.
            yield folder, known or {"model": NAME if folder.name.startswith(NAME) else folder.name, "revision": ""}


def _converted(settings: SummarizerSettings) -> dict[tuple[str, str], int]:
    sizes: dict[tuple[str, str], int] = {}
    for folder, stored in _manifests(settings):
        revision = REVISION if stored.get("model") == NAME else stored.get("revision", "")
        key = (stored.get("model", ""), revision)
        sizes[key] = sizes.get(key, 0) + _size_of(folder)
    return sizes


def _remove_converted(names: set[str], revision: str, settings: SummarizerSettings) -> tuple[int, set[str]]:
    freed, revisions = 0, set()
    if not converted_home(cache_folder(settings)).is_dir():
        return 0, set()
    with conversion_lock(cache_folder(settings)):
        remove_partial(converted_home(cache_folder(settings)))
        for folder, stored in list(_manifests(settings)):
            if stored.get("model") in names and (not revision or stored.get("revision", "").startswith(revision)):
                freed += _size_of(folder)
                revisions.add(stored.get("revision") or "converted")
                discard(folder)
    return freed, revisions


def _take(sizes: dict[tuple[str, str], int], name: str, revision: str) -> int:
    return sizes.pop((name, revision), 0)


def _size_of(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
