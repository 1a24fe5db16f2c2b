import json
from pathlib import Path

import pytest

from digest.errors import ModelError
from digest.summarize.hub import find_model
from tests.summarize.conftest import MakeSettings

BART = {"model_type": "bart", "is_encoder_decoder": True, "max_length": 142, "min_length": 56}
BERT = {"model_type": "bert", "architectures": ["BertForMaskedLM"]}


def save(folder: Path, config: object = BART, files: tuple[str, ...] = ("model.safetensors", "tokenizer.json")) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config))
    for name in files:
        (folder / name).write_text("{}")
    return folder


@pytest.fixture
def hub_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of Hugging Face, and no network."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    return tmp_path / "hub"


def test_a_folder_is_taken_as_it_is(tmp_path: Path, settings: MakeSettings) -> None:
    files = find_model(settings(model=str(save(tmp_path / "m"))))
    assert (files.folder, files.revision) == (tmp_path / "m", "")
    assert files.config["max_length"] == 142


def test_settings_for_generation_lie_over_those_of_the_model(tmp_path: Path, settings: MakeSettings) -> None:
    folder = save(
        tmp_path / "m", BART | {"task_specific_params": {"summarization": {"num_beams": 6, "max_length": 99}}}
    )
    (folder / "generation_config.json").write_text(json.dumps({"max_length": 77, "min_length": None}))
    config = find_model(settings(model=str(folder))).config
    assert (config["num_beams"], config["max_length"], config["min_length"]) == (6, 77, 56)


def test_what_was_downloaded_is_used_without_the_network(hub_cache: Path, settings: MakeSettings) -> None:
    commit = "0123456789abcdef0123456789abcdef01234567"
    home = hub_cache / "models--org--tiny"
    save(home / "snapshots" / commit)
    (home / "refs").mkdir()
    (home / "refs" / "main").write_text(commit)
    files = find_model(settings(model="org/tiny"))
    assert (files.name, files.revision) == ("org/tiny", commit)


@pytest.mark.parametrize(
    ("config", "present", "said", "remedy"),
    [
        (BART, ("pytorch_model.bin", "tokenizer.json"), "safetensors", "revision"),
        (BART, ("model.safetensors",), "no tokenizer", "tokenizer"),
        ({"model_type": "llama"}, ("model.safetensors", "tokenizer.json"), "no chat template", "-Instruct"),
        (
            {"model_type": "bert", "architectures": ["BertForMaskedLM"]},
            ("model.safetensors", "vocab.json"),
            "no text",
            "BART",
        ),
    ],
)
def test_models_that_cannot_be_used_are_told_with_a_remedy(
    tmp_path: Path,
    settings: MakeSettings,
    config: dict[str, object],
    present: tuple[str, ...],
    said: str,
    remedy: str,
) -> None:
    folder = save(tmp_path / "m", config, present)
    with pytest.raises(ModelError, match=said) as caught:
        find_model(settings(model=str(folder)))
    assert caught.value.problems[0].where == str(folder)
    assert remedy in caught.value.problems[0].remedy


def test_a_folder_without_a_model_is_told(tmp_path: Path, settings: MakeSettings) -> None:
    with pytest.raises(ModelError, match=r"config\.json cannot be read"):
        find_model(settings(model=str(tmp_path)))


def test_a_folder_that_is_not_there_is_told(settings: MakeSettings) -> None:
    with pytest.raises(ModelError, match="no such folder"):
        find_model(settings(model="./no/such/folder"))


def test_a_model_that_cannot_be_downloaded_is_told(hub_cache: Path, settings: MakeSettings) -> None:
    with pytest.raises(ModelError, match="HF_HUB_OFFLINE forbids") as caught:
        find_model(settings(model="org/not-here"))
    assert "builtin" in caught.value.problems[0].remedy


def test_a_name_that_cannot_be_one_is_told(hub_cache: Path, settings: MakeSettings) -> None:
    with pytest.raises(ModelError, match="neither a folder, nor a plug-in"):
        find_model(settings(model="no good/name at all"))
