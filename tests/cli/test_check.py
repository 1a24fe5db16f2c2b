"""What `digest check` finds before a run would."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.cli.project import Project, small_project


@pytest.mark.parametrize("subject", ["{{ nam }}", "{{ lead", "{% if %}"])
def test_a_subject_that_cannot_be_written_is_told(project: Project, subject: str) -> None:
    project.configure(f"[newsletter]\nsubject = '{subject}'\n[[sources]]\npath = 'articles'\n")
    done = project.run("check")
    assert done.code == 78
    assert "[newsletter] subject" in done.err


def test_a_subject_is_shown_as_it_would_be(project: Project) -> None:
    done = project.run("check")
    assert done.code == 0
    assert "subject: Harbour Letter: " in done.out


@pytest.mark.parametrize(("code", "known"), [("xx-bad", False), ("de", True), ("pt-BR", True), ("zh_Hant", True)])
def test_a_language_that_nobody_knows_is_a_warning(project: Project, code: str, known: bool) -> None:
    project.configure(f"[newsletter]\nlanguage = '{code}'\n[[sources]]\npath = 'articles'\n")
    done = project.run("check")
    assert done.code == 0
    assert ("[newsletter] language" in done.err) is not known


def test_a_language_without_words_is_told_with_those_that_have_them(project: Project) -> None:
    project.configure("[newsletter]\nlanguage = 'it'\n[[sources]]\npath = 'articles'\n")
    done = project.run("check")
    assert done.code == 0
    assert "not translated into 'it': they will be in English" in done.err
    assert "known: ar, de, en, es, fr, ja, pt, uk, zh" in done.err


@pytest.mark.parametrize("table", ["output", "transport"])
def test_a_file_where_a_folder_should_be_is_told(project: Project, table: str) -> None:
    project.configure(f"[{table}]\ndir = 'config.toml'\n[[sources]]\npath = 'articles'\n")
    done = project.run("check")
    assert done.code == 78
    assert "config.toml: is not a folder" in done.err
    assert f"[{table}] dir" in done.err


@pytest.mark.skipif(os.getuid() == 0 and shutil.which("setpriv") is None, reason="root may write everywhere")
@pytest.mark.parametrize("name", ["out", "outbox"])
def test_a_folder_that_may_not_be_written_to_is_told(project: Project, name: str) -> None:
    (project.folder / name).mkdir(mode=0o555)
    lesser = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.getuid() == 0 else []
    command = [*lesser, sys.executable, "-m", "digest", "check"]
    done = subprocess.run(command, cwd=project.folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 78
    assert f"{name}: may not be written to" in done.stderr


def test_a_password_that_is_not_there_is_told_once(project: Project) -> None:
    small_project(
        project.folder,
        extra='[transport]\ntype = "smtp"\nhost = "127.0.0.1"\nport = 1\nusername = "u"\npassword_env = "NOPE"\n',
    )
    done = project.run("check", "--online")
    assert done.code == 78
    assert done.err.count("variable NOPE") == 1


@pytest.mark.parametrize("command", [("check",), ("build",), ("send",), ("subscribers", "list")])
def test_a_damaged_store_is_not_told_to_be_run_again(project: Project, command: tuple[str, ...]) -> None:
    (project.folder / "config.db").write_bytes(b"this is a letter and no database at all " * 100)
    done = project.run(*command)
    assert done.code == 78
    assert "restore it from a backup" in done.err


@pytest.mark.parametrize(
    ("host", "tls", "clear"),
    [("mail.example", "none", True), ("mail.example", "starttls", False), ("127.0.0.1", "none", False),
     ("localhost", "none", False)],
)  # fmt: skip
def test_a_password_that_would_go_in_clear_is_a_warning(project: Project, host: str, tls: str, clear: bool) -> None:
    table = f'[transport]\ntype = "smtp"\nhost = "{host}"\ntls = "{tls}"\nusername = "u"\npassword = "p"\n'
    project.configure(f"{table}[[sources]]\npath = 'articles'\n")
    done = project.run("check")
    assert done.code == 0, done.err
    assert ("in clear" in done.err) is clear
