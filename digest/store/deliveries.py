"""The table group of deliveries."""

from sqlalchemy import Engine


class Deliveries:
    """The deliveries of one store. Each call is one transaction; all raise StoreError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
