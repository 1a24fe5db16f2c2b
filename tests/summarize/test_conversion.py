import os
import time
from pathlib import Path

import pytest

from digest.summarize.conversion import converted


def test_a_conversion_is_done_once(tmp_path: Path) -> None:
    calls: list[Path] = []

    def convert(target: Path) -> None:
        calls.append(target)
        target.mkdir()
        (target / "model.bin").write_text("weights")

    first = converted("key", tmp_path, convert)
    assert (first / "model.bin").read_text() == "weights"
    assert converted("key", tmp_path, convert) == first
    assert len(calls) == 1


def test_a_failed_conversion_leaves_nothing_that_looks_whole(tmp_path: Path) -> None:
    def fail(target: Path) -> None:
        target.mkdir()
        (target / "model.bin").write_text("half")
        raise RuntimeError("out of space")

    with pytest.raises(RuntimeError, match="out of space"):
        converted("key", tmp_path, fail)
    assert list((tmp_path / "ctranslate2").iterdir()) == []


def test_when_another_process_was_quicker_its_result_serves(tmp_path: Path) -> None:
    def convert(target: Path) -> None:
        target.mkdir()
        (target / "model.bin").write_text("mine")
        if not (tmp_path / "raced").exists():
            (tmp_path / "raced").touch()
            converted("key", tmp_path, convert)

    final = converted("key", tmp_path, convert)
    assert [path.name for path in final.iterdir()] == ["model.bin"]
    assert [path.name for path in final.parent.iterdir()] == [final.name]


def test_what_a_killed_run_left_is_removed_after_a_day(tmp_path: Path) -> None:
    home = tmp_path / "ctranslate2"
    old, young = home / "partial-old", home / "partial-young"
    old.mkdir(parents=True)
    young.mkdir()
    os.utime(old, (time.time() - 2 * 86400,) * 2)
    converted("key", tmp_path, lambda target: target.mkdir())
    assert not old.exists()
    assert young.exists()
