"""A run that is told to end: the letters in flight are finished, and what was not begun stays queued."""

import os
import signal
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from digest import deliver
from digest.deliver import run as sending_run
from digest.model import DeliveryState
from digest.store import Store
from tests.deliver.scene import ISSUE, Clock, configure, readers, run, scene
from tests.deliver.scripted import scripted_server
from tests.smtp_server import Server

SENT, QUEUED, UNKNOWN = DeliveryState.SENT, DeliveryState.QUEUED, DeliveryState.UNKNOWN


def test_a_signal_is_told_of_beside_what_a_server_refused(
    store: Store, server: Server, clock: Clock, tmp_path: Path
) -> None:
    refused: list[str] = []

    def refuse(address: str) -> str:
        refused.append(address)
        if len(refused) == 5:  # the last that it takes to stop the run
            os.kill(os.getpid(), signal.SIGTERM)
        return "554 5.7.1 your network is blocked"

    server.rcpt = refuse
    outcome = run(store, scene(store, 9), tmp_path, server.transport(), clock)
    assert outcome.problems
    assert (outcome.stopped, outcome.told_to_end) == (True, True)


def test_a_server_that_keeps_silent_cannot_keep_a_run_from_ending(
    store: Store, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending_run, "_DRAIN_S", 0.3)
    issue = scene(store, 3)
    released = threading.Event()

    def script(number: int, command: str) -> str | None:
        if command == ".":
            os.kill(os.getpid(), signal.SIGTERM)
            released.wait(30)
        return None

    with scripted_server(script) as silent:
        begun = time.monotonic()
        outcome = run(store, issue, tmp_path, silent.transport, clock)
        took = time.monotonic() - begun
        released.set()
    assert (outcome.counts, outcome.stopped) == ({UNKNOWN: 1, QUEUED: 2}, True)
    assert took < 20


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_lets_the_letter_in_flight_be_finished(
    store: Store, server: Server, clock: Clock, tmp_path: Path, number: signal.Signals
) -> None:
    issue = scene(store, 30)
    before = signal.getsignal(number)

    def interrupt(address: str) -> None:
        if address.startswith("reader7@"):
            os.kill(os.getpid(), number)
            server.delay_s = 0.3  # what comes after is slow enough for the run to notice

    server.data = interrupt
    outcome = run(store, issue, tmp_path, server.transport(), clock)
    assert outcome.stopped
    assert set(outcome.counts) == {SENT, QUEUED}
    assert outcome.counts[SENT] == len(server.accepted) < 12
    assert signal.getsignal(number) == before
    server.delay_s = 0
    assert run(store, issue, tmp_path, server.transport(), clock).counts == {SENT: 30}
    assert Counter(server.recipients) == Counter(readers(30))


def test_who_runs_without_a_terminal_does_not_end_with_it(
    store: Store, server: Server, clock: Clock, tmp_path: Path
) -> None:
    issue = scene(store, 10)
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    server.data = lambda address: os.kill(os.getpid(), signal.SIGHUP)
    try:
        assert run(store, issue, tmp_path, server.transport(), clock).counts == {SENT: 10}
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_terminal_that_went_away_leaves_no_letter_in_doubt(
    store: Store, server: Server, clock: Clock, tmp_path: Path
) -> None:
    issue = scene(store, 30)
    server.delay_s = 0.05

    def gone(label: str, done: int, total: int | None) -> None:
        raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        deliver.deliver(issue, configure(tmp_path, server.transport(connections=2)), store, clock=clock, progress=gone)
    counts = store.deliveries.counts(ISSUE)
    assert set(counts) == {SENT, QUEUED}
    assert counts[SENT] == len(server.accepted)


def test_a_signal_ends_the_wait_between_two_letters(store: Store, server: Server, clock: Clock, tmp_path: Path) -> None:
    issue = scene(store, 3)
    server.data = lambda address: os.kill(os.getpid(), signal.SIGTERM)
    outcome = run(store, issue, tmp_path, server.transport(rate=0.001), clock)  # the next letter: in 1000 seconds
    assert (outcome.counts, outcome.stopped) == ({SENT: 1, QUEUED: 2}, True)
