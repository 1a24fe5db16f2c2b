"""Files are watched as editors save them: at once, by renaming, and where there was none before."""

import asyncio
import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest
from watchfiles import awatch
from watchfiles.main import FileChange

from digest.web import watch as watching
from digest.web.watch import Places, watch

PATIENCE = 10
Changing = Callable[[], Awaitable[None]]


def follow(places: Callable[[], Places], act: Callable[[Changing], Awaitable[None]]) -> None:
    """Watch while `act` runs; what it is given waits for the next change."""

    async def run() -> None:
        heard = asyncio.Event()

        async def next_change() -> None:
            await asyncio.wait_for(heard.wait(), PATIENCE)
            heard.clear()

        task = asyncio.create_task(watch(places, heard.set))
        try:
            await next_change()  # it watches
            await act(next_change)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())


@pytest.fixture
def theme(tmp_path: Path) -> Path:
    folder = tmp_path / "theme"
    folder.mkdir()
    (folder / "email.mjml").write_text("one")
    os.utime(folder / "email.mjml", (0, 0))  # a look now and then knows a change by its second
    (tmp_path / "config.toml").write_text("one")
    return folder


def test_a_template_and_the_configuration_are_watched(theme: Path) -> None:
    config = theme.parent / "config.toml"

    async def act(changed: Changing) -> None:
        (theme / "email.mjml").write_text("two")
        await changed()
        (theme / "new.mjml").write_text("new")
        await changed()
        config.write_text("two")
        await changed()
        (theme.parent / ".config.toml.swp").write_text("three")
        (theme.parent / ".config.toml.swp").replace(config)
        await changed()
        (theme / "email.mjml").unlink()
        await changed()

    follow(lambda: Places(folders=frozenset({theme}), files=frozenset({config})), act)


def test_what_is_beside_them_does_not_count(theme: Path) -> None:
    async def act(changed: Changing) -> None:
        (theme / ".email.mjml.swp").write_text("hidden")
        (theme / "email.mjml~").write_text("backup")
        (theme.parent / "config.db").write_text("store")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(changed(), 1)

    follow(lambda: Places(folders=frozenset({theme}), files=frozenset({theme.parent / "config.toml"})), act)


def test_a_folder_that_comes_later_is_watched_from_then_on(theme: Path) -> None:
    later = theme.parent / "deep" / "later"

    def places() -> Places:
        return Places(
            folders=frozenset({theme, later} if later.is_dir() else {theme}),
            files=frozenset() if later.is_dir() else frozenset({later}),
        )

    async def act(changed: Changing) -> None:
        later.mkdir(parents=True)
        await changed()
        with suppress(TimeoutError):  # told once more when it is watched, of what may have come in between
            while True:
                await asyncio.wait_for(changed(), 1)
        (later / "email.mjml").write_text("one")
        await changed()

    follow(places, act)


def test_it_looks_again_and_again_where_the_system_has_no_watches_left(
    theme: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def scarce(*paths: Path, force_polling: bool | None, **options: object) -> AsyncGenerator[set[FileChange], None]:
        asked.append(force_polling)
        if not force_polling:
            raise OSError("OS file watch limit reached")
        return awatch(*paths, force_polling=True, **options)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(watching, "awatch", scarce)

    async def act(changed: Changing) -> None:
        await asyncio.sleep(0.5)  # what is looked at first is what is compared with
        (theme / "email.mjml").write_text("something longer")
        await changed()

    follow(lambda: Places(folders=frozenset({theme}), files=frozenset({theme.parent / "config.toml"})), act)
    assert True in asked
    assert None in asked
