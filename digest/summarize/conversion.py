"""Converts a model to CTranslate2 once, and keeps the result in the cache folder."""

import contextlib
import logging
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from digest.config import SummarizerSettings

_log = logging.getLogger(__name__)
_STALE_SECONDS = 24 * 3600
_FORMAT = 1


def cache_folder(settings: SummarizerSettings) -> Path:
    """Where converted models are kept: `[summarizer] cache_dir`, else the user's cache folder."""
    if settings.cache_dir is not None:
        return settings.cache_dir
    from platformdirs import user_cache_path

    return user_cache_path("digest")


def converted(key: str, cache: Path, convert: Callable[[Path], None]) -> Path:
    """The folder that `convert` filled for `key`: made now, or by an earlier run.

    `key` names everything that the result depends on but the version of CTranslate2, which is added here. The folder
    appears whole or not at all, also when two processes convert at once or one is killed. Raises OSError when the cache
    cannot be written, and whatever `convert` raises.
    """
    import ctranslate2

    home = cache / "ctranslate2"
    final = home / f"{key}-ct2_{ctranslate2.__version__}-v{_FORMAT}"
    if final.is_dir():
        return final
    home.mkdir(parents=True, exist_ok=True)
    _remove_stale(home)
    with tempfile.TemporaryDirectory(prefix="partial-", dir=home, ignore_cleanup_errors=True) as scratch:
        made = Path(scratch) / "model"
        _log.info("converting %s for CTranslate2, once", key)
        convert(made)
        try:
            made.rename(final)
        except OSError:
            if not final.is_dir():  # else another process was quicker, and its result serves as well
                raise
    return final


def discard(folder: Path) -> None:
    """Remove a converted model that cannot be read, so that the next run converts again."""
    shutil.rmtree(folder, ignore_errors=True)


def _remove_stale(home: Path) -> None:
    """Remove what runs that were killed while they converted left behind."""
    for folder in home.glob("partial-*"):
        with contextlib.suppress(OSError):  # another process may remove it first
            if time.time() - folder.stat().st_mtime > _STALE_SECONDS:
                discard(folder)


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
