"""The table group of sources."""

from sqlalchemy import Engine


class Sources:
    """The sources of one store. Each call is one transaction; all raise StoreError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
