"""Chooses what runs a model: the quickest engine that takes it."""

import contextlib
import logging
from collections.abc import Callable

from digest.config import SummarizerSettings
from digest.summarize import instruct, seq2seq
from digest.summarize.conversion import cache_folder
from digest.summarize.hardware import choose_device
from digest.summarize.hub import ModelFiles
from digest.summarize.search import plan_search
from digest.summarize.stored import is_refused
from digest.summarize.writer import Writer

_log = logging.getLogger(__name__)


def load_writer(files: ModelFiles, settings: SummarizerSettings) -> Writer:
    """Load the model. Raises ModelError; TemplateError for an instruction model whose prompt is wrong."""
    device = _device(settings)
    quick: Callable[[], Writer]
    plain: Callable[[], Writer]
    if files.kind == "seq2seq":
        search = plan_search(files, settings)
        quick = lambda: seq2seq.with_ctranslate2(files, settings, search)  # noqa: E731 - two ways to one thing
        plain = lambda: seq2seq.with_transformers(files, settings, search, device)  # noqa: E731
    else:
        quick = lambda: instruct.with_ctranslate2(files, settings)  # noqa: E731
        plain = lambda: instruct.with_transformers(files, settings, device)  # noqa: E731
    if device == "cpu":
        try:
            return quick()
        except (ImportError, OSError, RuntimeError, ValueError) as error:
            # No wheel for this machine, a cache that cannot be written, a type that the converter does not know.
            _log.info("CTranslate2 cannot run %s (%s); transformers runs it", files.name, error)
    return plain()


def _device(settings: SummarizerSettings) -> str:
    """`cpu` or `cuda`. CTranslate2 is asked first whether there is a GPU: it starts faster than torch."""
    if settings.device == "auto":
        with contextlib.suppress(ImportError):
            from ctranslate2 import get_cuda_device_count

            if not get_cuda_device_count():
                return "cpu"
    return choose_device(settings.device)


def planned_engine(files: ModelFiles, settings: SummarizerSettings) -> str:
    """What will run the model as far as that is known without loading it: part of what a summary depends on."""
    device = _device(settings)
    if device != "cpu":
        return f"transformers {device}"
    return "transformers cpu" if is_refused(files, cache_folder(settings)) else "ctranslate2 int8"
