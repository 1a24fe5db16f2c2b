"""The converted copy of a model: made when it is first needed, opened after that, thrown away when it is damaged."""

import contextlib
import logging
from pathlib import Path
from typing import Any

from digest.summarize.conversion import converted, converted_home, discard
from digest.summarize.hub import ModelFiles
from digest.summarize.writer import plain

_log = logging.getLogger(__name__)


def open_converted(files: ModelFiles, cache: Path) -> Path:
    """The folder of the int8 copy. Raises ValueError when the model is known to be none that can be converted.

    A model that the converter refused once is not tried again until CTranslate2 is another.
    """
    from digest.summarize.converter import convert

    key = _key(files)
    refusal = _refusal(files, cache)
    if refusal.is_file():
        raise ValueError(refusal.read_text(encoding="utf-8"))
    manifest = {"model": files.name, "revision": files.revision, "identity": files.identity, "format": "int8"}
    try:
        return converted(key, cache, lambda target: convert(files.folder, target, files.kind), manifest)
    except (ValueError, AttributeError, KeyError, TypeError, NotImplementedError, IndexError) as error:
        # The converter raises whatever its loader stumbles on: the model is of a type that it does not know.
        reason = f"{type(error).__name__}: {error}".splitlines()[0][:300]
        with contextlib.suppress(OSError):
            refusal.write_text(reason, encoding="utf-8")
        _log.warning("CTranslate2 cannot run %s (%s); transformers runs it, more slowly", files.name, reason)
        raise ValueError(reason) from error


def open_tokenizer(folder: Path) -> Any:
    """The tokenizer of a converted model. Raises RuntimeError when the copy is damaged, and removes it."""
    from tokenizers import Tokenizer

    try:
        return plain(Tokenizer.from_file(str(folder / "tokenizer.json")))
    except Exception as error:  # tokenizers raises bare Exception; a damaged copy must not stay, whatever the damage
        discard(folder)
        raise RuntimeError(f"the converted model cannot be read: {error}") from error


def is_refused(files: ModelFiles, cache: Path) -> bool:
    """Whether the converter of this CTranslate2 refused the model before."""
    return _refusal(files, cache).is_file()


def _key(files: ModelFiles) -> str:
    return f"{Path(files.name).name[:40]}-{files.identity}-int8"


def _refusal(files: ModelFiles, cache: Path) -> Path:
    import ctranslate2

    return converted_home(cache) / f"{_key(files)}-ct2_{ctranslate2.__version__}.refused"
