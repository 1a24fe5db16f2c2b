"""A folder gives its own files, each once, and nothing from outside of it."""

import os
from pathlib import Path

from digest.collect import collect
from digest.config import CollectSettings
from digest.model import Collected
from digest.store import Store
from tests.collect.conftest import NOW, WORDS, page, source

TEXT = "\n\n".join(WORDS)


def look(folder: Path, settings: CollectSettings, store: Store) -> Collected:
    return collect([source("folder", folder)], settings, store, now=NOW)


def test_files_of_every_kind_in_every_subfolder(tmp_path: Path, settings: CollectSettings, store: Store) -> None:
    folder = tmp_path / "saved"
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "a.txt").write_text(f"A text\n\n{TEXT}")
    (folder / "b.md").write_text(f"# A note\n\n{WORDS[1]}")
    (folder / "deep" / "c.html").write_text(page("A page", paragraphs=WORDS[::-1]))
    (folder / "deep" / "er" / "d.eml").write_text(f"Subject: A letter\nContent-Type: text/plain\n\n{WORDS[2]}")
    (folder / "e.jpg").write_bytes(b"no article")
    (folder / ".hidden.txt").write_text(TEXT)
    (folder / ".git").mkdir()
    (folder / ".git" / "x.txt").write_text(TEXT)
    found = look(folder, settings, store)
    assert {article.title for article in found.new} == {"A text", "A note", "A page", "A letter"}
    assert all(article.published is None and article.url is None for article in found.new)


def test_links_that_lead_out_are_not_followed(tmp_path: Path, settings: CollectSettings, store: Store) -> None:
    folder, outside = tmp_path / "saved", tmp_path / "outside"
    folder.mkdir()
    outside.mkdir()
    (outside / "secret.txt").write_text(TEXT)
    (folder / "file.txt").symlink_to(outside / "secret.txt")
    (folder / "dir").symlink_to(outside)
    (folder / "own.txt").write_text(f"My own\n\n{TEXT}")
    assert [article.title for article in look(folder, settings, store).new] == ["My own"]


def test_a_folder_is_read_again_only_when_something_changed(
    tmp_path: Path, settings: CollectSettings, store: Store
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(f"First\n\n{TEXT}")
    look(tmp_path / "in", settings, store)
    os.utime(tmp_path / "in" / "a.txt", (0, 0))
    assert look(tmp_path / "in", settings, store).sources[0].status == "unchanged"
    (tmp_path / "in" / "b.txt").write_text(f"Second\n\n{WORDS[0]} {WORDS[1]}")
    assert [article.title for article in look(tmp_path / "in", settings, store).new] == ["Second"]


def test_a_renamed_file_is_not_new(tmp_path: Path, settings: CollectSettings, store: Store) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(f"First\n\n{TEXT}")
    look(tmp_path / "in", settings, store)
    (tmp_path / "in" / "a.txt").rename(tmp_path / "in" / "z.txt")
    assert look(tmp_path / "in", settings, store).new == ()


def test_a_file_that_is_no_article_is_told_and_the_rest_goes_on(
    tmp_path: Path, settings: CollectSettings, store: Store
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.html").write_bytes(b"%PDF-1.7 " + bytes(100))
    (tmp_path / "in" / "b.txt").write_text(f"Good\n\n{TEXT}")
    found = look(tmp_path / "in", settings, store)
    assert [article.title for article in found.new] == ["Good"]
    assert [(Path(s.ref).name, s.reason) for s in found.skipped] == [("a.html", "it is a PDF document, not text")]


def test_an_empty_folder_says_so(tmp_path: Path, settings: CollectSettings, store: Store) -> None:
    (tmp_path / "in").mkdir()
    found = look(tmp_path / "in", settings, store)
    assert found.sources[0].status == "ok"
    assert "holds no article" in found.skipped[0].reason
