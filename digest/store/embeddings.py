"""Vectors of articles, so that each article is encoded once for all stages and runs."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Column, Engine, LargeBinary, String, Table, delete, select

from digest.store.bulk import batches, insert_missing
from digest.store.engine import reading, writing
from digest.store.schema import UtcDateTime, metadata

if TYPE_CHECKING:  # NumPy takes long to import, and most commands use no vectors
    import numpy as np
    from numpy.typing import NDArray

embeddings = Table(
    "embeddings",
    metadata,
    Column("content_hash", String(64), primary_key=True),
    Column("encoder", String(120), primary_key=True),
    Column("vector", LargeBinary, nullable=False),
    Column("created", UtcDateTime, nullable=False, index=True),
)

_FORMAT = "<f4"


class Embeddings:
    """The embeddings of one store, as little-endian float32. Each call is one transaction; all raise StoreError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, encoder: str, content_hashes: Iterable[str]) -> "dict[str, NDArray[np.float32]]":
        """The vectors that `encoder` made of these contents; those without one are left out."""
        import numpy as np

        found: dict[str, NDArray[np.float32]] = {}
        columns = (embeddings.c.content_hash, embeddings.c.vector)
        with reading(self._engine) as connection:
            for batch in batches(content_hashes):
                wanted = embeddings.c.content_hash.in_(batch) & (embeddings.c.encoder == encoder)
                for content_hash, blob in connection.execute(select(*columns).where(wanted)):
                    found[content_hash] = np.frombuffer(blob, dtype=_FORMAT).astype("f4")
        return found

    def put(self, encoder: str, vectors: Mapping[str, "NDArray[np.float32]"], now: datetime) -> None:
        """Keep vectors by content hash. One that is there already stays."""
        rows = [
            {"content_hash": key, "encoder": encoder, "vector": vector.astype(_FORMAT).tobytes(), "created": now}
            for key, vector in vectors.items()
        ]
        with writing(self._engine) as connection:
            insert_missing(connection, embeddings, rows)

    def forget_before(self, moment: datetime) -> int:
        """Remove what was made before `moment`; returns how many."""
        with writing(self._engine) as connection:
            return connection.execute(delete(embeddings).where(embeddings.c.created < moment)).rowcount


__all__ = ["Embeddings", "embeddings"]
