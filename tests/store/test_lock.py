"""The run lock keeps two runs apart, and outlives no process."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from digest.errors import LockedError, StoreError
from digest.store import open_store, run_lock

_HOLDER = """
import sys, time
from digest.store import open_store, run_lock
with open_store(sys.argv[1]) as store, run_lock(store):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_run_is_told_at_once_that_another_is_at_work(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/a.db"
    with (
        open_store(url) as first,
        open_store(url) as second,
        run_lock(first),
        pytest.raises(LockedError, match="another digest run"),
        run_lock(second),
    ):
        pass


def test_the_lock_is_free_again_after_the_run(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path}/a.db") as store:
        with run_lock(store):
            pass
        with run_lock(store):
            pass


def test_a_killed_run_leaves_no_lock(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/a.db"
    with subprocess.Popen([sys.executable, "-c", _HOLDER, url], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with open_store(url) as store:
            with pytest.raises(LockedError), run_lock(store):
                pass
            holder.send_signal(signal.SIGKILL)
            holder.wait()
            deadline = time.monotonic() + 5
            while True:
                try:
                    with run_lock(store):
                        return
                except LockedError:
                    assert time.monotonic() < deadline
                    time.sleep(0.05)


def test_a_lock_that_cannot_be_taken_says_why(tmp_path: Path) -> None:
    (tmp_path / "a.db.lock").mkdir()
    with (
        open_store(f"sqlite:///{tmp_path}/a.db") as store,
        pytest.raises(StoreError, match="cannot be taken"),
        run_lock(store),
    ):
        pass


def test_two_names_of_one_store_share_a_lock(tmp_path: Path) -> None:
    open_store(f"sqlite:///{tmp_path}/a.db").close()
    (tmp_path / "link.db").symlink_to("a.db")
    with (
        open_store(f"sqlite:///{tmp_path}/a.db") as first,
        open_store(f"sqlite:///{tmp_path}/link.db") as second,
        run_lock(first),
        pytest.raises(LockedError),
        run_lock(second),
    ):
        pass


def test_two_stores_do_not_share_a_lock(tmp_path: Path) -> None:
    with (
        open_store(f"sqlite:///{tmp_path}/a.db") as first,
        open_store(f"sqlite:///{tmp_path}/b.db") as second,
        run_lock(first),
        run_lock(second),
    ):
        pass
