"""The store: everything that digest remembers, in SQLite or PostgreSQL. SQLAlchemy is used here and nowhere else."""

from digest.store.store import Store, open_store

__all__ = ["Store", "open_store"]
