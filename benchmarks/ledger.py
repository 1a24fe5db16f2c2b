"""How many rows a second the ledger alone moves: filled, filled again, and claimed, fenced and settled one by one.

    python benchmarks/ledger.py [--rows 1000000] [--moved 50000] [--processes 2] [--store postgresql://…]

`fill` queues an issue for so many subscribers, as the beginning of a run does, and `again` does it once more, which
must add nothing. `cycle` is what a run does to each row but for the letter, by so many processes: claims of 100 rows,
each a durable commit, and one commit a row that settles the one before and fences the next. `raw` is the peer in the
same run: the same moves of a table of four columns by Python's `sqlite3`, or psycopg, alone. The ledger is a new SQLite
file, or the empty PostgreSQL database of `--store`.
"""

import argparse
import multiprocessing
import resource
import sqlite3
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier
from typing import Any

from digest.model import DeliveryState, FrozenIssue, IssueState, Period, Rendered
from digest.store import Store, open_store
from digest.store.deliveries import AT_ONCE
from digest.store.journal import Journal, Settled
from digest.store.subscribers import NewSubscriber

ISSUE = "bench"
CLAIMED = 100
LEASE = timedelta(minutes=15)
_STEP = 10_000


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        url = options.store or f"sqlite:///{folder}/store.db"
        with open_store(url) as store:
            _subscribe(store, options.rows)
            _freeze(store)
            _tell("fill", options.rows, _timed(lambda: _fill(store, options.rows)))
            _tell("again", options.rows, _timed(lambda: _again(store, options.rows)))
        for processes in range(1, options.processes + 1):
            _tell(f"cycle by {processes}", options.moved, _cycle(url, options.moved, processes))
        _tell("raw", options.moved, _raw(options.store, folder, options.moved))
    print(f"{'peak':12} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:10.0f} MiB")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--moved", type=int, default=50_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--store", default="")
    return parser.parse_args()


def _timed(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _tell(what: str, rows: int, seconds: float) -> None:
    print(f"{what:12} {rows / seconds:10.0f} rows/s   {1000 * seconds / rows:8.4f} ms a row", flush=True)


def _now() -> datetime:
    return datetime.now(UTC)


def _subscribe(store: Store, rows: int) -> None:
    for start in range(0, rows, _STEP):
        store.subscribers.insert(_new(start, min(_STEP, rows - start)), "added", now=_now())


def _new(start: int, count: int) -> list[NewSubscriber]:
    return [
        NewSubscriber(
            address=f"reader{i}@town{i % 50}.example",
            key=f"reader{i}@town{i % 50}.example",
            domain=f"town{i % 50}.example",
            name=f"Reader {i}",
            token=f"token{i:08d}",
        )
        for i in range(start, start + count)
    ]


def _freeze(store: Store) -> None:
    rendered = Rendered(issue_id=ISSUE, subject="s", preheader="", html="h", text="t", slots={})
    now = _now()
    issue = FrozenIssue(
        id=ISSUE, newsletter="Bench", number=1, created=now, state=IssueState.WAITING,
        period=Period(start=now, end=now), rendered=rendered, report={},
    )  # fmt: skip
    store.issues.freeze(issue, [])


def _fill(store: Store, rows: int) -> None:
    assert store.deliveries.begin(ISSUE, now=_now()) == rows


def _again(store: Store, rows: int) -> None:
    store.issues.set_state(ISSUE, IssueState.WAITING)  # as if the mark had been lost, and not the rows
    assert store.deliveries.begin(ISSUE, now=_now()) == rows
    assert store.deliveries.counts(ISSUE) == {DeliveryState.QUEUED: rows}


def _cycle(url: str, rows: int, processes: int) -> float:
    """Seconds from the moment at which all are ready."""
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(processes + 1)
    workers = [context.Process(target=_sender, args=(url, rows // processes, ready)) for _ in range(processes)]
    for worker in workers:
        worker.start()
    ready.wait()
    begun = time.perf_counter()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    return time.perf_counter() - begun


def _sender(url: str, rows: int, ready: Barrier) -> None:
    with open_store(url) as store, Journal(store.engine, ISSUE, lease=LEASE) as journal:
        ready.wait()
        settled: list[Settled] = []
        for _ in range(rows // CLAIMED):
            for claim in journal.claim(CLAIMED, now=_now()):
                assert journal.advance(settled, claim, now=_now())
                settled = [Settled(claim=claim, state=DeliveryState.SENT, next_at=AT_ONCE, code=250, text="250 taken")]
        journal.settle(settled, now=_now())


def _raw(url: str, folder: str, rows: int) -> float:
    """The same moves of a table of four columns, by the driver alone."""
    claims: Any
    if url:
        import psycopg

        claims, moves = psycopg.connect(url, autocommit=True), psycopg.connect(url, autocommit=True)
        moves.execute("SET synchronous_commit TO off")
        value = "%s"
    else:
        claims, moves = (sqlite3.connect(f"{folder}/raw.db", isolation_level=None) for _ in range(2))
        claims.execute("PRAGMA journal_mode=WAL")
        claims.execute("PRAGMA synchronous=FULL")
        moves.execute("PRAGMA synchronous=NORMAL")
        value = "?"
    claims.execute("CREATE TABLE raw (id INTEGER PRIMARY KEY, state TEXT NOT NULL, token TEXT, lease TEXT)")
    claims.execute("CREATE INDEX raw_due ON raw (id) WHERE state = 'queued'")
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) SELECT i, 'queued' FROM n"
    claims.execute(f"INSERT INTO raw (id, state) {numbers.format(rows)}")
    take = (
        f"UPDATE raw SET state = 'claimed', token = {value}, lease = {value} WHERE id IN "
        f"(SELECT id FROM raw WHERE state = 'queued' ORDER BY id LIMIT {CLAIMED}) RETURNING id"
    )
    move = (
        "UPDATE raw SET state = CASE state WHEN 'claimed' THEN 'sending' ELSE 'sent' END, "
        f"lease = {value} WHERE id IN ({value}, {value}) AND token = {value}"
    )
    begun, before = time.perf_counter(), 0
    for _ in range(rows // CLAIMED):
        for (row,) in claims.execute(take, ("token", "lease")).fetchall():
            moves.execute(move, ("lease", row, before, "token"))
            before = row
    seconds = time.perf_counter() - begun
    claims.execute("DROP TABLE raw")
    return seconds


if __name__ == "__main__":
    main()
