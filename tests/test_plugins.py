"""A package of somebody else's: what docs/plugins.md promises to it."""

import os
from pathlib import Path

import pytest

from tests.cli.project import Project

pytestmark = pytest.mark.model

_ENTRY_POINTS = """[digest.sources]
clock = my_package.clock:Clock
[digest.summarizers]
first = my_package.first:First
[digest.transports]
pigeon = my_package.pigeon:Pigeon
broken = my_package.broken:Broken
[digest.themes]
harbour = my_package:HARBOUR
"""
_MODULES = {
    "__init__": "from pathlib import Path\nHARBOUR = Path(__file__).parent / 'harbour'\n",
    "broken": "1 / 0\n",
    "clock": '''
from digest.collect.draft import Draft
from digest.collect.source import Find, Reading

class Clock:
    async def read(self, source, health, room):
        words = "The clock of the harbour struck twelve, and the town heard it well. " * 4
        draft = Draft(title="It is noon", text=words, published=room.now)
        return Reading(finds=(Find(ref="noon", keys=("noon",), draft=draft, whole=True),))

    async def open(self, find, source, room):
        raise AssertionError("the item is whole")
''',
    "first": '''
from digest.model import Origin, Summary

class First:
    fingerprint = "first-1"

    def __init__(self, settings):
        pass

    def summarize(self, articles, *, language):
        return [
            Summary(text="At noon.", origin=Origin.EXTRACTIVE, model="first", sentences=1, grounded=True)
            for article in articles
        ]

    def check(self):
        return "first: says one thing"
''',
    "pigeon": '''
from pathlib import Path

from digest.deliver.transport import Receipt
from digest.model import DeliveryState

class Channel:
    def hand_over(self, recipient, letter, fence, **later):
        if not fence():
            return None
        Path("loft").write_text(recipient.address)
        return Receipt(state=DeliveryState.SENT)

    def close(self):
        pass

    def abort(self):
        pass

class Pigeon:
    def __init__(self, settings, issue_id):
        pass

    def connect(self):
        return Channel()

    def arrived(self, recipient):
        return None

    def check(self):
        return "a pigeon is in the loft"
''',
}  # fmt: skip
_CONFIG = """[newsletter]
name = "Plug"
[[sources]]
type = "clock"
url = "https://clock.example/"
[summarizer]
model = "first"
[transport]
type = "{transport}"
[theme]
name = "harbour"
"""


@pytest.fixture
def installed(tmp_path: Path) -> str:
    """A folder with the package in it, as pip would leave it."""
    folder = tmp_path / "site-packages"
    (folder / "my_package" / "harbour").mkdir(parents=True)
    (folder / "my_package-1.dist-info").mkdir()
    (folder / "my_package-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: my-package\nVersion: 1\n")
    (folder / "my_package-1.dist-info" / "entry_points.txt").write_text(_ENTRY_POINTS)
    for name, text in _MODULES.items():
        (folder / "my_package" / f"{name}.py").write_text(text)
    theme = 'name = "harbour"\ndescription = "Green"\nextends = "classic"\n[light]\nrule = "#0b5d4f"\n'
    (folder / "my_package" / "harbour" / "theme.toml").write_text(theme)
    return os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH", "")]))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "news").mkdir()
    made = Project(tmp_path / "news")
    made.configure(_CONFIG.format(transport="pigeon"))
    return made


def test_a_package_brings_a_source_a_summarizer_a_transport_and_a_theme(project: Project, installed: str) -> None:
    checked = project.run("check", PYTHONPATH=installed)
    assert checked.code == 0, checked.err
    assert "first: says one thing" in checked.out
    assert "transport: pigeon\n" in checked.out
    project.run("subscribers", "add", "ann@example.org", PYTHONPATH=installed)
    sent = project.run("send", PYTHONPATH=installed)
    assert sent.code == 0, sent.err
    assert (project.folder / "loft").read_text() == "ann@example.org"
    [page] = (project.folder / "out").rglob("index.html")
    assert "It is noon" in page.read_text(encoding="utf-8")
    assert "#0b5d4f" in page.read_text(encoding="utf-8")


def test_a_source_that_no_package_brings_is_told_with_those_that_there_are(project: Project, installed: str) -> None:
    without = project.run("check")
    assert without.code == 78
    assert "must be 'feed', 'page', 'sitemap', 'folder' or 'mailbox'" in without.err
    project.configure(_CONFIG.replace('"clock"', '"clok"').format(transport="pigeon"))
    assert "'mailbox' or 'clock'" in project.run("check", PYTHONPATH=installed).err


def test_a_package_that_cannot_be_loaded_is_told_with_what_it_said(project: Project, installed: str) -> None:
    project.configure(_CONFIG.format(transport="broken"))
    project.run("subscribers", "add", "ann@example.org", PYTHONPATH=installed)
    done = project.run("send", PYTHONPATH=installed)
    assert done.code == 78
    assert "the plug-in 'broken' (my_package.broken:Broken) cannot be loaded: ZeroDivisionError" in done.err
