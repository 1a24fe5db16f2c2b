"""What people and machines get wrong: each ends with words that help, and the exit code that a script expects."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cli.project import Project, small_project


def test_a_missing_configuration_names_init(tmp_path: Path) -> None:
    done = Project(tmp_path).run("build", XDG_CONFIG_HOME=str(tmp_path))
    assert done.code == 78
    assert "digest init" in done.err


def test_every_mistake_of_a_configuration_is_told_with_its_line(project: Project) -> None:
    project.configure(
        '[newsletter]\nnme = "x"\n[curate]\nsince = "soon"\n[[sources]]\npath = "articles"\nlimit = "9"\n'
    )
    done = project.run("check")
    assert done.code == 78
    for line in (
        "config.toml:2 [newsletter] nme",
        "did you mean 'name'?",
        "config.toml:4 [curate] since",
        "config.toml:7",
    ):
        assert line in done.err


def test_a_configuration_that_is_not_toml_is_told_with_its_line(project: Project) -> None:
    project.configure('[newsletter\nname = "x"\n')
    done = project.run("build")
    assert done.code == 78
    assert "line 1" in done.err


def test_an_unknown_option_is_wrong_usage(project: Project) -> None:
    assert project.run("build", "--sinse", "2d").code == 2


def test_a_span_that_is_none_is_wrong_usage(project: Project) -> None:
    done = project.run("build", "--since", "soon")
    assert done.code == 2
    assert "36h" in done.err


def test_a_missing_source_fails_the_run_only_when_it_is_the_only_one(project: Project) -> None:
    project.configure('[[sources]]\npath = "nowhere"\n')
    done = project.run("collect")
    assert done.code == 69
    assert "nowhere" in done.err
    project.configure('[[sources]]\npath = "nowhere"\n[[sources]]\npath = "articles"\nsince = "3650d"\n')
    done = project.run("collect")
    assert done.code == 0
    assert "warning" in done.err
    assert "nowhere" in done.err
    assert project.run("collect", "--strict").code == 69


def test_an_unreachable_feed_is_a_warning_beside_one_that_is_read(project: Project) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    project.configure(
        "[collect]\nallow_private = true\n"
        f'[[sources]]\nurl = "http://127.0.0.1:{port}/feed"\n[[sources]]\npath = "articles"\nsince = "3650d"\n'
    )
    done = project.run("collect", "--json")
    assert done.code == 0
    statuses = {source["name"]: source["status"] for source in done.json["sources"]}
    assert statuses == {f"127.0.0.1:{port}/feed": "failed", "articles": "ok"}


def test_private_addresses_are_not_read_unless_allowed(project: Project) -> None:
    project.configure('[[sources]]\nurl = "http://127.0.0.1:9/feed"\n')
    done = project.run("collect")
    assert done.code == 69
    assert "private" in done.err


def test_an_empty_feed_is_no_failure_and_is_told(project: Project) -> None:
    project.write("empty.xml", '<rss version="2.0"><channel><title>Quiet</title></channel></rss>')
    project.configure('[[sources]]\npath = "empty.xml"\n')
    done = project.run("build", "--json")
    assert done.code == 0
    assert done.json["issue"] is None
    assert done.json["sources"][0]["status"] == "ok"
    assert any("no entries" in skipped["reason"] for skipped in done.json["skipped"])


def test_a_feed_that_is_something_else_says_so(project: Project) -> None:
    project.write("feed.xml", "<html><body><p>Not found</p></body></html>")
    project.configure('[[sources]]\ntype = "feed"\npath = "feed.xml"\n')
    done = project.run("collect")
    assert done.code == 69
    assert "feed" in done.err


@pytest.mark.model
def test_a_broken_template_is_told_with_file_and_line(project: Project) -> None:
    project.run("themes", "copy", "classic", "theme")
    template = next((project.folder / "theme").rglob("email.mjml"))
    template.write_text(template.read_text() + "\n{% if %}\n")
    project.configure((project.folder / "config.toml").read_text() + '[theme]\ndir = "theme"\n')
    for arguments in (("check",), ("build",)):
        done = project.run(*arguments)
        assert done.code == 78
        assert f"email.mjml:{len(template.read_text().splitlines())}" in done.err


def test_an_input_that_is_no_article_is_told(project: Project) -> None:
    project.write("page.bin", "\x00\x01\x02" * 500)
    done = project.run("extract", "page.bin", "missing.html", "--json")
    assert done.code == 65
    assert all("skipped" in line for line in done.json_lines)
    assert [line["input"] for line in done.json_lines] == ["page.bin", "missing.html"]
    project.write("page.txt", "A word.")
    assert project.run("extract", "page.bin", "page.txt").out.startswith("A word")


@pytest.mark.parametrize("bad", ['{"id": 2}', '{"id": 2', "[" * 100_000])
def test_jsonl_with_a_bad_line_names_it(project: Project, bad: str) -> None:
    project.write("in.jsonl", f'{{"id": 1, "text": "A\u2028line."}}\r\n{bad}\n')
    done = project.run("summarize", "--jsonl", "in.jsonl")
    assert done.code == 65
    assert "in.jsonl:2" in done.err


def test_a_missing_password_says_where_it_was_looked_for(project: Project) -> None:
    project.configure(
        (project.folder / "config.toml").read_text()
        + '[transport]\ntype = "smtp"\nusername = "me"\npassword_env = "NOT_SET_ANYWHERE"\n'
    )
    done = project.run("check")
    assert done.code == 78
    assert "NOT_SET_ANYWHERE" in done.err


def test_init_never_overwrites(tmp_path: Path) -> None:
    project = Project(tmp_path)
    assert project.run("init").code == 0
    config = tmp_path / "config.toml"
    config.write_text("# mine\n")
    done = project.run("init")
    assert done.code == 2
    assert config.read_text() == "# mine\n"


def test_output_that_cannot_be_written_is_no_defect(project: Project) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "digest", "sources", "list"],
            cwd=project.folder, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 75
    assert "No space left" in done.stderr
    assert "defect" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_a_source_that_fails_is_told_of_by_send_too(project: Project) -> None:
    project.configure(
        '[[sources]]\npath = "nowhere"\n[[sources]]\npath = "articles"\n'
        '[newsletter]\nfrom = "a@b.example"\n[curate]\nsince = "1m"\n'
    )
    done = project.run("send")
    assert done.code == 0
    assert "nowhere: there is no such file" in done.err


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("mounting a small tmpfs needs root")
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.model
def test_a_full_disk_loses_nothing_and_the_same_command_goes_on(small_disk: Path) -> None:
    project = small_project(small_disk, extra="")
    assert project.run("collect").code == 0
    filler = small_disk / "filler"
    filler.touch()
    with suppress(OSError), filler.open("ab", buffering=0) as file:
        while True:
            file.write(b"x" * 1024)
    done = project.run("build")
    assert done.code == 75, done.err
    assert "free some space" in done.err
    filler.unlink()
    done = project.run("build")
    assert done.code == 0, done.err


def test_what_only_a_person_can_mend_ends_with_78(small_disk: Path) -> None:
    project = small_project(small_disk)
    assert project.run("collect").code == 0
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    for command in (
        ["collect"],
        ["subscribers", "add", "a@b.example"],
        ["sources", "remove", "Notes"],
        ["init", "new"],
    ):
        done = project.run(*command)
        assert done.code == 78, (command, done.err)
        assert "defect" not in done.err
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)


def test_a_list_that_a_full_disk_cuts_off_says_how_far_it_came(small_disk: Path) -> None:
    project = small_project(small_disk)
    assert project.run("subscribers", "list").code == 0
    rows = "\n".join(f"reader{number}@town{number % 7}.example" for number in range(40_000))
    done = project.run("subscribers", "import", "-", stdin=f"address\n{rows}\n")
    assert done.code == 75
    taken = int(re.search(r"(\d+) of its addresses were taken in", done.err)[1])  # type: ignore[index]
    assert 0 < taken < 40_000
    assert "import it again to go on" in done.err


def test_a_list_of_people_who_left_is_no_bad_input(project: Project) -> None:
    project.run("subscribers", "import", "-", stdin="address,state\na@b.example,unsubscribed\n")
    done = project.run("subscribers", "import", "-", stdin="address\na@b.example\n")
    assert (done.code, "0 added" in done.err, "is unsubscribed" in done.err) == (0, True, True)


def test_a_store_named_by_two_newsletters_is_refused(project: Project) -> None:
    text = (project.folder / "config.toml").read_text() + '[store]\nurl = "sqlite:///shared.db"\n'
    project.configure(text)
    assert project.run("subscribers", "list").code == 0
    project.configure(text.replace("Harbour Letter", "Another Letter"))
    done = project.run("subscribers", "list")
    assert (done.code, "that of the newsletter 'Harbour Letter'" in done.err) == (78, True)


def test_nothing_new_is_said_once(project: Project) -> None:
    project.configure('[[sources]]\npath = "articles"\nsince = "1h"\n[curate]\nsince = "1h"\n')
    done = project.run("send")
    assert done.code == 0
    assert done.err.count("nothing") == 1, done.err


def test_ctrl_c_at_the_first_moment_leaves_no_traceback(project: Project) -> None:
    for wait in (0.1, 0.2):
        running = subprocess.Popen(
            [sys.executable, "-m", "digest", "collect"], cwd=project.folder, stderr=subprocess.PIPE, text=True
        )
        time.sleep(wait)
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=60)
        assert "digest/" not in said, said
