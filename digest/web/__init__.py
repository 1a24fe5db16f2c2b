"""Pages that digest serves: the preview of an e-mail, on this machine alone.

Importing this loads neither Starlette nor uvicorn nor watchfiles: every command would pay for them.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

__all__ = ["serve_preview"]


def serve_preview(
    config: Path,
    *,
    port: int,
    clock: Callable[[], datetime],
    started: Callable[[str], None],
    tell: Callable[[str], None],
) -> None:
    """Serve the preview on loopback until SIGINT or SIGTERM. Writes nothing to the store, and sends nothing.

    `port` 0 takes a free one. `started` is called once with the address of the page, when it answers; `tell` gets each
    mistake in a template or in the configuration, from any thread. Raises BusyPortError, UsageError.
    """
    from digest.web.server import serve

    serve(config, port=port, clock=clock, started=started, tell=tell)
