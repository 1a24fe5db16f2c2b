"""Conversions are compared with the original, and one that differs is refused and remembered."""

from pathlib import Path

import pytest

from digest.summarize import converter
from digest.summarize.hub import find_model
from digest.summarize.stored import is_refused, open_converted
from tests.summarize.conftest import MakeSettings
from tests.summarize.tiny import save_tiny_bart

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def born(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("born")
    save_tiny_bart(folder, trained=False)
    return folder


def test_a_conversion_that_says_what_the_original_says_is_kept(
    born: Path, settings: MakeSettings, tmp_path: Path
) -> None:
    files = find_model(settings(model=str(born)))
    made = open_converted(files, tmp_path)
    assert (made / "model.bin").is_file()
    assert (made / "tokenizer.json").is_file()
    assert not is_refused(files, tmp_path)


def test_one_that_differs_is_refused_and_not_tried_again(
    born: Path, settings: MakeSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = find_model(settings(model=str(born)))
    monkeypatch.setattr(converter, "_MIN_AGREEMENT", 1.01)  # rounding to int8 alone is then a difference
    with pytest.raises(ValueError, match="differs from the original"):
        open_converted(files, tmp_path)
    assert is_refused(files, tmp_path)
    assert [path for path in (tmp_path / "ctranslate2").iterdir() if path.is_dir()] == []
    monkeypatch.setattr(converter, "convert", None)
    with pytest.raises(ValueError, match="differs from the original"):
        open_converted(files, tmp_path)
