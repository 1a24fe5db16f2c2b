"""A newsletter in a folder of its own, and the real command run on it."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def json_lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


class Project:
    """A folder with a config.toml."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def outbox(self) -> list[Path]:
        return sorted((self.folder / "outbox").rglob("*.eml"))

    def configure(self, text: str) -> None:
        (self.folder / "config.toml").write_text(text, encoding="utf-8")

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def run(self, *arguments: str, stdin: str = "", **environment: str) -> Done:
        """Run `digest ARGUMENTS` here, as a user would."""
        done = subprocess.run(
            [sys.executable, "-m", "digest", *arguments],
            cwd=self.folder,
            env={**os.environ, "DIGEST_CONFIG": "", **environment},
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)


ARTICLES = {
    "ferry.md": """---
title: A night ferry returns to the sound
date: 2026-11-18T07:00:00Z
---

The night ferry between Almery and the outer islands will sail again from the first week of December, nine years after
the last boat was sold. The harbour board voted for it on Monday by seven to two. Two ships built for a river in the
north have been fitted with new engines and will carry sixty cars each. The crossing takes five hours and forty
minutes, and a cabin costs less than the train. Shopkeepers on the islands said that they had stopped counting on it.
""",
    "orchard.md": """---
title: Old pear trees are teaching a nursery to graft
date: 2026-11-17T07:00:00Z
---

In a walled orchard above the town of Lisk, eleven pear trees planted before the railway came are being copied twig by
twig. The nursery that leases the ground takes cuttings in January and joins them to young roots. Of the first two
hundred grafts, one hundred and sixty took. The head gardener keeps a ledger of which tree gave which twig, and says
that the fruit of the oldest keeps until April. Three of the sorts have no name that anyone remembers.
""",
}


def small_project(folder: Path, *, extra: str = "") -> Project:
    """Two articles of our own and the outbox: builds in seconds, and reads nothing from outside."""
    project = Project(folder)
    for name, text in ARTICLES.items():
        project.write(f"articles/{name}", text)
    project.configure(
        '[newsletter]\nname = "Harbour Letter"\nfrom = "Harbour Letter <letter@harbour.example>"\n'
        f'[[sources]]\nname = "Notes"\npath = "articles"\nsince = "3650d"\n{extra}'
    )
    return project
