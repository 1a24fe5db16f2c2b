"""Processes that parse are forked from a warm one, share its memory, and end with it and with whoever asked for it."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from digest.collect.workers import Workers
from digest.errors import SourceError
from tests.collect.conftest import item, rss
from tests.collect.test_workers import child, children, read, run

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")
FEED = rss(item(1)).encode()


def server() -> int:
    """The process that all others are forked from."""
    (found,) = children(os.getpid())
    return found


def is_there(pid: int) -> bool:
    try:
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


def until(holds: Callable[[], bool]) -> None:
    """Wait for what another process does; fails when that takes half a minute."""
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def kilobytes(pid: int, name: str) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def test_what_processes_load_is_in_memory_once() -> None:
    async def work(workers: Workers) -> None:
        assert await read(workers, FEED) == 1
        own = kilobytes(child(), "Private_Dirty")
        assert own < kilobytes(child(), "Rss") / 3

    run(work)


def test_what_is_forked_has_no_threads() -> None:
    async def work(workers: Workers) -> None:
        assert await read(workers, FEED) == 1
        assert len(list(Path(f"/proc/{server()}/task").iterdir())) == 1

    run(work)


def test_a_process_has_no_file_of_another() -> None:
    async def work() -> None:
        async with Workers(2) as workers:
            assert list(await asyncio.gather(read(workers, FEED), read(workers, FEED))) == [1, 1]
            for pid in children(server()):
                files = [str(file.readlink()) for file in Path(f"/proc/{pid}/fd").iterdir()]
                assert len([file for file in files if file.startswith("socket:")]) == 1

    asyncio.run(work())


def test_a_process_is_exchanged_without_leaving_anything_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digest.collect.workers._RECYCLED", 1)

    async def work(workers: Workers) -> None:
        seen = []
        for _ in range(3):
            assert await read(workers, FEED) == 1
            seen.append(child())  # there is no more than one, and none that has ended and was not waited for
        assert len(set(seen)) == 3

    run(work)
    assert children(os.getpid()) == []


def test_a_run_that_was_started_with_signals_blocked_hears_of_the_end_of_processes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("digest.collect.workers._RECYCLED", 1)
    monkeypatch.setattr("digest.collect.processes._GONE", 5)  # seconds, after which it would end the server

    async def work(workers: Workers) -> None:
        assert await read(workers, FEED) == 1
        old = server()
        assert await read(workers, FEED) == 1
        assert server() == old

    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    try:
        run(work)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGSTOP])
def test_a_server_that_is_gone_takes_its_processes_along_and_is_started_again(
    sent: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digest.collect.processes._GONE", 0.5)

    async def work(workers: Workers) -> None:
        assert await read(workers, FEED) == 1
        old = child()
        os.kill(server(), sent)
        if sent == signal.SIGSTOP:
            os.kill(old, signal.SIGKILL)  # of which a server that is stopped tells nothing
        until(lambda: not is_there(old))
        with pytest.raises(SourceError, match="killed from outside"):
            await read(workers, FEED)
        assert await read(workers, FEED) == 1
        assert child() != old

    run(work)


def test_nothing_is_left_of_a_run_that_is_killed() -> None:
    """Not even a process that an input holds up for ever: here it is stopped in the middle of one."""
    program = """if True:
        import asyncio, os, sys
        from tests.collect.test_forkserver import FEED, child, read, server, signal, Workers

        async def work():
            async with Workers(1) as workers:
                await read(workers, FEED)
                os.kill(child(), signal.SIGSTOP)
                print(server(), child(), flush=True)
                await read(workers, FEED)

        asyncio.run(work())
    """
    root = Path(__file__).resolve().parents[2]
    process = subprocess.Popen([sys.executable, "-c", program], cwd=root, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout:
        pids = [int(word) for word in process.stdout.readline().split()]
    assert len(pids) == 2
    assert all(map(is_there, pids))
    process.kill()
    process.wait()
    until(lambda: not any(map(is_there, pids)))


_NO_FORK = """
import os, pickle, socket
from digest.collect.forkserver import FORK, REQUEST, _Server

def refused():
    raise BlockingIOError("no more processes")

def ask(control, number, given_up=False):
    (talk, theirs), (life, lives) = socket.socketpair(), socket.socketpair()
    if given_up:
        talk.close()
    socket.send_fds(control, [REQUEST.pack(FORK, number)], [theirs.fileno(), lives.fileno()])
    return talk

os.fork = refused
control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
ask(control, 1, given_up=True)
talk = ask(control, 2)
control.shutdown(socket.SHUT_WR)
_Server(theirs).run()
print(pickle.loads(talk.recv(1000)[8:]))
"""


def test_a_server_that_may_not_fork_says_so_and_outlives_whoever_gave_up() -> None:
    done = subprocess.run([sys.executable, "-c", _NO_FORK], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "('failed', 'no more processes')\n", done.stderr
