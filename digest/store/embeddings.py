"""The table group of embeddings."""

from sqlalchemy import Engine


class Embeddings:
    """The embeddings of one store. Each call is one transaction; all raise StoreError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
