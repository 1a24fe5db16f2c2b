"""README and usage name only commands, options and files that exist."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def mentioned_commands() -> set[tuple[str, ...]]:
    found = set()
    for page in PAGES:
        for words in re.findall(r"(?:`|\$ )digest ((?:[a-z]+)(?: [a-z]+)?)", page.read_text(encoding="utf-8")):
            found.add(tuple(words.split()))
    return found


def known(words: tuple[str, ...]) -> bool:
    done = subprocess.run(
        [sys.executable, "-m", "digest", *words, "--help"], capture_output=True, text=True, check=False
    )
    return done.returncode == 0


@pytest.mark.parametrize("words", sorted(mentioned_commands()), ids=" ".join)
def test_every_command_that_is_named_exists(words: tuple[str, ...]) -> None:
    assert known(words) or known(words[:1])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_is_linked_exists(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert missing == []


def test_make_knows_the_targets_that_are_named() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {name for page in PAGES for name in re.findall(r"(?:`|\$ )make ([a-z]+)", page.read_text(encoding="utf-8"))}
    assert named
    assert named <= targets
