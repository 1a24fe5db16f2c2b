"""Starts the processes that parse, talks with them and ends them.

On Linux each is forked from one that has loaded everything already (digest.collect.forkserver), so that what they load
is in memory once. Elsewhere a fork is not safe, and each is a new interpreter.
"""

import asyncio
import os
import pickle
import signal
import socket
import sys
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, Protocol

from digest.collect.forkserver import CODE, FORK, KILL, REQUEST
from digest.collect.worker import LENGTH, Answer

_GONE = 10.0  # seconds that the fork server may take to tell that a process has ended


class Process(ABC):
    """A process that parses. `pid` is known once it is ready."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.pid = 0
        self._reader = reader
        self._writer = writer

    async def ready(self) -> None:
        """Wait until it can read. Raises OSError and IncompleteReadError when it never will."""
        kind, told = await self._receive()
        if kind != "done":
            raise OSError(told)
        self.pid = told

    async def exchange(self, task: str, arguments: dict[str, Any]) -> Answer:
        """The answer to one request. Raises ConnectionError and IncompleteReadError when it ends instead."""
        data = pickle.dumps((task, arguments))
        self._writer.write(LENGTH.pack(len(data)) + data)
        await self._writer.drain()
        return await self._receive()

    async def _receive(self) -> Answer:
        (length,) = LENGTH.unpack(await self._reader.readexactly(LENGTH.size))
        reply: Answer = pickle.loads(await self._reader.readexactly(length))  # noqa: S301 - from our own worker
        return reply

    def close(self) -> None:
        """Say nothing more to it: it ends when it has answered."""
        self._writer.close()

    @abstractmethod
    def kill(self) -> None:
        """End it at once, if it still runs."""

    @abstractmethod
    async def wait(self) -> int:
        """Its exit code once it has ended; that of a signal is negative."""


class Starter(Protocol):
    """A way to start processes. Used inside one event loop."""

    async def start(self) -> Process:
        """A new process, which is not ready yet. Raises OSError."""

    async def stop(self) -> None:
        """End what there is beside the processes, which have been ended before."""


def starter() -> Starter:
    """The way of this system."""
    return ForkServer() if sys.platform == "linux" else Interpreters()


class Interpreters:
    """Starts each process as a new interpreter."""

    async def start(self) -> Process:
        return _Started(await _python("digest.collect.worker", asyncio.subprocess.PIPE, asyncio.subprocess.PIPE))

    async def stop(self) -> None:
        return None


class _Started(Process):
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        if process.stdin is None or process.stdout is None:
            raise OSError("no pipe to the process")
        super().__init__(process.stdout, process.stdin)
        self._process = process

    def kill(self) -> None:
        if self._process.returncode is None:
            self._process.kill()

    async def wait(self) -> int:
        return await self._process.wait()


class ForkServer:
    """Starts each process as a fork of one that is warm, which it starts with the first of them."""

    def __init__(self) -> None:
        self._beginning = asyncio.Lock()
        self._server: asyncio.subprocess.Process | None = None
        self._control: socket.socket | None = None
        self._number = 0

    async def start(self) -> Process:
        async with self._beginning:
            try:
                return await self._fork(self._control or await self._begin())
            except ConnectionError:  # the server has ended since
                return await self._fork(await self._begin())

    async def _begin(self) -> socket.socket:
        await self.stop()
        control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        control.setblocking(False)
        try:
            with theirs:
                self._server = await _python("digest.collect.forkserver", theirs, asyncio.subprocess.DEVNULL)
        except BaseException:
            control.close()
            raise
        self._control = control
        return control

    async def _fork(self, control: socket.socket) -> Process:
        self._number += 1
        (talk, theirs), (life, lives) = socket.socketpair(), socket.socketpair()
        life.setblocking(False)
        try:
            with theirs, lives:
                socket.send_fds(control, [REQUEST.pack(FORK, self._number)], [theirs.fileno(), lives.fileno()])
            return _Forked(self, self._number, life, *await asyncio.open_connection(sock=talk))
        except BaseException:
            talk.close()
            life.close()
            raise

    def kill(self, number: int) -> None:
        """End a process. The server does it, for it alone knows whether the process is still there."""
        if self._control is not None:
            try:
                self._control.send(REQUEST.pack(KILL, number))
            except OSError:
                self.abandon()

    def abandon(self) -> None:
        """End the server at once, and so all that it has forked. Another is started when there is need of one."""
        if self._server is not None and self._server.returncode is None:
            self._server.kill()
        if self._control is not None:
            self._control.close()
            self._control = None

    async def stop(self) -> None:
        control, server, self._control, self._server = self._control, self._server, None, None
        if control is not None:
            control.close()  # that is its sign to end
        if server is not None:
            try:
                async with asyncio.timeout(_GONE):
                    await server.wait()
            except TimeoutError:
                server.kill()
                await server.wait()


class _Forked(Process):
    def __init__(
        self,
        server: ForkServer,
        number: int,
        life: socket.socket,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        super().__init__(reader, writer)
        self._server = server
        self._number = number
        self._life = life
        self._code: int | None = None

    def kill(self) -> None:
        if self._code is None:
            self._server.kill(self._number)

    async def wait(self) -> int:
        if self._code is None:
            try:
                async with asyncio.timeout(_GONE):
                    told = await asyncio.get_running_loop().sock_recv(self._life, CODE.size)
            except TimeoutError:
                self._server.abandon()
                told = b""
            except ConnectionError:
                told = b""
            # A server that says nothing has gone, and its processes with it.
            self._code = CODE.unpack(told)[0] if told else -signal.SIGKILL
            self._life.close()
        return self._code


async def _python(module: str, stdin: Any, stdout: Any) -> asyncio.subprocess.Process:
    root = str(Path(__file__).resolve().parents[2])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",  # the folder in which digest is run is not searched for modules
        "-m",
        module,
        stdin=stdin,
        stdout=stdout,
        stderr=asyncio.subprocess.DEVNULL,
        # A library that starts threads of its own could not be forked, and here they would have nothing to do.
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(paths),
            "PYTHONWARNINGS": "ignore",
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
        },
        start_new_session=True,  # Ctrl-C is for the parent, which ends its workers itself
    )
