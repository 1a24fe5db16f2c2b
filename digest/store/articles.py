"""The table group of articles."""

from sqlalchemy import Engine


class Articles:
    """The articles of one store. Each call is one transaction; all raise StoreError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
