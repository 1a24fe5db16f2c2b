"""Converts a model to CTranslate2 once, and keeps the result in the cache folder."""

import contextlib
import json
import logging
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from digest.config import SummarizerSettings
from digest.errors import ConfigError

_log = logging.getLogger(__name__)
_FORMAT = 2
MANIFEST = "digest.json"
"""In each converted folder: what it was made of, for `digest models list`."""


def cache_folder(settings: SummarizerSettings) -> Path:
    """Where converted models are kept: `[summarizer] cache_dir`, else the user's cache folder. Raises ConfigError."""
    if settings.cache_dir is not None:
        return settings.cache_dir
    from platformdirs import user_cache_path

    try:
        return user_cache_path("digest")
    except RuntimeError as error:
        raise ConfigError(
            "this user has no home folder, in which models are kept", where="[summarizer] cache_dir",
            remedy="set it to a folder of yours, or set HOME in the environment",
        ) from error  # fmt: skip


def converted_home(cache: Path) -> Path:
    """The folder under which every converted model has its own."""
    return cache / "ctranslate2"


def converted(
    key: str, cache: Path, convert: Callable[[Path], None], manifest: Mapping[str, str] | None = None
) -> Path:
    """The folder that `convert` filled for `key`: made now, or by an earlier run.

    `key` names everything that the result depends on but the version of CTranslate2, which is added here. The folder
    appears whole or not at all. One process converts at a time, for it takes the memory of the whole model; another
    one waits and uses the result. What a killed one left is removed by the next. Raises OSError when the cache cannot
    be written, and whatever `convert` raises.
    """
    import ctranslate2

    home = converted_home(cache)
    full = f"{re.sub(r'[^A-Za-z0-9._-]+', '-', key)}-ct2_{ctranslate2.__version__}-v{_FORMAT}"
    final = home / full
    if final.is_dir():
        return final
    home.mkdir(parents=True, exist_ok=True)
    with conversion_lock(cache):
        if final.is_dir():
            return final
        remove_partial(home)
        scratch = home / f"partial-{full}"
        try:
            _log.info("converting %s for CTranslate2, once", key)
            convert(scratch)
            (scratch / MANIFEST).write_text(json.dumps(dict(manifest or {})), encoding="utf-8")
            scratch.rename(final)
        finally:
            discard(scratch)
    return final


@contextlib.contextmanager
def conversion_lock(cache: Path) -> Iterator[None]:
    """Held while models are converted or removed; the operating system frees it however the process ends."""
    from filelock import FileLock

    with FileLock(converted_home(cache) / ".lock"):
        yield


def remove_partial(home: Path) -> None:
    """Remove what killed conversions left behind. Only for who holds the lock: then nobody is at work on them."""
    for folder in home.glob("partial-*"):
        discard(folder)


def discard(folder: Path) -> None:
    """Remove a converted model that cannot be read, so that the next run converts again."""
    shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def quiet_transformers() -> Iterator[None]:
    """Keep transformers from writing its bars and notes to standard error, and put its settings back after."""
    from transformers.utils import logging

    library: Any = logging  # ships types, but leaves these functions without

    verbosity = library.get_verbosity()
    bars = library.is_progress_bar_enabled()
    library.set_verbosity_error()
    library.disable_progress_bar()
    try:
        yield
    finally:
        library.set_verbosity(verbosity)
        if bars:
            library.enable_progress_bar()
