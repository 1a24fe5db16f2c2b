"""Finds the summarizer that the settings name."""

from typing import cast

from digest import plugins
from digest.config import SummarizerSettings
from digest.summarize.summarizer import Summarizer

_WHERE = "[summarizer] model"
_GENERATIVE = "transformers"


def choose_summarizer(settings: SummarizerSettings) -> Summarizer:
    """The plug-in called as `settings.model` says; any other name is a model of Hugging Face, or its folder.

    Loads no model. Raises ConfigError when a plug-in cannot be loaded.
    """
    name = settings.model
    if name == _GENERATIVE or plugins.find("summarizers", name) is None:
        name = _GENERATIVE
    return cast("Summarizer", plugins.load("summarizers", name, where=_WHERE)(settings))
