"""Whom the articles of an issue are said to be from."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from digest.collect import collect
from digest.config import Settings, load_config
from digest.model import Article, IssueState
from digest.pipeline.candidates import Candidates, find_candidates
from digest.store import Store, open_store
from tests.collect.conftest import NOW, item, rss
from tests.store.test_issues import frozen

GATHERED = item(2, source="The Wire")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/store.db") as opened:
        yield opened


def settings(folder: Path, *lines: str) -> Settings:
    file = folder / "config.toml"
    source = "\n".join(('path = "feed.xml"', *lines))
    file.write_text(f'[newsletter]\nfrom = "a@example.org"\n[curate]\nsince = "30d"\n[[sources]]\n{source}\n')
    return load_config(file)


def find(chosen: Settings, store: Store) -> Candidates:
    collect(chosen.sources, chosen.collect, store, now=NOW)
    return find_candidates(chosen, store, since=None, now=NOW)


def names(articles: tuple[Article, ...]) -> list[tuple[str, str]]:
    return [(article.source, article.outlet) for article in sorted(articles, key=lambda article: article.title)]


def test_a_source_without_a_name_is_what_its_feed_calls_itself(tmp_path: Path, store: Store) -> None:
    (tmp_path / "feed.xml").write_text(rss(item(1), GATHERED))
    assert names(find(settings(tmp_path), store).articles) == [("feed.xml", "Harbour notes"), ("feed.xml", "The Wire")]


def test_a_source_whose_feed_has_no_title_is_its_place(tmp_path: Path, store: Store) -> None:
    (tmp_path / "feed.xml").write_text(rss(item(1)).replace("Harbour notes", ""))
    assert names(find(settings(tmp_path), store).articles) == [("feed.xml", "feed.xml")]


def test_a_name_that_a_source_is_given_later_stands_at_what_is_there_already(tmp_path: Path, store: Store) -> None:
    (tmp_path / "feed.xml").write_text(rss(item(1), GATHERED))
    find(settings(tmp_path), store)
    named = settings(tmp_path, 'name = "The quay"')
    assert names(find(named, store).articles) == [("The quay", "The quay"), ("The quay", "The Wire")]


def test_what_is_passed_over_names_its_publisher_too(tmp_path: Path, store: Store) -> None:
    (tmp_path / "feed.xml").write_text(rss(item(1), item(2, source="The Wire", pubDate="01 Jan 2020 08:00:00 +0000")))
    chosen = settings(tmp_path)
    new = collect(chosen.sources, chosen.collect, store, now=NOW).new
    found = find_candidates(chosen, store, since=timedelta(days=1), now=NOW, new=new)
    assert sorted((one.source, one.publisher) for one in found.passed_over) == [
        ("feed.xml", "Harbour notes"),
        ("feed.xml", "The Wire"),
    ]


def test_what_was_told_before_is_from_the_same_outlet(tmp_path: Path, store: Store) -> None:
    (tmp_path / "feed.xml").write_text(rss(item(1), item(3)))
    chosen = settings(tmp_path)
    first, _ = find(chosen, store).articles
    issue = frozen()
    store.issues.freeze(replace(issue, created=NOW - timedelta(days=1)), [first.id])
    store.issues.set_state(issue.id, IssueState.SENDING)
    found = find_candidates(chosen, store, since=timedelta(days=30), now=NOW)
    assert names(tuple(told.article for told in found.told)) == [("feed.xml", "Harbour notes")]
    assert names(found.articles) == [("feed.xml", "Harbour notes")]
