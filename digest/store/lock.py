"""The run lock: one collect, build or send at a time on one store."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from digest.errors import BrokenStoreError, LockedError
from digest.store.engine import sqlite_file, told
from digest.store.store import Store

# Any constant does, so long as no other program on the same PostgreSQL database uses it. The schema stands beside it:
# each may hold a store of its own, and newsletters that are sent at one hour must not skip an issue for one another.
_ADVISORY_KEY = 0x6469_6765
_OF_THIS_STORE = ":key, CAST((SELECT oid FROM pg_namespace WHERE nspname = current_schema()) AS integer)"
_TAKE = text(f"SELECT pg_try_advisory_lock({_OF_THIS_STORE})")
_LET_GO = text(f"SELECT pg_advisory_unlock({_OF_THIS_STORE})")


@contextmanager
def run_lock(store: Store) -> Iterator[None]:
    """Hold the lock of this store. Raises LockedError at once when another run holds it, StoreError.

    The operating system, or PostgreSQL, frees it when the process ends, however it ends: no lock is ever stale.
    """
    file = sqlite_file(store.engine)
    # One file has one lock, by whichever name it is opened.
    with _file_lock(f"{file.resolve()}.lock") if file else _advisory_lock(store):
        yield


@contextmanager
def _file_lock(path: str) -> Iterator[None]:
    from filelock import FileLock, Timeout

    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise _locked(path) from error
    except OSError as error:
        raise BrokenStoreError(
            f"the lock cannot be taken: {error.strerror or error}",
            where=path,
            remedy="check that the file, or its folder, belongs to the one who runs digest",
        ) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _advisory_lock(store: Store) -> Iterator[None]:
    with told(store.engine), store.engine.connect() as connection:
        if not connection.execute(_TAKE, {"key": _ADVISORY_KEY}).scalar():
            raise _locked(store.place)
        connection.commit()
        try:
            yield
        finally:
            connection.execute(_LET_GO, {"key": _ADVISORY_KEY})
            connection.commit()


def _locked(where: str) -> LockedError:
    return LockedError("another digest run is at work", where=where, remedy="wait until it has ended, then run again")
