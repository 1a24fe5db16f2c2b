"""Each store has a run lock of its own, also where several are in one database."""

from contextlib import closing

import psycopg
import pytest

from digest.errors import LockedError
from digest.store import open_store, run_lock
from tests.contracts.conftest import database, url_of

pytestmark = pytest.mark.postgres


def test_newsletters_in_schemas_of_one_database_do_not_wait_for_one_another(empty_store: str) -> None:
    with database() as name:
        with psycopg.connect(url_of(name), autocommit=True) as admin:
            admin.execute('CREATE SCHEMA "Other one"')
        other = f"{url_of(name)}?options=-csearch_path%3D%22Other%5C%20one%22"
        with (
            closing(open_store(url_of(name))) as here,
            closing(open_store(other)) as there,
            closing(open_store(other)) as again,
            run_lock(here),
        ):
            with run_lock(there):
                assert there.issues.list() == []
                with pytest.raises(LockedError), run_lock(again):
                    pass
            with run_lock(again):
                pass
