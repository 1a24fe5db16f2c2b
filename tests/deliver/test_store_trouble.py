"""A store that fails in the midst of a run: a full disk, another who holds it, a clock that is set right."""

import sqlite3
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest import deliver
from digest.errors import StoreError
from digest.model import DeliveryState
from digest.store import Store, engine, open_store
from tests.deliver.scene import ISSUE, Clock, configure, freeze, readers, subscribe
from tests.smtp_server import Server

SENT, QUEUED, UNKNOWN, DEFERRED = (
    DeliveryState.SENT,
    DeliveryState.QUEUED,
    DeliveryState.UNKNOWN,
    DeliveryState.DEFERRED,
)


def finish(store: Store, server: Server, folder: Path, connections: int) -> None:
    """Run again: nobody is mailed twice, nobody is missed, and at most one letter a connection is in doubt."""
    settings = configure(folder, server.transport(connections=connections))
    issue = store.issues.get(ISSUE)
    assert issue is not None
    counts = deliver.deliver(issue, settings, store, clock=lambda: datetime.now(UTC)).counts
    assert set(counts) <= {SENT, UNKNOWN}
    assert counts.get(UNKNOWN, 0) <= connections
    assert max(Counter(server.recipients).values()) == 1
    missed = set(readers(sum(counts.values()))) - set(server.recipients)
    assert missed <= {found.address for found in store.deliveries.of_issue(ISSUE, UNKNOWN)}


@pytest.mark.parametrize("connections", [1, 3])
def test_a_disk_that_fills_up_ends_the_run_and_costs_nobody_the_issue(
    server: Server, tmp_path: Path, connections: int
) -> None:
    url, folder = f"sqlite:///{tmp_path}/store.db", tmp_path
    configure(folder, server.transport(connections=connections))
    with open_store(url) as store:
        subscribe(store, readers(300))
        freeze(store)
        store.deliveries.begin(ISSUE, now=datetime.now(UTC))
    # No file of the process grows beyond 400 KiB: the log of the store is the first to meet that.
    little_space = ["sh", "-c", 'ulimit -f 800; exec "$@"', "sh"]
    command = [sys.executable, "-m", "tests.deliver.sending", url, str(folder / "config.toml"), ISSUE]
    done = subprocess.run([*little_space, *command], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode != 0
    assert "free some space and run again" in done.stderr
    assert 0 < len(server.recipients) < 300
    with open_store(url) as store:
        finish(store, server, folder, connections)


def test_a_store_that_another_program_holds_ends_the_run_and_costs_nobody_the_issue(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_BUSY_MS", 200)
    other = sqlite3.connect(tmp_path / "store.db", isolation_level=None, check_same_thread=False)
    settings = configure(tmp_path, server.transport(connections=2))

    def hold(address: str) -> None:
        if address.startswith("reader9@"):
            other.execute("BEGIN IMMEDIATE")

    with open_store(f"sqlite:///{tmp_path}/store.db") as store:
        subscribe(store, readers(40))
        issue = freeze(store)
        server.data = hold
        with pytest.raises(StoreError, match="another program holds the store"):
            deliver.deliver(issue, settings, store, clock=lambda: datetime.now(UTC))
        other.execute("ROLLBACK")
        assert len(server.recipients) < 40
        finish(store, server, tmp_path, 2)
    other.close()


def test_a_clock_that_was_set_back_after_a_run_holds_nobody_up(
    store: Store, server: Server, clock: Clock, tmp_path: Path
) -> None:
    subscribe(store, readers(6))
    issue = freeze(store)
    settings = configure(tmp_path, server.transport())
    server.rcpt = lambda address: "450 4.2.1 busy" if address.startswith("reader4@") else None
    clock.advance(days=3)
    assert deliver.deliver(issue, settings, store, clock=clock).counts == {SENT: 5, DEFERRED: 1}
    server.rcpt = lambda address: None
    clock.now -= timedelta(days=3)
    assert deliver.deliver(issue, settings, store, clock=clock).counts == {SENT: 6}
