"""A drill: processes that send one issue together, and what is done to them while they do."""

import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError

from digest.errors import StoreError
from digest.model import DeliveryState, IssueState
from digest.store import Store
from digest.store.deliveries import OPEN, deliveries
from tests.deliver.scene import ISSUE, configure, freeze, subscribe
from tests.drills.database import Database
from tests.drills.sending import Orders, send
from tests.drills.sink import Sink

_PATIENCE_S = 180.0
_STUCK_S = 3.0
_LATER_S = (0.0, 3600.0, 4 * 3600.0)  # when what was put off once is due, and what was put off twice
_END = "the end"
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["tests.drills.sending"])


@dataclass(frozen=True, kw_only=True)
class Report:
    """How a drill ended. `missing` have no letter and no row that says so; `false` have a row that says otherwise."""

    duplicates: int
    missing: int
    false: int
    unknown: int
    unknown_taken: int
    counts: dict[DeliveryState, int]
    events: int
    seconds: float

    def __str__(self) -> str:
        states = ", ".join(f"{count} {state}" for state, count in sorted(self.counts.items()))
        return (
            f"{self.events} events in {self.seconds:.0f} s: {self.duplicates} duplicates, {self.missing} missing, "
            f"{self.false} false, {self.unknown} unknown ({self.unknown_taken} of them taken); {states}"
        )


@dataclass
class Drill:
    """So many processes on one store and one sink. `between` is done after each kill, as a bad reaper would do it."""

    store: Store
    sink: Sink
    folder: Path
    readers: list[str]
    seed: int = 0
    connections: int = 2
    processes: int = 2
    lease_s: float = 5.0
    fenced: bool = True
    between: Callable[[Store], None] = lambda store: None
    events: int = 0
    ahead_s: float = 0.0
    fleet: list[ForkServerProcess] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self._begun = time.monotonic()
        subscribe(self.store, self.readers)
        freeze(self.store)
        transport = f'[transport]\ntype = "smtp"\nhost = "127.0.0.1"\nport = {self.sink.port}\ntls = "none"\n'
        configure(self.folder, f"{transport}connections = {self.connections}\ntimeout = 20.0\n")

    @property
    def orders(self) -> Orders:
        url = self.store.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
        return Orders(
            url=url,
            config=self.folder / "config.toml",
            issue_id=ISSUE,
            lease_s=self.lease_s,
            ahead_s=self.ahead_s,
            fenced=self.fenced,
        )

    def start(self) -> None:
        """Have all the processes at work that there are to be."""
        self.fleet = [process for process in self.fleet if process.is_alive()]
        while len(self.fleet) < self.processes:
            process = _forks.Process(target=send, args=(self.orders,), daemon=True)
            process.start()
            self.fleet.append(process)

    def wait_for(self, count: int) -> None:
        """Wait until so many letters were taken, with all at work meanwhile."""
        self._until(lambda: self.sink.count >= count, f"{count} letters")

    def kill(self, times: int) -> None:
        """SIGKILL one of the processes, at random moments over the whole of the sending; each is replaced at once."""
        apart = 0.9 * len(self.readers) / (times + 1)
        for number in range(times):
            self.wait_for(int(apart * (number + self.random.uniform(0.5, 1.5))))
            time.sleep(self.random.uniform(0, 0.02))
            victim = self.random.choice([process for process in self.fleet if process.is_alive()] or self.fleet)
            victim.kill()
            victim.join()
            self.events += 1
            self.between(self.store)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """SIGSTOP one of the processes at a random moment; it wakes when the block is left.

        At another moment if the others cannot go on: one that is stopped amid a transaction holds a SQLite file.
        """
        victim = self._stop_one()
        while not self._goes_on():
            os.kill(victim.pid, signal.SIGCONT)
            victim = self._stop_one()
        self.events += 1
        try:
            yield
        finally:
            os.kill(victim.pid, signal.SIGCONT)

    def _stop_one(self) -> ForkServerProcess:
        self.start()
        time.sleep(self.random.uniform(0, 0.05))
        victim = self.random.choice(self.fleet)
        os.kill(victim.pid, signal.SIGSTOP)
        return victim

    def _goes_on(self) -> bool:
        enough = self.sink.count + 2 * self.connections
        begun = time.monotonic()
        while self.sink.count < enough and time.monotonic() - begun < _STUCK_S:
            time.sleep(0.01)
        return self.sink.count >= enough

    def stop(self, database: Database, times: int) -> None:
        """Have the database crash at random moments over the whole of the sending, and come back."""
        for number in range(times):
            self.wait_for(int(len(self.readers) * (number + self.random.uniform(0.2, 0.8)) / (times + 1)))
            database.stop()
            self.events += 1
            database.start()

    def keep_on(self, seconds: float) -> None:
        """Have all at work for so long."""
        begun = time.monotonic()
        self._until(lambda: time.monotonic() - begun > seconds, "the time")

    def recover(self) -> None:
        """Settle what was left by those whose lease ran out, as each process does when it begins."""
        self.store.deliveries.recover(ISSUE, now=datetime.now(UTC), alone=False)

    def finish(self) -> Report:
        """Send until nothing is open, with a clock that goes ahead to what was put off; then count."""
        for self.ahead_s in _LATER_S:
            self._wait_for_all()
            while self._due():  # whoever was given up may learn late that its letter is to come again
                self._until(lambda: not self._due(), _END)
                self._wait_for_all()
        assert self.store.issues.states()[ISSUE] is IssueState.SENT
        return self._report()

    def _wait_for_all(self) -> None:
        self.start()
        for process in self.fleet:
            process.join(_PATIENCE_S)
            assert process.exitcode is not None, "a sending process does not end"

    def _due(self) -> bool:
        counts = self.store.deliveries.counts(ISSUE)
        later = {DeliveryState.DEFERRED} if self.ahead_s != _LATER_S[-1] else set()
        return not counts or any(counts.get(state) for state in set(OPEN) - later)

    def _until(self, done: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + _PATIENCE_S
        while not _settled(done):
            self.start()
            assert time.monotonic() < deadline, f"{what} did not come: {self.store.deliveries.counts(ISSUE)}"
            time.sleep(0.002 if what != _END else 0.2)

    def _report(self) -> Report:
        taken = self.sink.taken
        by_state = {state: {d.address for d in self.store.deliveries.of_issue(ISSUE, state)} for state in DeliveryState}
        sent, unknown, bounced = (by_state[state] for state in (_SENT, _UNKNOWN, DeliveryState.BOUNCED))
        return Report(
            duplicates=sum(taken.values()) - len(taken),
            missing=len(set(self.readers) - set(taken) - unknown - bounced),
            false=len(sent - set(taken)) + len(set(taken) - sent - unknown),
            unknown=len(unknown),
            unknown_taken=len(unknown & set(taken)),
            counts=dict(Counter({state: len(addresses) for state, addresses in by_state.items() if addresses})),
            events=self.events,
            seconds=time.monotonic() - self._begun,
        )


_SENT, _UNKNOWN = DeliveryState.SENT, DeliveryState.UNKNOWN


def requeue_what_is_sent(store: Store) -> None:
    """What recovery must never do."""
    in_flight = update(deliveries).where(deliveries.c.state == DeliveryState.SENDING)
    with store.engine.begin() as connection:
        connection.execute(in_flight.values(state=DeliveryState.QUEUED, lease_until=None, token=None))


def _settled(done: Callable[[], bool]) -> bool:
    """A database that is down says nothing, which is no reason to end a drill about that."""
    try:
        return done()
    except (StoreError, SQLAlchemyError):
        return False
