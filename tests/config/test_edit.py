"""Sources are added to and taken out of a file, and every other letter of it stays."""

import os
from pathlib import Path

import pytest

from digest.config import add_sources, load_config, remove_source
from digest.errors import ConfigError
from digest.resources import example_config

TEXT = """\
# my letter
[newsletter]
name = "Harbour Letter"  # kept

# the first
[[sources]]
url = "https://a.example/feed"  # best
include = [
  "boat",
]

# the second
[[sources]]
url = "https://b.example/feed"
[sources.headers_env]
X-Key = "NEWS_KEY"
# after the second

[curate]
limit = 5
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(TEXT)
    return path


def test_a_source_is_added_after_the_last(config: Path) -> None:
    settings = add_sources(config, [{"type": "feed", "name": 'The "third"\\', "url": "https://c.example/feed"}])
    assert [source.name for source in settings.sources] == ["a.example/feed", "b.example/feed", 'The "third"\\']
    before, after = TEXT.split("# after the second")
    text = config.read_text()
    assert text.startswith(before)
    assert text.endswith(f"# after the second{after}")


@pytest.mark.parametrize(
    ("number", "gone"),
    [
        (0, '[[sources]]\nurl = "https://a.example/feed"  # best\ninclude = [\n  "boat",\n]\n'),
        (1, '[[sources]]\nurl = "https://b.example/feed"\n[sources.headers_env]\nX-Key = "NEWS_KEY"\n'),
    ],
)
def test_a_source_is_taken_out_and_the_comments_stay(config: Path, number: int, gone: str) -> None:
    settings = remove_source(config, number)
    assert len(settings.sources) == 1
    assert config.read_text() == TEXT.replace(gone, "")


def test_adding_and_taking_out_again_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    original = example_config().read_bytes().replace(b"\n", b"\r\n")
    path.write_bytes(original)
    number = len(load_config(path).sources)
    add_sources(path, [{"type": "feed", "name": "N", "url": "https://n.example/feed", "section": "S"}])
    remove_source(path, number)
    assert path.read_bytes().replace(b"\r\n", b"\n") == original.replace(b"\r\n", b"\n")


def test_the_first_source_goes_to_the_end(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[newsletter]\nname = "N"')
    assert len(add_sources(path, [{"type": "feed", "name": "x", "url": "https://x.example/"}]).sources) == 1


@pytest.mark.parametrize("kind", ["bad value", "inline", "in a text"])
def test_a_file_that_would_not_be_right_stays_as_it_is(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "config.toml"
    text = {
        "bad value": TEXT,
        "inline": 'sources = [{ url = "https://a.example/feed" }]\n',
        "in a text": '[newsletter]\naddress = """\n[[sources]]\n"""\n[[sources]]\nurl = "https://a.example/feed"\n',
    }[kind]
    path.write_text(text)
    url = "no address" if kind == "bad value" else "https://x.example/"
    table = {"type": "feed", "name": "x", "url": url}
    with pytest.raises(ConfigError):
        _ = remove_source(path, 0) if kind == "in a text" else add_sources(path, [table])
    assert path.read_text() == text
    assert os.listdir(tmp_path) == ["config.toml"]  # noqa: PTH208 - names are all that is asked


def test_rights_and_links_are_kept(config: Path, tmp_path: Path) -> None:
    config.chmod(0o640)
    link = tmp_path / "link.toml"
    link.symlink_to(config)
    remove_source(link, 0)
    assert link.is_symlink()
    assert config.stat().st_mode & 0o777 == 0o640
    assert len(load_config(config).sources) == 1


def test_a_mistake_is_told_of_the_file_that_the_person_knows(config: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        add_sources(config, [{"type": "feed", "name": "x", "url": "no address"}])
    assert str(config) in caught.value.problems[0].where
