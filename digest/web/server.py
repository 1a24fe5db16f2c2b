"""Listens on loopback, and ends at once when it is told to, also with event streams open."""

import errno
import signal
import socket
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import FrameType

import uvicorn

from digest.errors import BusyPortError, UsageError
from digest.web.app import make_app
from digest.web.changes import Changes
from digest.web.studio import Studio

LOOPBACK = "127.0.0.1"
_PATIENCE = 1  # seconds for an answer that is being written; streams end by themselves


class PreviewServer(uvicorn.Server):
    """A server whose event streams end when it does, and for which a signal is the usual end."""

    def __init__(self, config: uvicorn.Config, changes: Changes, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._changes = changes
        self._started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Say that it answers, once it does."""
        await super().startup(sockets)
        if self.started:
            self._started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams first: uvicorn would wait for the browsers to."""
        self._changes.close()
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Ask it to end. The signal is not raised again after it, as uvicorn does: it was asked for, and is done."""
        if self.should_exit and sig == signal.SIGINT:
            self.force_exit = True
        self.should_exit = True


def serve(
    config: Path,
    *,
    port: int,
    clock: Callable[[], datetime],
    started: Callable[[str], None],
    tell: Callable[[str], None],
) -> None:
    """Serve until SIGINT or SIGTERM. Raises BusyPortError, UsageError."""
    changes = Changes()
    studio = Studio(config, clock=clock, tell=tell)
    with listen(port) as listener:
        address = f"http://{LOOPBACK}:{listener.getsockname()[1]}/"
        options = uvicorn.Config(
            make_app(studio, changes),
            ws="none",
            log_config=None,
            log_level="error",  # what goes wrong outside of an answer is printed by logging itself
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_PATIENCE,
        )
        PreviewServer(options, changes, lambda: started(address)).run(sockets=[listener])


def listen(port: int) -> socket.socket:
    """A socket that listens on loopback. Raises BusyPortError, UsageError when the system refuses the port."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOOPBACK, port))
        listener.listen(socket.SOMAXCONN)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise BusyPortError(
                f"port {port} is in use, maybe by another preview: http://{LOOPBACK}:{port}/",
                remedy=f"end that one, or choose another: digest preview --port {_free_port()}",
            ) from error
        raise UsageError(f"cannot listen on port {port}: {error.strerror}", remedy="choose one above 1023") from error
    return listener


def _free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as free:
        port: int = free.getsockname()[1]
        return port
