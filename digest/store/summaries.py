"""The table group of summaries."""

from sqlalchemy import Engine


class Summaries:
    """The summaries of one store. Each call is one transaction; all raise StoreError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
