"""Articles of many sources are written together, and whoever brought them hears what was new."""

import asyncio
from collections.abc import Sequence

import pytest

from digest.collect.keeper import Keeper
from digest.errors import StoreError
from digest.model import Article
from digest.store import Store
from digest.store.articles import Arrival, Articles


class Counting(Articles):
    """The articles of a store, with the number of sources in each transaction."""

    def __init__(self, store: Store) -> None:
        super().__init__(store.engine)
        self.together: list[int] = []

    def add_all(self, batch: Sequence[tuple[str, Sequence[Arrival]]]) -> list[list[Article]]:
        self.together.append(len(batch))
        if any(ref == "bad" for ref, _ in batch):
            raise StoreError("the disk is full")
        return super().add_all(batch)


def noted(number: int) -> list[Arrival]:
    return [Arrival(keys=(f"key{number}",))]


def test_what_comes_while_something_is_written_goes_into_one_transaction(store: Store) -> None:
    articles = Counting(store)

    async def work() -> None:
        keeper = Keeper(articles)
        await asyncio.gather(*(keeper.add(f"source {n}", noted(n)) for n in range(40)))
        await keeper.close()

    asyncio.run(work())
    assert sum(articles.together) == 40
    assert len(articles.together) < 5
    assert all(articles.known(f"source {n}", [f"key{n}"]) for n in range(40))


def test_a_store_that_fails_is_told_to_everyone_who_waits(store: Store) -> None:
    async def work() -> None:
        keeper = Keeper(Counting(store))
        both = await asyncio.gather(keeper.add("bad", noted(1)), keeper.add("good", noted(2)), return_exceptions=True)
        assert [type(error) for error in both] == [StoreError, StoreError]
        with pytest.raises(StoreError):
            await keeper.add("bad", noted(1))
        assert await keeper.add("good", noted(2)) == []
        await keeper.close()

    asyncio.run(work())
