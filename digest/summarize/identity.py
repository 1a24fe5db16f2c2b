"""What a folder of model files is known by: the hash of their content, remembered so that it is taken once."""

import contextlib
import hashlib
import json
from pathlib import Path

_SUFFIXES = frozenset({".json", ".safetensors", ".model", ".txt", ".jinja"})
_MEMORY = "folders.json"
_KEPT = 64  # folders remembered


def content_hash(folder: Path, cache: Path | None = None) -> str:
    """16 hexadecimal digits that change exactly when a file of the model does, wherever the folder stands.

    Weights are gigabytes: where names, sizes and times are those of the last reading, its answer serves again. It is
    remembered in the folder `cache`, by default the user's; where that cannot be written, it is found anew.
    """
    files = sorted(file for file in folder.iterdir() if file.suffix in _SUFFIXES and file.is_file())
    stats = [(file.name, file.stat()) for file in files]
    seen = [[name, stat.st_size, stat.st_mtime_ns, stat.st_ino] for name, stat in stats]
    memory = _memory_file(cache)
    known = _read(memory) if memory is not None else {}
    key = str(folder.resolve())
    entry = known.get(key)
    if isinstance(entry, dict) and entry.get("files") == seen and isinstance(entry.get("hash"), str):
        return str(entry["hash"])
    found = _hash(files)
    if memory is not None:
        _remember(memory, dict([*known.items(), (key, {"files": seen, "hash": found})][-_KEPT:]))
    return found


def _hash(files: list[Path]) -> str:
    whole = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            whole.update(f"{file.name}\0{hashlib.file_digest(stream, 'sha256').hexdigest()}\n".encode())
    return whole.hexdigest()[:16]


def _memory_file(cache: Path | None) -> Path | None:
    """None for a user without a home."""
    from platformdirs import user_cache_path

    try:
        return (cache or user_cache_path("digest")) / _MEMORY
    except RuntimeError:
        return None


def _read(file: Path) -> dict[str, object]:
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _remember(file: Path, known: dict[str, object]) -> None:
    with contextlib.suppress(OSError):  # a cache that cannot be written costs time, nothing else
        file.parent.mkdir(parents=True, exist_ok=True)
        scratch = file.with_name(f".{file.name}.new")
        scratch.write_text(json.dumps(known), encoding="utf-8")
        scratch.replace(file)
