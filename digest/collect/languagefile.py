"""Keeps the converted language model in the user's cache folder, as converting it takes a second and 200 MB."""

import tempfile
import time
from contextlib import suppress
from dataclasses import fields
from pathlib import Path

from digest.collect.languagemodel import LanguageModel, convert_model

_KEPT = 30 * 86400  # seconds: until then another version may be in use beside this one
_FORMAT = 2  # of the file: to be changed with LanguageModel or what makes it
_SCRATCH = ".languages-"


def load_model() -> LanguageModel:
    """The model as an earlier run has kept it; else it is converted, and kept where the folder can be written."""
    file = _place()
    if file is None:
        return convert_model()
    try:
        return _read(file)
    except Exception:  # noqa: BLE001 - not there, or not whole: NumPy and zipfile tell that in a dozen ways
        model = convert_model()
    with suppress(OSError):  # a cache that cannot be written costs time, nothing else
        _keep(model, file)
    return model


def _place() -> Path | None:
    """The file; None for a user without a home, as in a container that is run under any number."""
    from platformdirs import user_cache_path
    from py3langid import __version__

    try:
        folder = user_cache_path("digest")
    except RuntimeError:
        return None
    # Of older versions of platformdirs it is "~/.cache" then.
    return folder / f"languages-{_FORMAT}-py3langid-{__version__}.npz" if folder.is_absolute() else None


def _read(file: Path) -> LanguageModel:
    import numpy as np

    with file.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
        return LanguageModel(**{field.name: arrays[field.name] for field in fields(LanguageModel)})


def _keep(model: LanguageModel, file: Path) -> None:
    """Write the file, which appears whole or not at all, and remove what others left there long ago."""
    import numpy as np

    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=_SCRATCH, delete=False) as stream:
        scratch = Path(stream.name)
        try:
            np.savez(stream, **{field.name: getattr(model, field.name) for field in fields(model)})
            stream.close()
            scratch.replace(file)
        finally:
            scratch.unlink(missing_ok=True)
    for other in (*file.parent.glob("languages-*.npz"), *file.parent.glob(f"{_SCRATCH}*")):
        if other.stat().st_mtime < time.time() - _KEPT:
            other.unlink(missing_ok=True)
