"""The stream of changes that every open page follows."""

import asyncio

from digest.web.changes import Changes


def test_a_page_hears_of_the_version_now_and_of_each_after_it() -> None:
    async def follow() -> list[str]:
        changes = Changes()
        stream = changes.stream()
        heard = [await anext(stream), await anext(stream)]
        changes.tell()
        changes.tell()
        heard.append(await anext(stream))
        waiting = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0)
        assert not waiting.done(), "what has not changed is not told again"
        changes.tell()
        heard.append(await waiting)
        return heard

    retry, first, second, third = asyncio.run(follow())
    assert retry == "retry: 500\n\n"
    assert [event.rpartition("-")[2] for event in (first, second, third)] == ["0\n\n", "2\n\n", "3\n\n"]
    assert first.startswith("event: version\ndata: ")


def test_every_run_has_versions_of_its_own() -> None:
    assert Changes().version != Changes().version


def test_closing_ends_the_streams() -> None:
    async def follow() -> int:
        changes = Changes()

        async def count() -> int:
            return len([event async for event in changes.stream()])

        following = asyncio.ensure_future(count())
        await asyncio.sleep(0)
        changes.close()
        return await asyncio.wait_for(following, 10)

    assert asyncio.run(follow()) == 2
