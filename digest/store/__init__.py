"""The store: everything that digest remembers, in SQLite or PostgreSQL. SQLAlchemy is used here and nowhere else."""

from digest.store.lock import run_lock
from digest.store.store import Store, open_store, open_to_read, store_url

__all__ = ["Store", "open_store", "open_to_read", "run_lock", "store_url"]
