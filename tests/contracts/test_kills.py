"""Real processes killed in the middle of sending, on every store: nobody twice, nobody missed, few in doubt."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import update

from digest.model import DeliveryState
from digest.store import Store
from digest.store.deliveries import deliveries
from tests.deliver.scene import ISSUE, configure, freeze, readers, subscribe
from tests.smtp_server import Server, smtp_server

READERS = 200
SENT, UNKNOWN = DeliveryState.SENT, DeliveryState.UNKNOWN


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with smtp_server(tmp_path) as running:
        yield running


@dataclass
class Killer:
    """Kills the sending process at the first letter, from the given number on, that comes to a point."""

    server: Server
    url: str
    config: Path
    process: subprocess.Popen[bytes] | None = None
    plan: list[tuple[str, int]] = field(default_factory=list)
    kills: int = 0

    def __post_init__(self) -> None:
        self.server.rcpt = lambda address: self._at("rcpt")
        self.server.data = lambda address: "451 the sender is dead" if self._at("data") else None
        self.server.drop_after_data = lambda address: bool(self._at("accepted"))

    def _at(self, point: str) -> str | None:
        if not self.plan or self.plan[0][0] != point or len(self.server.accepted) < self.plan[0][1]:
            return None
        self.plan.pop(0)
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGKILL)
        self.kills += 1
        return "450 the sender is dead"

    def run(self) -> int:
        """Send in a process of its own until it ends, by itself or not; returns how it ended."""
        arguments = [self.url, str(self.config), ISSUE]
        self.process = subprocess.Popen([sys.executable, "-m", "tests.deliver.sending", *arguments])
        return self.process.wait(timeout=60)


def killer(store: Store, server: Server, folder: Path, *plan: tuple[str, int], connections: int) -> Killer:
    subscribe(store, readers(READERS))
    freeze(store)
    configure(folder, server.transport(connections=connections))
    url = store.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    return Killer(server, url, folder / "config.toml", plan=list(plan))


@pytest.mark.parametrize("connections", [1, 3])
def test_killed_at_every_point_and_run_again_nobody_is_mailed_twice_or_missed(
    store: Store, server: Server, tmp_path: Path, connections: int
) -> None:
    points = [("rcpt", 0), ("accepted", 20), ("data", 50), ("rcpt", 90), ("accepted", 140), ("accepted", 180)]
    at_work = killer(store, server, tmp_path, *points, connections=connections)
    ends = [at_work.run()]
    while ends[-1] == -signal.SIGKILL:
        ends.append(at_work.run())
    assert ends == [-signal.SIGKILL] * len(points) + [0]
    taken = Counter(server.recipients)
    assert set(taken.values()) == {1}
    by_state = {state: {d.address for d in store.deliveries.of_issue(ISSUE, state)} for state in DeliveryState}
    assert by_state[SENT] | by_state[UNKNOWN] == set(readers(READERS))
    assert by_state[SENT] <= set(taken)
    assert set(readers(READERS)) - set(taken) <= by_state[UNKNOWN]
    assert 1 <= len(by_state[UNKNOWN]) <= at_work.kills * connections


def test_a_recovery_that_queued_what_was_in_flight_would_mail_twice(
    store: Store, server: Server, tmp_path: Path
) -> None:
    at_work = killer(store, server, tmp_path, ("accepted", 20), ("accepted", 60), connections=1)
    while at_work.run() == -signal.SIGKILL:
        with store.engine.begin() as connection:  # what recovery must never do
            in_flight = update(deliveries).where(deliveries.c.state == DeliveryState.SENDING)
            connection.execute(in_flight.values(state=DeliveryState.QUEUED, lease_until=None, token=None))
    assert sum(count - 1 for count in Counter(server.recipients).values()) == 2
