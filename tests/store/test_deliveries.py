"""What the ledger does on SQLite alone: boots, durability, indexes. The rest is in tests/contracts/test_ledger.py."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from digest.model import DeliveryState
from digest.store import Store, boot, open_store
from digest.store.deliveries import deliveries, is_due
from digest.store.journal import Journal
from tests.deliver.scene import ISSUE, NOW, freeze, readers, subscribe

NORMAL, FULL = 1, 2


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/store.db") as opened:
        freeze(opened)
        subscribe(opened, readers(3))
        opened.deliveries.begin(ISSUE, now=NOW)
        yield opened


def journal(store: Store) -> Journal:
    return Journal(store.engine, ISSUE, lease=timedelta(minutes=5))


def test_after_a_power_cut_whatever_was_claimed_is_unknown(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with journal(store) as before:
        first, *_ = before.claim(2, now=NOW)
        before.advance([], first, now=NOW)
    monkeypatch.setattr(boot, "_boot_id", lambda: "another boot")
    # The lease still runs and no lock is held: the boot alone tells that nobody works on these rows.
    assert store.deliveries.recover(ISSUE, now=NOW, alone=False) == 2
    assert store.deliveries.counts(ISSUE) == {DeliveryState.UNKNOWN: 2, DeliveryState.QUEUED: 1}


def synchronous(mine: Journal) -> int:
    value: int = mine._connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
    return value


def test_the_commit_of_a_message_is_left_to_the_system_and_all_others_are_durable(store: Store) -> None:
    assert boot.boot_of(store.engine) != boot.DURABLE
    with journal(store) as mine:
        assert synchronous(mine) == NORMAL
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == FULL
        assert connection.exec_driver_sql("PRAGMA fullfsync").scalar_one() == 1


def test_without_a_boot_id_every_commit_is_durable(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boot, "_boot_id", lambda: "")
    with journal(store) as mine:
        assert synchronous(mine) == FULL


def test_the_next_rows_are_found_by_their_index(store: Store) -> None:
    query = select(deliveries.c.id).where(*is_due(ISSUE, NOW)).order_by(deliveries.c.next_at, deliveries.c.id).limit(5)
    compiled = query.compile(store.engine, compile_kwargs={"literal_binds": True})
    with store.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}").all()
    text = " ".join(str(row) for row in plan)
    assert "ix_deliveries_due" in text
    assert "TEMP B-TREE" not in text


def test_one_address_stands_in_an_issue_once(store: Store) -> None:
    with store.engine.begin() as connection:
        row = dict(connection.execute(select(deliveries)).mappings().first() or {})
    del row["id"]
    with pytest.raises(IntegrityError), store.engine.begin() as connection:
        connection.execute(insert(deliveries).values(row))


@pytest.mark.parametrize(
    "broken", [{"state": "lost"}, {"state": "sending"}, {"lease_until": NOW}, {"attempts": -1}], ids=str
)
def test_a_row_that_contradicts_itself_is_refused(store: Store, broken: dict[str, object]) -> None:
    with store.engine.begin() as connection:
        row = dict(connection.execute(select(deliveries)).mappings().first() or {})
    del row["id"]
    with pytest.raises(IntegrityError), store.engine.begin() as connection:
        connection.execute(insert(deliveries).values(row | {"address_key": "other@example.org"} | broken))
