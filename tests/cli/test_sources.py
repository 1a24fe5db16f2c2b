"""`digest sources`: what is read, and what is not read for now."""

import pytest

from tests.cli.project import Project


@pytest.mark.parametrize("name", ["Notes", "articles"])
def test_a_paused_source_is_not_read_until_it_is_resumed(project: Project, name: str) -> None:
    name = name if name == "Notes" else str(project.folder / name)
    assert project.run("sources", "pause", name).code == 0
    assert "paused" in project.run("sources", "list").out
    done = project.run("collect", "--json")
    assert done.json["sources"][0]["status"] == "paused"
    assert "sources resume" in done.err
    assert project.run("sources", "resume", name).code == 0
    assert project.run("collect", "--json").json["sources"][0] | {"error": None} == {
        "name": "Notes", "status": "ok", "fetched": 2, "new": 2, "error": None
    }  # fmt: skip


def test_a_source_that_is_not_there_cannot_be_paused(project: Project) -> None:
    done = project.run("sources", "pause", "Nodes")
    assert done.code == 2
    assert "no source 'Nodes'" in done.err
