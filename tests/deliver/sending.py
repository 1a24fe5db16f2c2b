"""A process that sends one issue and can be killed: `python -m tests.deliver.sending STORE_URL CONFIG ISSUE`."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from digest import deliver
from digest.config import load_config
from digest.store import open_store
from digest.store.lock import run_lock


def main(url: str, config: str, issue_id: str) -> int:
    settings = load_config(Path(config))
    with open_store(url) as store, run_lock(store):
        issue = store.issues.get(issue_id)
        assert issue is not None
        outcome = deliver.deliver(issue, settings, store, clock=lambda: datetime.now(UTC))
    return 75 if outcome.stopped else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
