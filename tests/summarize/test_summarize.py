"""The public functions of digest.summarize, as the pipeline and the command line call them."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from digest.errors import ModelError
from digest.model import Article, Origin, Story, Summary
from digest.store.store import Store
from digest.summarize import check_model, embed, embed_texts, summarize, summarize_articles
from digest.summarize.cache import summarize_cached
from digest.summarize.choice import choose_summarizer
from digest.summarize.extractive import Extractive
from digest.summarize.generative import Generative
from tests.summarize.conftest import MakeArticle, MakeSettings


class Counting:
    """A summarizer that remembers what it was asked for."""

    def __init__(self, fingerprint: str = "counting-1") -> None:
        self.fingerprint = fingerprint
        self.asked: list[str] = []

    def summarize(self, articles: list[Article], *, language: str) -> list[Summary]:
        self.asked += [article.text for article in articles]
        return [
            Summary(text=a.text.upper(), origin=Origin.EXTRACTIVE, model="counting", sentences=1, grounded=True)
            for a in articles
        ]

    def check(self) -> str:
        return "counting"


def alone(*articles: Article) -> list[tuple[Article]]:
    return [(article,) for article in articles]


def test_importing_summarize_loads_no_model_library() -> None:
    code = (
        "import sys, digest.summarize, digest.summarize.choice; "
        "print([m for m in ('torch', 'transformers', 'ctranslate2', 'numpy', 'tokenizers') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_was_summarized_once_is_not_summarized_again(store: Store, article: MakeArticle) -> None:
    counting = Counting()
    articles = [article("One."), article("Two."), article("One.")]
    first = summarize_cached(alone(*articles), counting, store, language="en")
    assert [summary.text for summary in first] == ["ONE.", "TWO.", "ONE."]
    assert counting.asked == ["One.", "Two."]
    again = summarize_cached(alone(*articles, article("Three.")), counting, store, language="en")
    assert again[:3] == first
    assert counting.asked == ["One.", "Two.", "Three."]


def test_another_model_text_or_title_is_summarized_anew(store: Store, article: MakeArticle) -> None:
    summarize_cached(alone(article("One.")), Counting(), store, language="en")
    other = Counting("counting-2")
    summarize_cached(alone(article("One.")), other, store, language="en")
    same = Counting()
    summarize_cached(alone(article("One.", title="Titled")), same, store, language="en")
    assert other.asked == same.asked == ["One."]


class CountingStories(Counting):
    """One that tells stories."""

    def summarize_stories(self, stories: list[tuple[Article, ...]], *, language: str) -> list[Summary]:
        return self.summarize([replace(s[0], text="+".join(a.text for a in s)) for s in stories], language=language)


def test_a_story_is_told_anew_when_any_of_its_articles_or_its_outlets_changes(
    store: Store, article: MakeArticle
) -> None:
    counting = CountingStories()
    one, two, three = article("One."), article("Two."), article("Three.")
    for story in [(one,), (one, two), (one, two), (one, three), (one, replace(two, source="Another"))]:
        summarize_cached([story], counting, store, language="en")
    assert counting.asked == ["One.", "One.+Two.", "One.+Three.", "One.+Two."]


def test_a_summarizer_of_articles_is_given_the_lead_of_a_story_once(store: Store, article: MakeArticle) -> None:
    counting = Counting()
    for story in [(article("One."), article("Two.")), (article("One."),)]:
        summarize_cached([story], counting, store, language="en")
    assert counting.asked == ["One."]


def test_without_a_store_nothing_is_kept(article: MakeArticle) -> None:
    counting = Counting()
    for _ in range(2):
        summarize_cached(alone(article("One.")), counting, None, language="en")
    assert counting.asked == ["One.", "One."]


def test_names_choose_the_summarizer(settings: MakeSettings) -> None:
    assert isinstance(choose_summarizer(settings()), Extractive)
    assert isinstance(choose_summarizer(settings(model="org/some-model")), Generative)


def test_checking_a_missing_model_is_a_model_error(settings: MakeSettings) -> None:
    with pytest.raises(ModelError):
        check_model(settings(model="./no/such/folder"))


@pytest.mark.model
def test_checking_the_builtin_tells_what_runs_it(settings: MakeSettings) -> None:
    assert check_model(settings()) == "builtin: all-MiniLM-L6-v2 1110a243, CTranslate2 int8"


@pytest.mark.model
def test_stories_become_entries_in_their_order(
    settings: MakeSettings, store: Store, harbour: Article, article: MakeArticle
) -> None:
    stories = [Story(lead=article("The ferry left with nobody aboard.")), Story(lead=harbour)]
    told: list[tuple[str, int, int | None]] = []
    entries = summarize(stories, settings(), store, language="en", progress=lambda *step: told.append(step))
    assert [entry.story for entry in entries] == stories
    assert entries[0].summary.text == "The ferry left with nobody aboard."
    assert entries[1].summary.text.startswith("The port of Lindholm will close")
    assert told == [("summarize", 2, 2)]
    assert summarize(stories, settings(), store, language="en") == entries


@pytest.mark.model
def test_a_stream_of_articles_is_summarized_as_it_is_read(settings: MakeSettings, article: MakeArticle) -> None:
    read: list[int] = []

    def articles() -> "object":
        for number in range(200):
            read.append(number)
            yield article(f"Ship {number} left the harbour today.")

    summaries = summarize_articles(articles(), settings(), None, language="en")  # type: ignore[arg-type]
    assert next(summaries).text == "Ship 0 left the harbour today."
    assert len(read) < 200
    assert [summary.text for summary in summaries][-1] == "Ship 199 left the harbour today."


@pytest.mark.model
def test_an_article_is_encoded_once(
    settings: MakeSettings, store: Store, harbour: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = embed([harbour, harbour], settings(), store)
    assert list(first) == [harbour.content_hash]
    monkeypatch.setattr("digest.summarize.embedding.load_encoder", None)
    assert np.array_equal(embed([harbour], settings(), store)[harbour.content_hash], first[harbour.content_hash])


@pytest.mark.model
def test_interests_are_closest_to_the_articles_they_describe(settings: MakeSettings, harbour: Article) -> None:
    bread = replace(
        harbour, content_hash="b", title="A baker's guide to sourdough", text="Flour, water, salt and time."
    )
    vectors = embed([harbour, bread], settings(), None)
    shipping, baking = embed_texts(["ports and container shipping", "baking bread"], settings())
    assert shipping @ vectors[harbour.content_hash] > shipping @ vectors["b"]
    assert baking @ vectors["b"] > baking @ vectors[harbour.content_hash]


@pytest.mark.model
def test_a_warm_start_needs_no_torch(settings: MakeSettings, model_cache: Path) -> None:
    embed_texts(["converts the encoder"], settings())
    code = f"""
import sys
from pathlib import Path
from digest.config import SummarizerSettings
from digest.summarize import embed_texts
embed_texts(["a"], SummarizerSettings(cache_dir=Path({str(model_cache)!r}), device="cpu"))
print([m for m in ("torch", "transformers", "sentence_transformers") if m in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
