"""Real processes that send one issue together over real sockets, and are killed, frozen or cut off while they do.

`benchmarks/drills.py` runs the same drills at length.
"""

from pathlib import Path

import pytest

from digest.model import DeliveryState
from digest.store import Store, open_store
from tests.deliver.scene import readers
from tests.drills.database import database, program
from tests.drills.drill import Drill, requeue_what_is_sent
from tests.drills.sink import Manners, sink

RUDE = Manners(seed=5, delay_ms=1.0, drop=0.01, later=0.03, later_at_last=0.02, never=0.02, never_at_last=0.02)


def test_two_processes_killed_at_random_mail_nobody_twice_and_miss_nobody(store: Store, tmp_path: Path) -> None:
    with sink(tmp_path, Manners(delay_ms=1.0)) as running:
        drill = Drill(store, running, tmp_path, readers(1200), seed=1, lease_s=3.0)
        drill.kill(8)
        report = drill.finish()
    assert (report.duplicates, report.missing, report.false) == (0, 0, 0), report
    assert report.unknown <= 8 * drill.connections, report
    assert set(report.counts) <= {DeliveryState.SENT, DeliveryState.UNKNOWN}


def test_a_server_that_drops_replies_and_refuses_at_random_changes_nothing_of_it(store: Store, tmp_path: Path) -> None:
    with sink(tmp_path, RUDE) as running:
        drill = Drill(store, running, tmp_path, readers(800), seed=2, lease_s=3.0)
        drill.kill(3)
        report = drill.finish()
    assert (report.duplicates, report.missing, report.false) == (0, 0, 0), report
    assert report.counts[DeliveryState.BOUNCED] > 10
    assert 0 < report.unknown <= 3 * drill.connections + 0.03 * 800, report


def frozen(store: Store, folder: Path, *, fenced: bool) -> tuple[int, int]:
    """One process sleeps with claims in hand while the other sends all the rest, then wakes; duplicates and unknown."""
    with sink(folder, Manners(delay_ms=1.0)) as running:
        drill = Drill(store, running, folder, readers(500), seed=3, lease_s=1.5, fenced=fenced)
        drill.wait_for(120)
        with drill.frozen():
            drill.wait_for(500 - drill.connections)
        report = drill.finish()
    assert (report.missing, report.false) == (0, 0), report
    return report.duplicates, report.unknown


def test_a_process_frozen_past_its_lease_mails_nobody_twice(store: Store, tmp_path: Path) -> None:
    duplicates, unknown = frozen(store, tmp_path, fenced=True)
    assert duplicates == 0
    assert unknown <= 2


def test_control_without_the_fence_a_frozen_process_mails_twice(store: Store, tmp_path: Path) -> None:
    duplicates, _ = frozen(store, tmp_path, fenced=False)
    assert duplicates > 0


def test_control_a_reaper_that_queues_what_is_being_sent_mails_twice(store: Store, tmp_path: Path) -> None:
    with sink(tmp_path, Manners(delay_ms=2.0)) as running:
        drill = Drill(store, running, tmp_path, readers(1200), seed=4, lease_s=3.0, between=requeue_what_is_sent)
        drill.kill(10)
        report = drill.finish()
    assert report.duplicates > 0, report
    assert (report.missing, report.unknown) == (0, 0), report


@pytest.mark.skipif(program("initdb") is None, reason="there is no PostgreSQL here to be stopped")
def test_a_database_that_crashes_and_comes_back_costs_nobody_twice(tmp_path: Path) -> None:
    manners = Manners(delay_ms=1.0)
    with database() as server, open_store(server.url) as store, sink(tmp_path, manners) as running:
        drill = Drill(store, running, tmp_path, readers(1500), seed=6, lease_s=3.0)
        drill.stop(server, times=2)
        report = drill.finish()
    assert (report.duplicates, report.missing, report.false) == (0, 0, 0), report
    assert report.unknown > 0
