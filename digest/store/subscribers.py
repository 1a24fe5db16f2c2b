"""The table group of subscribers."""

from sqlalchemy import Engine


class Subscribers:
    """The subscribers of one store. Each call is one transaction; all raise StoreError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
