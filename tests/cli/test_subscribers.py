"""`digest subscribers`, as a user types it."""

import re

from tests.cli.project import Project


def addresses(project: Project) -> list[str]:
    return [row["address"] for row in project.run("subscribers", "list", "--json").json]


def test_added_listed_and_removed(project: Project) -> None:
    assert project.run("subscribers", "add", "ann@example.org", "--name", "Ann").code == 0
    assert addresses(project) == ["ann@example.org"]
    assert project.run("subscribers", "remove", "ann@example.org").code == 0
    assert project.run("subscribers", "list", "--state", "active", "--json").json == []


def test_the_key_of_a_letter_removes_its_reader(project: Project) -> None:
    project.configure('[web]\nunsubscribe_url = "https://example.org/leave/{token}"\n[[sources]]\npath = "a.md"\n')
    project.write("a.md", "---\ntitle: A ferry\n---\n\nThe ferry sails at nine on Monday, and it comes back at noon.\n")
    project.run("subscribers", "add", "ann@example.org")
    assert project.run("send").code == 0
    [letter] = project.outbox
    [key] = re.findall(rb"https://example\.org/leave/([A-Za-z0-9]+)>", letter.read_bytes())
    done = project.run("subscribers", "remove", key.decode())
    assert (done.code, done.err) == (0, "ann@example.org gets no further issue\n")
    assert project.run("subscribers", "list", "--state", "active", "--json").json == []


def test_an_address_that_is_none_is_refused(project: Project) -> None:
    done = project.run("subscribers", "add", "ann at example")
    assert done.code in {2, 65}
    assert "ann at example" in done.err
    assert addresses(project) == []


def test_a_csv_goes_in_and_comes_out(project: Project) -> None:
    project.write("in.csv", "email;name\nann@example.org;Ann\nnot an address;Nobody\nbo@example.org;Bo\n")
    done = project.run("subscribers", "import", "in.csv")
    assert done.code == 0
    assert "in.csv:3" in done.err
    exported = project.run("subscribers", "export").out.splitlines()
    assert [line.split(",")[0] for line in exported[1:]] == ["ann@example.org", "bo@example.org"]


def test_history_tells_what_happened(project: Project) -> None:
    project.run("subscribers", "add", "ann@example.org")
    project.run("subscribers", "remove", "ann@example.org")
    done = project.run("subscribers", "history", "ann@example.org", "--json")
    assert len(done.json) == 2
