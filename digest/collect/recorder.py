"""Keeps in mind how the sources of one run went, and writes it to the store many at a time."""

from digest.store.sources import SourceHealth, Sources

_MANY = 500


class Recorder:
    """Health of sources on its way to the store. What is lost by a crash is only that a source is asked again."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._waiting: dict[str, SourceHealth] = {}

    def record(self, health: SourceHealth) -> None:
        """Remember a source as it is now. Raises StoreError."""
        self._waiting[health.ref] = health
        if len(self._waiting) >= _MANY:
            self.flush()

    def flush(self) -> None:
        """Write what waits. Raises StoreError."""
        waiting, self._waiting = self._waiting, {}
        self._sources.record(waiting.values())
