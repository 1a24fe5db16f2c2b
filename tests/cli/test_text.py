"""`digest extract` and `digest summarize`."""

import json
import sqlite3
from contextlib import closing

import pytest

from tests.cli.project import SAMPLES, Project

_EXTRACT_KEYS = {
    "input", "title", "author", "published", "language", "image", "text", "words", "url", "removed",
}  # fmt: skip


def test_extract_gives_one_json_line_an_input_in_order(project: Project) -> None:
    pages = sorted(SAMPLES.glob("pages/*.html")) + sorted(SAMPLES.glob("saved/*.txt"))
    lines = project.run("extract", "--json", *map(str, pages)).json_lines
    assert [line["input"] for line in lines] == [str(page) for page in pages]
    assert all(set(line) == _EXTRACT_KEYS for line in lines)
    assert all(line["words"] > 100 for line in lines)


def test_extract_works_without_a_configuration(project: Project) -> None:
    (project.folder / "config.toml").unlink()
    done = project.run("extract", "articles/ferry.md", XDG_CONFIG_HOME=str(project.folder))
    assert done.code == 0, done.err
    assert "A night ferry returns to the sound" in done.out


@pytest.mark.model
def test_summarize_gives_whole_sentences_of_the_article(project: Project) -> None:
    done = project.run("summarize", "articles/ferry.md", "--sentences", "2", "--json")
    assert done.code == 0, done.err
    line = done.json
    assert set(line) == {"input", "summary", "origin", "model", "sentences", "grounded"}
    assert line["origin"] == "extractive"
    assert line["sentences"] == 2
    text = " ".join((project.folder / "articles/ferry.md").read_text().split())
    assert all(sentence.strip() in text for sentence in line["summary"].split(". "))


@pytest.mark.model
def test_jsonl_comes_back_with_its_ids_in_order(project: Project) -> None:
    rows = [
        {"id": f"n{number}", "text": f"The town of Orle has {number} bridges. One is closed.\u2028It rains often."}
        for number in range(40)
    ]
    project.write("in.jsonl", "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    done = project.run("summarize", "--jsonl", "in.jsonl", "--sentences", "1", "--json")
    assert done.code == 0, done.err
    assert [line["id"] for line in done.json_lines] == [row["id"] for row in rows]
    assert all(line["summary"] for line in done.json_lines)


def test_a_line_of_jsonl_ends_only_at_its_end(project: Project) -> None:
    row = {"id": 1, "text": "The town of Orle\u2028has one bridge. It is closed."}
    project.write("in.jsonl", json.dumps(row, ensure_ascii=False) + "\r\n")
    done = project.run("summarize", "--jsonl", "in.jsonl")
    assert done.code == 0, done.err
    assert "has one bridge." in done.json_lines[0]["summary"]


@pytest.mark.parametrize("line", ["[" * 200_000, '{"id": 1'])
def test_a_line_that_is_no_json_is_told_with_its_place(project: Project, line: str) -> None:
    project.write("in.jsonl", f"\n{line}\n")
    done = project.run("summarize", "--jsonl", "in.jsonl")
    assert done.code == 65
    assert "in.jsonl:2: is not JSON" in done.err


@pytest.mark.model
def test_what_build_summarized_is_not_summarized_again(project: Project) -> None:
    def kept() -> int:
        with closing(sqlite3.connect(project.folder / "config.db")) as store:
            return int(store.execute("SELECT count(*) FROM summaries").fetchone()[0])

    built = project.run("build", "--json").json
    assert kept() == 2
    again = project.run("summarize", "articles/ferry.md", "articles/orchard.md", "--json").json_lines
    entries = [entry for section in built["sections"] for entry in section["entries"]]
    assert {line["summary"] for line in again} == {entry["summary"] for entry in entries}
    assert kept() == 2
    project.run("summarize", "articles/ferry.md", "--sentences", "1")
    assert kept() == 3
