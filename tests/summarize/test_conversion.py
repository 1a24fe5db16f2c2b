import json
import threading
from pathlib import Path

import pytest

from digest.config import SummarizerSettings
from digest.errors import ConfigError
from digest.summarize.conversion import MANIFEST, cache_folder, converted
from digest.summarize.identity import content_hash


def fill(target: Path) -> None:
    target.mkdir()
    (target / "model.bin").write_text("weights")


def models(cache: Path) -> list[str]:
    return [path.name for path in (cache / "ctranslate2").iterdir() if path.is_dir()]


def test_a_conversion_is_done_once(tmp_path: Path) -> None:
    calls: list[Path] = []

    def convert(target: Path) -> None:
        calls.append(target)
        fill(target)

    first = converted("key", tmp_path, convert, {"model": "org/tiny"})
    assert (first / "model.bin").read_text() == "weights"
    assert json.loads((first / MANIFEST).read_text()) == {"model": "org/tiny"}
    assert converted("key", tmp_path, convert) == first
    assert len(calls) == 1


def test_a_failed_conversion_leaves_nothing(tmp_path: Path) -> None:
    def fail(target: Path) -> None:
        fill(target)
        raise RuntimeError("out of space")

    with pytest.raises(RuntimeError, match="out of space"):
        converted("key", tmp_path, fail)
    assert models(tmp_path) == []


def test_of_two_that_convert_at_once_one_waits_and_uses_what_the_other_made(tmp_path: Path) -> None:
    calls: list[Path] = []
    begun, go_on = threading.Event(), threading.Event()

    def convert(target: Path) -> None:
        calls.append(target)
        begun.set()
        assert go_on.wait(30)
        fill(target)

    found: list[Path] = []
    threads = [
        threading.Thread(target=lambda: found.append(converted("key", tmp_path, convert)), daemon=True)
        for _ in range(2)
    ]
    threads[0].start()
    assert begun.wait(30)
    threads[1].start()
    go_on.set()
    for thread in threads:
        thread.join(30)
    assert len(calls) == 1
    assert len(found) == 2
    assert found[0] == found[1]


def test_what_a_killed_run_left_is_removed_by_the_next(tmp_path: Path) -> None:
    left = tmp_path / "ctranslate2" / "partial-other"
    left.mkdir(parents=True)
    (left / "model.bin").write_text("half")
    final = converted("key", tmp_path, fill)
    assert models(tmp_path) == [final.name]


def test_a_key_cannot_lead_out_of_the_cache(tmp_path: Path) -> None:
    assert converted("../../key", tmp_path, fill).parent == tmp_path / "ctranslate2"


def test_a_user_without_a_home_is_told_what_to_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_home(name: str) -> Path:
        raise RuntimeError(f"could not determine the home directory for {name}")

    monkeypatch.setattr("platformdirs.user_cache_path", no_home)
    with pytest.raises(ConfigError, match="no home folder"):
        cache_folder(SummarizerSettings())
    assert cache_folder(SummarizerSettings(cache_dir=tmp_path)) == tmp_path
    (tmp_path / "config.json").write_text("{}")
    assert len(content_hash(tmp_path)) == 16  # it is only not remembered
