"""What a sending process of a drill runs: the very run of `digest send`, without the run lock, beside others."""

import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

import yagmail  # noqa: F401 - what is imported here is not imported by each process again

from digest.config import load_config
from digest.deliver import message, queue, run, sender, smtp  # noqa: F401 - as above
from digest.errors import DigestError
from digest.model import no_progress
from digest.store import open_store
from digest.store.journal import Journal


@dataclass(frozen=True, kw_only=True)
class Orders:
    """What to send and how. `fenced=False` is the control: it goes ahead whatever the fence says.

    `ahead_s` is by how much the clock is wrong.
    """

    url: str
    config: Path
    issue_id: str
    lease_s: float
    ahead_s: float = 0.0
    fenced: bool = True


def send(orders: Orders) -> None:
    """Send until nothing is due. Ends with 75 when the run ended before its work, as the command does."""
    if not orders.fenced:
        mock.patch.object(Journal, "advance", _ahead_without_a_fence(Journal.advance)).start()
        mock.patch.object(queue, "_SOON_S", 60.0).start()  # who holds many claims shows at once what comes of it
    try:
        stopped = _send(orders)
    except DigestError as error:
        sys.stderr.write(f"{os.getpid()}: {error}\n")
        stopped = True
    sys.exit(75 if stopped else 0)


def _send(orders: Orders) -> bool:
    settings = load_config(orders.config)
    with open_store(orders.url) as store:
        issue = store.issues.get(orders.issue_id)
        assert issue is not None
        outcome = run.run(
            issue,
            settings,
            store,
            clock=lambda: datetime.now(UTC) + timedelta(seconds=orders.ahead_s),
            progress=no_progress,
            alone=False,
            lease=timedelta(seconds=orders.lease_s),
        )
    return outcome.stopped


def _ahead_without_a_fence(advance):  # type: ignore[no-untyped-def]  # it is whatever it replaces
    def ahead(*arguments, **named) -> bool:  # type: ignore[no-untyped-def]  # as above
        advance(*arguments, **named)
        return True

    return ahead
