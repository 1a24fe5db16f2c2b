"""A newsletter of Markdown files, built and sent in this process, with a clock that the test turns."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from digest import pipeline, subscribers
from digest.config import Settings, load_config
from digest.store import Store, open_store, store_url

START = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)
_SUBJECTS = (
    "harbour crane lifted barge lock tide pilots", "orchard pears graft rootstock winter ledger nursery",
    "choir rehearsal tenor pitch organ chapel song", "railway viaduct masons repair arch trains timetable",
    "observatory comet telescope lens frost astronomers", "library bindings leather atlas restorers glue maps",
    "swimmers lido boiler chlorine lengths dawn queue", "beekeepers hives varroa clover swarm honey smoke",
)  # fmt: skip


@dataclass
class Newsroom:
    """`now` is the time of day; `write` puts an article on the desk."""

    folder: Path
    settings: Settings
    store: Store
    now: datetime = START

    def write(self, number: int, *, published: datetime | None = None) -> str:
        """An article like no other; returns its title."""
        words = _SUBJECTS[number % len(_SUBJECTS)].split()
        title = f"The {words[0]} and the {words[1]} in week {number}"
        body = " ".join(
            f"The {a} of town {number} met the {b} on the {words[2]} road." for a in words for b in words[3:]
        )
        when = (published or self.now).isoformat()
        text = f"---\ntitle: {title}\ndate: {when}\n---\n\n{body}\n"
        (self.folder / "desk" / f"{number}.md").write_text(text, encoding="utf-8")
        return title

    def build(self, **options: object) -> list[str]:
        """Titles of the issue that a build makes, empty when nothing is new."""
        built = pipeline.build(self.settings, self.store, pipeline.BuildOptions(**options), clock=lambda: self.now)  # type: ignore[arg-type]  # the tests know the options
        return [entry["title"] for section in built.report["sections"] for entry in section["entries"]]

    def send(self, issue_id: str | None = None) -> pipeline.Sent:
        """What `digest send` does."""
        options = pipeline.SendOptions(issue_id=issue_id)
        return pipeline.send(self.settings, self.store, options, clock=lambda: self.now)

    def later(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)

    def delivered(self) -> int:
        """How many letters are in the outbox."""
        return len(list((self.folder / "outbox").rglob("*.eml")))


@contextmanager
def newsroom(folder: Path, *, extra: str = "") -> Iterator[Newsroom]:
    """A newsletter with one reader."""
    (folder / "desk").mkdir()
    config = folder / "config.toml"
    config.write_text(
        f'[newsletter]\nname = "Week"\n[[sources]]\nname = "Desk"\npath = "desk"\n{extra}', encoding="utf-8"
    )
    settings = load_config(config)
    with open_store(store_url(settings)) as store:
        subscribers.add(store, "ann@example.org", now=START)
        yield Newsroom(folder, settings, store)
