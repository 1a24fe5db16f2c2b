"""The stores that every contract about the store is held against."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
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
    with database(template=request.getfixturevalue("empty_store")) as name, open_store(url_of(name)) as opened:
        yield opened


@pytest.fixture(scope="session")
def empty_store() -> Iterator[str]:
    """A database with the tables of a store, to be copied: to make them anew for each test takes much longer."""
    if not _server():
        if os.environ.get("CI"):
            pytest.fail("DIGEST_TEST_POSTGRES names no server")
        pytest.skip("DIGEST_TEST_POSTGRES names no server")
    with database() as name:
        open_store(url_of(name)).close()
        yield name


@contextmanager
def database(*, template: str = "template1") -> Iterator[str]:
    """A database of a name of its own, a copy of another, until the block is left."""
    import psycopg

    name = f"digest_{uuid4().hex}"
    with psycopg.connect(_server(), autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
        try:
            yield name
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def _server() -> str:
    return os.environ.get("DIGEST_TEST_POSTGRES", "").replace("+psycopg", "")


def url_of(name: str) -> str:
    return f"{_server().rpartition('/')[0]}/{name}"
