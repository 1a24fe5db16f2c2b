"""The process that the processes that parse are forked from: it loads what they need once, and then waits.

It reads requests from its standard input, a socket that keeps messages apart: the number of a process, and whether to
fork it or to kill it. With the first come two sockets: on one the new process talks with whoever asked for it, on the
other this process tells its exit code when it has ended. It has no threads, reads nothing from outside, and ends with
its standard input, as do all that it has forked.
"""

import ctypes
import gc
import os
import select
import signal
import socket
import struct
from contextlib import suppress
from typing import NoReturn

from digest.collect.worker import prepare, serve, write

REQUEST = struct.Struct("<BI")
FORK, KILL = range(2)
CODE = struct.Struct("<i")

_PR_SET_PDEATHSIG = 1  # prctl(2)


def main() -> None:
    """Load what nearly every input needs, then fork and kill as asked until nobody asks any more."""
    control = socket.socket(fileno=os.dup(0))
    os.dup2(1, 0)  # /dev/null
    unfit = prepare()
    gc.collect()
    gc.freeze()  # a collection in a process would write to, and so copy, the memory that it shares with the others
    server = _Server(control, unfit)
    try:
        server.run()
    finally:
        server.end()


class _Server:
    """Forks as it is asked; where it is `unfit` for that, it tells why."""

    def __init__(self, control: socket.socket, unfit: str = "") -> None:
        self._control = control
        self._unfit = unfit
        self._children: dict[int, tuple[int, socket.socket]] = {}  # by number: process, and where its end is told
        self._woken, self._waker = socket.socketpair()
        self._woken.setblocking(False)
        self._waker.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})  # whoever started digest may have blocked it
        signal.set_wakeup_fd(self._waker.fileno())

    def run(self) -> None:
        """Do what is asked, and tell which processes have ended."""
        while True:
            readable, _, _ = select.select([self._control, self._woken], [], [])
            if self._woken in readable:
                self._woken.recv(4096)
                self._tell_ended()
            if self._control in readable:
                message, given, _, _ = socket.recv_fds(self._control, REQUEST.size, 2)
                if not message:
                    return
                what, number = REQUEST.unpack(message)
                self._do(what, number, [socket.socket(fileno=fd) for fd in given])

    def end(self) -> None:
        """Kill what still runs."""
        for pid, _ in self._children.values():
            os.kill(pid, signal.SIGKILL)
        for pid, _ in self._children.values():
            os.waitpid(pid, 0)

    def _do(self, what: int, number: int, given: list[socket.socket]) -> None:
        if what == KILL:
            if number in self._children:
                os.kill(self._children[number][0], signal.SIGKILL)  # it is still ours, as it was not waited for
        elif len(given) == 2:  # fewer where this process may not have more files; what came is closed, which tells
            self._fork(number, *given)

    def _fork(self, number: int, talk: socket.socket, life: socket.socket) -> None:
        server = os.getpid()
        with talk:
            try:
                if self._unfit:
                    raise OSError(self._unfit)
                pid = os.fork()
            except OSError as error:
                with life, suppress(OSError):  # whoever asked may have given up
                    write(talk.makefile("wb"), ("failed", str(error)))
                return
            if not pid:
                life.close()
                self._parse(talk, server)
        self._children[number] = (pid, life)

    def _parse(self, talk: socket.socket, server: int) -> NoReturn:
        """Be a process that parses."""
        code = 1
        try:
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() == server:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                for each in (self._control, self._woken, self._waker, *(life for _, life in self._children.values())):
                    each.close()
                serve(talk.makefile("rb"), talk.makefile("wb"))
                code = 0
        finally:
            os._exit(code)

    def _tell_ended(self) -> None:
        for number, (pid, life) in list(self._children.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                del self._children[number]
                with life, suppress(OSError):  # nobody may want to know any more
                    life.send(CODE.pack(os.waitstatus_to_exitcode(status)))


if __name__ == "__main__":
    main()
