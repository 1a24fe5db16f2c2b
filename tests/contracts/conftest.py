"""The stores that every contract about the store is held against."""

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from digest.store import Store, open_store


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store; on PostgreSQL a database of its own."""
    if request.param == "sqlite":
        with open_store(f"sqlite:///{tmp_path}/store.db") as opened:
            yield opened
        return
    server = os.environ.get("DIGEST_TEST_POSTGRES")
    if not server:
        if os.environ.get("CI"):
            pytest.fail("DIGEST_TEST_POSTGRES names no server")
        pytest.skip("DIGEST_TEST_POSTGRES names no server")
    import psycopg

    name = f"digest_{uuid4().hex}"
    with psycopg.connect(server.replace("+psycopg", ""), autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"'.encode())
        try:
            with open_store(f"{server.rpartition('/')[0]}/{name}") as opened:
                yield opened
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
