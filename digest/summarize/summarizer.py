"""What every summarizer offers, whoever wrote it."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from digest.model import Article, Summary


class Summarizer(Protocol):
    """Summarizes articles. An entry point in `digest.summarizers` names a callable that makes one.

    The callable is given the SummarizerSettings and must be cheap: it loads no model. `summarize` and `check` may load
    one, and raise ModelError when that cannot be done. A summarizer is used from one thread at a time.
    """

    @property
    def fingerprint(self) -> str:
        """Everything but the article that a summary depends on: model, weights, settings, version of the algorithm.

        Summaries are kept by it: two summarizers with the same fingerprint must make the same summary of an article.
        Raises ModelError when the model is not to be had.
        """
        ...

    def summarize(self, articles: Sequence[Article], *, language: str) -> list[Summary]:
        """One summary an article, in the same order. `language` is for articles that do not say theirs.

        A call may be repeated. An article that the model fails on gets another kind of summary, with
        Origin.FALLBACK; it never raises for one article.
        """
        ...

    def check(self) -> str:
        """Load the model and say in one line what it is: name, revision, engine, device. Raises ModelError."""
        ...


@runtime_checkable
class StorySummarizer(Summarizer, Protocol):
    """A summarizer that tells a story from all of its articles. One that does not is given the lead alone."""

    def summarize_stories(self, stories: Sequence[Sequence[Article]], *, language: str) -> list[Summary]:
        """One summary a story, in the same order; the first article of each is its lead.

        The same rules hold as for `summarize`. Words that are not the lead's name the outlet that they come from.
        """
        ...
