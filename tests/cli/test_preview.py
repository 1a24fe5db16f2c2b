"""`digest preview`: a page on loopback, until it is told to end."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import pytest

from tests.cli.project import Project


@contextmanager
def serving(project: Project, *arguments: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """The command, once it answers, and the address that it prints."""
    command = [sys.executable, "-m", "digest", "preview", "--port", "0", *arguments]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, cwd=project.folder, stdout=pipe, stderr=pipe, text=True)
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=lambda how: how.name)
def test_it_ends_at_once_also_with_pages_open(project: Project, how: signal.Signals) -> None:
    with serving(project, "-q") as (process, address), httpx2.stream("GET", f"{address}events", timeout=10) as stream:
        events = stream.iter_lines()
        assert any(line == "event: version" for line in events)
        process.send_signal(how)
        for _ in events:  # ended by the server, not by a timeout here
            pass
        out, err = process.communicate(timeout=10)
    assert process.returncode == 0
    assert (out, err) == ("", "")


def test_it_listens_on_loopback_only_and_makes_nothing(project: Project) -> None:
    before = sorted(project.folder.rglob("*"))
    with serving(project) as (_, address):
        assert address.startswith("http://127.0.0.1:")
        assert httpx2.get(f"{address}state").json()["sample"] is True
        other = socket.gethostbyname(socket.gethostname())
        if not other.startswith("127."):
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection((other, int(address.rstrip("/").rpartition(":")[2])), timeout=5)
    assert sorted(project.folder.rglob("*")) == before


def test_open_opens_the_page(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = project.write("browser", '#!/bin/sh\necho "$1" > opened.part && mv opened.part opened\n')
    browser.chmod(0o755)
    monkeypatch.setenv("BROWSER", str(browser))
    with serving(project, "--open") as (_, address):
        end = time.monotonic() + 10
        while not (project.folder / "opened").exists() and time.monotonic() < end:
            time.sleep(0.05)
        assert (project.folder / "opened").read_text().strip() == address


def test_a_busy_port_is_told_with_one_that_is_free(project: Project) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        done = project.run("preview", "--port", str(port))
    assert done.code == 75
    assert f"port {port} is in use" in done.err
    assert "digest preview --port " in done.err
    assert done.out == ""


def test_a_port_that_is_none_is_wrong_usage(project: Project) -> None:
    assert project.run("preview", "--port", "70000").code == 2


def test_a_wrong_configuration_is_told_before_it_starts(project: Project) -> None:
    project.configure("[newsletter]\nnme = 'x'\n")
    done = project.run("preview", "--port", "0")
    assert done.code == 78
    assert "did you mean 'name'?" in done.err


def test_a_wrong_template_is_told_in_the_terminal_and_on_the_page(project: Project) -> None:
    project.write("theme/name.mjml", "<h1>{{ newsletter.nam }}</h1>\n")
    project.configure((project.folder / "config.toml").read_text() + '[theme]\ndir = "theme"\n')
    with serving(project) as (process, address):
        (problem,) = httpx2.get(f"{address}state").json()["problems"]
        assert problem["where"] == "theme/name.mjml:1"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=10)
    assert "theme/name.mjml:1: there is no 'nam'" in err
    assert "did you mean 'name'?" in err
