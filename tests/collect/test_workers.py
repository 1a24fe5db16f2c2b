"""What hangs, fills the memory or kills its process is ended, and the next input is read as ever."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from digest.collect.draft import Rejected
from digest.collect.processes import ForkServer, Interpreters, Process
from digest.collect.worker import Answer
from digest.collect.workers import Workers
from digest.errors import SourceError
from tests.collect.conftest import NOW, WORDS, item, rss

_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")


@pytest.fixture(params=[Interpreters, ForkServer])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each way to start a process, whatever this system would take."""
    if request.param is ForkServer and sys.platform != "linux":
        pytest.skip("processes are forked on Linux only")
    monkeypatch.setattr("digest.collect.workers.starter", request.param)


def run(work: Callable[[Workers], Awaitable[None]], *, limit: float = 10.0) -> None:
    async def inside() -> None:
        async with Workers(1, limit=limit) as workers:
            await work(workers)

    asyncio.run(inside())


async def read(workers: Workers, data: bytes) -> int:
    return len((await workers.feed(data, content_type=None, url=None, ref="", now=NOW)).drafts)


@pytest.mark.usefixtures("way")
def test_one_process_serves_many_inputs() -> None:
    async def work(workers: Workers) -> None:
        for number in range(1, 4):
            assert await read(workers, rss(*(item(n) for n in range(number))).encode()) == number

    run(work)


