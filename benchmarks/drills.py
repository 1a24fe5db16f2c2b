"""What becomes of an issue when the processes that send it are killed, frozen, or lose their database, at length.

    python -m benchmarks.drills kills [--store postgresql://…] [--readers 20000] [--times 50] [--seed 1]
    python -m benchmarks.drills rude
    python -m benchmarks.drills freezes --times 3
    python -m benchmarks.drills stops --times 3
    python -m benchmarks.drills requeue
    python -m benchmarks.drills unfenced --times 3

Processes send one issue together, over real sockets, to a mail server that notes each letter before it answers. `kills`
has one of them killed (SIGKILL) at random moments; `rude` too, with a server that drops replies and refuses at random.
`freezes` has one stopped (SIGSTOP) for longer than its lease, while the others get its claims. `stops` has a PostgreSQL
of its own, which needs `initdb` and `pg_ctl`, stopped at once (as by a crash) and started again. The last two are the
controls, which must mail twice: a recovery that queues what was being sent, and senders that heed no fence. The ledger
is a new SQLite file, or the empty PostgreSQL database that `--store` names. The program ends with 1 where what it saw
is not what the ledger promises. `tests/contracts/test_drills.py` runs all of it in small.
"""

import argparse
import contextlib
import sys
import tempfile
from pathlib import Path

from digest.store import open_store
from tests.deliver.scene import readers
from tests.drills.database import database
from tests.drills.drill import Drill, Report, requeue_what_is_sent
from tests.drills.sink import Manners, sink

_RUDE = {"drop": 0.002, "later": 0.02, "later_at_last": 0.02, "never": 0.01, "never_at_last": 0.01}
_CONTROLS = ("requeue", "unfenced")


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        report = _drill(options, Path(folder))
    print(
        f"{options.what}: {options.readers} readers, {options.processes} processes of {options.connections}, {report}"
    )
    if not _is_as_promised(options, report):
        sys.exit("NOT what the ledger promises")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("kills", "rude", "freezes", "stops", *_CONTROLS))
    parser.add_argument("--store", default="")
    parser.add_argument("--readers", type=int, default=20_000)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--connections", type=int, default=2)
    parser.add_argument("--lease-s", type=float, default=5.0)
    parser.add_argument("--delay-ms", type=float, default=1.0)
    return parser.parse_args()


def _drill(options: argparse.Namespace, folder: Path) -> Report:
    rude = _RUDE if options.what == "rude" else {}
    manners = Manners(seed=options.seed, delay_ms=options.delay_ms, **rude)
    with contextlib.ExitStack() as stack:
        own = stack.enter_context(database()) if options.what == "stops" else None
        url = own.url if own else options.store or f"sqlite:///{folder}/store.db"
        store = stack.enter_context(open_store(url))
        running = stack.enter_context(sink(folder, manners))
        drill = Drill(
            store,
            running,
            folder,
            readers(options.readers),
            seed=options.seed,
            processes=options.processes,
            connections=options.connections,
            lease_s=options.lease_s,
            fenced=options.what != "unfenced",
            between=requeue_what_is_sent if options.what == "requeue" else lambda store: None,
        )
        if own is not None:
            drill.stop(own, options.times)
        elif options.what in {"freezes", "unfenced"}:
            _freeze(drill, options)
        else:
            drill.kill(options.times)
        return drill.finish()


def _freeze(drill: Drill, options: argparse.Namespace) -> None:
    """Freeze one process after another for longer than its lease, while the others get what it held."""
    for number in range(options.times):
        drill.wait_for(options.readers * (number + 1) // (options.times + 2))
        with drill.frozen():
            drill.keep_on(1.2 * options.lease_s)
            drill.recover()
            drill.keep_on(1.0)


def _is_as_promised(options: argparse.Namespace, report: Report) -> bool:
    if report.missing or report.false:
        return False
    if options.what in _CONTROLS:
        return report.duplicates > 0
    dropped = 2 * _RUDE["drop"] * options.readers if options.what == "rude" else 0
    if options.what == "stops":  # then what was claimed is in doubt, in all processes
        return not report.duplicates
    return not report.duplicates and report.unknown <= report.events * options.connections + dropped


if __name__ == "__main__":
    main()
