"""`digest build`: a frozen issue and its files, as often as one likes."""

import json
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.cli.project import Project, small_project

pytestmark = pytest.mark.model

_REPORT_KEYS = {"issue", "subject", "created", "sections", "sources", "skipped", "lint", "bytes", "timings"}
_ENTRY_KEYS = {
    "title", "url", "source", "publisher", "published", "summary", "origin", "grounded", "findings", "passages",
    "score", "reasons", "also", "earlier",
}  # fmt: skip


def test_a_build_writes_the_four_files_of_an_issue(project: Project) -> None:
    done = project.run("build", "--json")
    assert done.code == 0, done.err
    report = done.json
    folder = project.folder / "out" / report["issue"]
    assert {path.name for path in folder.iterdir()} == {"index.html", "digest.txt", "digest.eml", "report.json"}
    assert json.loads((folder / "report.json").read_text()) == report
    html = (folder / "index.html").read_text()
    assert "A night ferry returns to the sound" in html
    assert "Harbour Letter" in html
    message = message_from_bytes((folder / "digest.eml").read_bytes(), policy=policy.default)
    assert message["Subject"] == report["subject"]


def test_the_report_has_the_keys_that_scripts_rely_on(project: Project) -> None:
    report = project.run("build", "--json").json
    assert set(report) == _REPORT_KEYS
    entries = [entry for section in report["sections"] for entry in section["entries"]]
    assert len(entries) == 2
    assert all(set(entry) == _ENTRY_KEYS for entry in entries)
    assert report["sources"] == [{"name": "Notes", "status": "ok", "fetched": 2, "new": 2, "error": None}]
    assert set(report["timings"]) == {"collect", "curate", "summarize", "compose"}
    assert report["bytes"]["html"] > report["bytes"]["text"] > 0


def test_a_build_can_be_repeated_and_fetches_and_summarizes_nothing_again(project: Project) -> None:
    first = project.run("build", "--json").json
    second = project.run("build", "--json").json
    assert second["issue"] == first["issue"]
    for report in (first, second):
        for entry in (entry for section in report["sections"] for entry in section["entries"]):
            del entry["score"]  # it falls with every second
    assert second["sections"] == first["sections"]
    assert [(s["status"], s["new"]) for s in second["sources"]] == [("unchanged", 0)]


def test_what_was_sent_is_not_in_the_next_issue(project: Project) -> None:
    project.run("subscribers", "add", "ann@example.org")
    assert project.run("send").code == 0
    project.write(
        "articles/well.md", "# A dry well fills\n\nThe well in the square of Orle filled overnight after ten years."
    )
    entries = [e["title"] for s in project.run("build", "--json").json["sections"] for e in s["entries"]]
    assert entries == ["A dry well fills"]


def test_a_text_that_was_sent_is_not_sent_again_from_another_place(project: Project) -> None:
    project.run("subscribers", "add", "ann@example.org")
    assert project.run("send").code == 0
    (project.folder / "articles").rename(project.folder / "moved")
    project.configure('[[sources]]\nname = "Moved"\npath = "moved"\nsince = "3650d"\n')
    assert project.run("build", "--json").json["issue"] is None
    assert project.run("build", "--json", "--since", "3650d").json["issue"] is None
    project.write("moved/new.md", "# A third piece\n\n" + "The harbour board met on Friday to settle the fares. " * 8)
    entries = [e for section in project.run("build", "--json").json["sections"] for e in section["entries"]]
    assert [entry["title"] for entry in entries] == ["A third piece"]


def test_limit_and_output_are_obeyed(project: Project, tmp_path: Path) -> None:
    report = project.run("build", "--limit", "1", "--output", "elsewhere", "--json").json
    assert sum(len(section["entries"]) for section in report["sections"]) == 1
    assert (tmp_path / "elsewhere" / report["issue"] / "index.html").is_file()
    assert any("limit" in skipped["reason"] for skipped in report["skipped"])


def test_articles_older_than_the_window_are_named_in_a_hint(tmp_path: Path) -> None:
    project = small_project(tmp_path)
    done = project.run("build", "--since", "1h")
    assert done.code == 0
    assert "nothing new" in done.err
    assert "--since" in done.err
    assert not (tmp_path / "out").exists()


def test_a_quiet_build_says_nothing_but_where_the_preview_is(project: Project) -> None:
    done = project.run("build", "-q")
    assert done.err == ""
    assert Path(done.out.strip()).name == "index.html"


def test_options_may_stand_before_the_command(project: Project) -> None:
    assert project.run("-q", "-c", "config.toml", "collect", "--json").json["sources"][0]["status"] == "ok"


def test_a_build_explains_every_article(project: Project) -> None:
    told = project.run("build", "--explain", "--limit", "1", "-q").out.splitlines()
    assert told[0].startswith("in    1: ")
    assert "+" in told[1]
    assert told[2].startswith("out   ")
    assert "over the limit of 1" in told[3]
    assert told[4].endswith("index.html")


def test_the_explanation_is_for_programs_too(project: Project) -> None:
    articles = project.run("build", "--explain", "--limit", "1", "--json").json["articles"]
    assert [one["verdict"] for one in articles] == ["in", "out"]
    assert articles[0]["where"] == "1"
    assert set(articles[0]) == {"verdict", "title", "source", "publisher", "url", "where", "score", "reasons"}
    assert "articles" not in project.run("build", "--json").json


def test_two_sections_of_one_title_are_refused(project: Project) -> None:
    text = (project.folder / "config.toml").read_text()
    project.configure(text + '\n[[sections]]\ntitle = "Sea"\n[[sections]]\ntitle = "Sea"\nabout = "ships"\n')
    done = project.run("check")
    assert done.code == 78
    assert "two sections are titled 'Sea'" in done.err