def test_a_process_has_its_next_input_before_the_answer_is_dealt_with(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    exchange = Process.exchange

    async def noted(self: Process, task: str, arguments: dict[str, Any]) -> Answer:
        told.append(f"asked {arguments['ref']}")
        return await exchange(self, task, arguments)

    monkeypatch.setattr(Process, "exchange", noted)

    async def work(workers: Workers) -> None:
        async def one(ref: str) -> None:
            await workers.feed(rss(item(1)).encode(), content_type=None, url=None, ref=ref, now=NOW)
            told.append(f"dealt with {ref}")

        await asyncio.gather(one("1"), one("2"))

    run(work)
    assert told == ["asked 1", "asked 2", "dealt with 1", "dealt with 2"]


@pytest.mark.usefixtures("way")
def test_what_takes_too_long_is_ended_and_the_next_is_read() -> None:
    slow = rss(*(item(n) for n in range(40_000))).replace("<rss", "<!DOCTYPE rss><rss").encode()

    async def work(workers: Workers) -> None:
        assert await read(workers, rss(item(1)).encode()) == 1  # the first imports have a time of their own
        with pytest.raises(Rejected, match=r"longer than 1\.5 seconds"):
            await read(workers, slow)
        assert await read(workers, rss(item(1)).encode()) == 1

    run(work, limit=1.5)


def test_a_page_that_needs_too_much_time_or_memory_is_refused_and_the_next_is_read() -> None:
    greedy = ("<html><body><article>" + "<i>a</i>" * 600_000).encode()

    async def work(workers: Workers) -> None:
        assert await read(workers, rss(item(1)).encode()) == 1  # the first imports have a time of their own
        with pytest.raises(Rejected, match=r"too much memory|longer than"):
            await workers.page(greedy, charset=None, url=None, now=NOW)
        assert await read(workers, rss(item(1)).encode()) == 1

    run(work, limit=3)


def children(pid: int) -> list[int]:
    """The processes that one has started and that still run."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(number) for task in tasks for number in (task / "children").read_text().split()]


def child() -> int:
    """The one process that parses: the last of those that this one has started, one by another."""
    pid = os.getpid()
    while found := children(pid):
        (pid,) = found
    return pid


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the system does not tell how long a process computed")
@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(("sent", "told"), [(signal.SIGSTOP, "too busy"), (signal.SIGKILL, "killed from outside")])
def test_what_the_machine_held_up_is_no_fault_of_the_input(sent: signal.Signals, told: str) -> None:
    async def work(workers: Workers) -> None:
        assert await read(workers, rss(item(1)).encode()) == 1
        os.kill(child(), sent)
        with pytest.raises(SourceError, match=told):
            await read(workers, rss(item(1)).encode())
        assert await read(workers, rss(item(1)).encode()) == 1

    run(work, limit=2)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("program", ["/bin/false", "/nowhere/python"])
def test_a_process_that_cannot_start_is_no_fault_of_the_input(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(workers: Workers) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(sys, "executable", program)
            with pytest.raises(SourceError, match="no process to read it could be started"):
                await read(workers, rss(item(1)).encode())
        assert await read(workers, rss(item(1)).encode()) == 1

    run(work)


@pytest.mark.usefixtures("way")
def test_why_a_process_cannot_start_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "feedparser.py").write_text("raise OSError('the disk is gone')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    async def work(workers: Workers) -> None:
        for _ in range(2):
            with pytest.raises(SourceError, match=r"could be started \(OSError: the disk is gone\)"):
                await read(workers, rss(item(1)).encode())

    run(work)


def test_a_rejection_comes_through_with_its_reason() -> None:
    async def work(workers: Workers) -> None:
        with pytest.raises(Rejected, match="it is empty"):
            await read(workers, b"")

    run(work)


PROSE = "".join(f"<p>{text}</p>" for text in WORDS * 2)
READABLE = {
    "40,000 links": f"<div>{PROSE}</div><ul>" + "<li><a href=/x>Another boat came home</a>" * 40_000 + "</ul>",
    "bylines": "<div class='byline author'><b class=author>by</b></div>" * 10_000 + PROSE,
    "headings": "<h1>x</h1>" * 10_000 + PROSE,
    "furniture in furniture": "<div class=sidebar><p>abc, def</p>" * 180 + PROSE * 100,
    "hidden in hidden": "<div style='display:none'>" * 150 + "</div>" * 150 + PROSE,
    "300 levels": "<div>" * 300 + PROSE,
    "a long script": f"<script>{'x=1;' * 1_100_000}</script>{PROSE}",
    "a long attribute": f"<div data-x='{'x' * 4_500_000}'>{PROSE}</div>",
    "a long title": f"<title>{'a - ' * 50_000}</title>{PROSE}",
    "brackets of JSON": f"<script type='application/ld+json'>{'[' * 100_000}</script>{PROSE}",
    "a byline of months": f"<p class=byline>{'mon ' * 24}</p>{PROSE}",
}


def test_pages_that_are_made_to_hold_a_reader_up_are_read() -> None:
    async def work(workers: Workers) -> None:
        for name, body in READABLE.items():
            draft = await workers.page(f"<html><body>{body}".encode(), charset=None, url=None, now=NOW)
            assert WORDS[0] in draft.text, name

    run(work)


def test_a_section_whose_links_are_all_named_apart_is_read() -> None:
    names = ("".join(letters) for letters in product("abcdefghij", repeat=3))
    links = "".join(
        f"<div class={name}><a href=/2026/11/{name}-{n}-home>Boat {name} {n} came home</a></div>"
        for name in names
        for n in range(6)
    )

    async def work(workers: Workers) -> None:
        page = f"<html><body>{links}".encode()
        listing = await workers.listing(page, charset=None, url="https://harbour.example.org/news/", now=NOW)
        assert len(listing.links) == 300

    run(work)


def test_a_feed_behind_many_comments_is_read() -> None:
    async def work(workers: Workers) -> None:
        assert await read(workers, b"<!---->" * 250 + rss(item(1)).encode()) == 1

    run(work, limit=5)


def test_what_is_nested_deeper_than_the_parser_goes_says_so() -> None:
    async def work(workers: Workers) -> None:
        for level in ("<div>", "<table><tr><td>", "<ul><li>", "<title>Crane</title><ul><li>"):
            with pytest.raises(Rejected, match="nested too deeply"):
                await workers.page(f"<h1>Crane</h1>{level * 20_000}{PROSE}".encode(), charset=None, url=None, now=NOW)

    run(work)


def test_the_same_page_gives_the_same_text_each_time() -> None:
    little = f"<html><body><div>{WORDS[0]}</div></body></html>".encode()  # so little that trafilatura is asked

    async def work(workers: Workers) -> None:
        texts = [(await workers.page(little, charset=None, url=None, now=NOW)).text for _ in range(6)]
        assert texts == [WORDS[0]] * 6

    run(work)


_GREEDY = """
import asyncio, resource, sys
from datetime import UTC, datetime
from digest.collect import processes, workers
from digest.collect.draft import Rejected

async def work():
    async with workers.Workers(1, limit=60) as these:
        await these.page(b"<html><body>" + b"<p>a</p>" * 1_500_000, charset=None, url=None, now=datetime.now(UTC))

workers.starter = getattr(processes, sys.argv[1])
try:
    asyncio.run(work())
except Rejected as verdict:
    print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, verdict)
"""


@pytest.mark.parametrize("way", ["Interpreters", pytest.param("ForkServer", marks=_LINUX)])
def test_a_process_takes_no_more_memory_than_it_is_given(way: str) -> None:
    # From a small process: to the system a child was at least as large as the one that it was forked from.
    done = subprocess.run([sys.executable, "-c", _GREEDY, way], capture_output=True, text=True, timeout=120, check=True)
    most, _, verdict = done.stdout.partition(" ")
    assert "needs too much memory" in verdict
    assert int(most) * 1024 < 500_000_000  # of the largest child that has ended


_LIMITED = """
import asyncio, resource
from datetime import UTC, datetime
from digest.collect.workers import Workers

async def work():
    async with Workers(1) as these:
        page, now = b"<h1>Crane</h1><p>The crane was lifted out.", datetime.now(UTC)
        draft = await these.page(page, charset=None, url=None, now=now)
        print(draft.title)

resource.setrlimit(resource.RLIMIT_DATA, (400_000_000, 400_000_000))
asyncio.run(work())
"""


def test_a_lower_limit_of_memory_that_the_system_sets_is_kept() -> None:
    done = subprocess.run([sys.executable, "-c", _LIMITED], capture_output=True, text=True, timeout=120, check=False)
    assert (done.stdout, done.stderr) == ("Crane\n", "")
