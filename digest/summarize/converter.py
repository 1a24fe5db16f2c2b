"""Makes a CTranslate2 model of a transformers one, and compares the two before the result is used.

The converter reads configuration keys that newer versions of transformers have renamed or dropped, and takes a default
where it misses one: the model then runs, and writes nonsense. So what the two models make of the same tokens is
compared, and a conversion that differs is refused.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digest.summarize.conversion import quiet_transformers
from digest.summarize.hub import Kind

Scores = NDArray[np.float64]

_PROBES = 6
_LENGTH = 48  # tokens of a probe
_MIN_AGREEMENT = 0.9  # correlation of the scores; rounding to int8 leaves 0.97 and more, a wrong rotary base 0.75
# Keys that the converter reads and transformers 5 has no more, by type of model: (normalize_before, ..._embedding).
_NORMALIZED = {"bart": (False, True), "pegasus": (True, False), "mbart": (True, True)}


def convert(source: Path, target: Path, kind: Kind) -> None:
    """Convert to int8 and compare. Raises ValueError when the type is unknown or the results differ."""
    from ctranslate2.converters import TransformersConverter
    from transformers import AutoTokenizer

    references: list[Scores] = []
    probes: list[list[int]] = []

    class Converter(TransformersConverter):  # type: ignore[misc]  # the base class ships no types
        def load_model(self, model_class: Any, path: str, **options: Any) -> Any:
            _complete(options["config"])
            model = model_class.from_pretrained(
                path, use_safetensors=True, local_files_only=True, trust_remote_code=False, **options
            ).eval()
            probes.extend(_probes(model.config.get_text_config().vocab_size))
            # Before the loader sees the model: some loaders move its weights about.
            references.extend(_reference(model, probe, kind) for probe in probes)
            return model

    with quiet_transformers():
        Converter(str(source)).convert(str(target), quantization="int8")
        AutoTokenizer.from_pretrained(source, local_files_only=True, trust_remote_code=False).save_pretrained(target)
    _fill_tokens(target)
    found = _converted_scores(target, probes, kind)
    agreement = np.corrcoef(np.concatenate(references), np.concatenate(found))[0, 1]
    if not agreement >= _MIN_AGREEMENT:  # not: `nan` is a difference as well
        raise ValueError(f"the converted model differs from the original (correlation {agreement:.2f})")


def _complete(config: Any) -> None:
    """Put back what the converter reads and transformers 5 keeps elsewhere."""
    if config.model_type in _NORMALIZED:
        config.normalize_before, config.normalize_embedding = _NORMALIZED[config.model_type]
    rope = getattr(config, "rope_parameters", None) or {}
    if "rope_theta" in rope and not hasattr(config, "rope_theta"):
        config.rope_theta = rope["rope_theta"]


def _fill_tokens(folder: Path) -> None:
    """Give the special tokens that a model does not have a name that it has: CTranslate2 reads no null.

    Nothing is begun or ended by them here; prompts come whole, and the tokens that end an answer are named each time.
    """
    file = folder / "config.json"
    config = json.loads(file.read_text(encoding="utf-8"))
    spare = config.get("eos_token") or _vocabulary(folder)[0]
    filled = {key: spare if value is None and key.endswith("_token") else value for key, value in config.items()}
    file.write_text(json.dumps(filled, ensure_ascii=False, indent=2), encoding="utf-8")


def _probes(vocabulary: int) -> list[list[int]]:
    random = np.random.default_rng(7)
    return [[int(token) for token in random.integers(0, vocabulary, _LENGTH)] for _ in range(_PROBES)]


def _reference(model: Any, probe: Sequence[int], kind: Kind) -> Scores:
    """What the original gives to each token of a probe but the first, given those before it: centred logits."""
    import torch

    with torch.inference_mode():
        ids = torch.tensor([probe])
        if kind == "causal":
            logits = model(input_ids=ids).logits[0, :-1]
            wanted = ids[0, 1:]
        else:
            start = torch.tensor([[model.config.decoder_start_token_id, *probe[:-1]]])
            logits = model(input_ids=ids, decoder_input_ids=start).logits[0]
            wanted = ids[0]
        scores = logits.float().log_softmax(-1)
        return np.asarray(scores.gather(1, wanted[:, None])[:, 0], dtype=np.float64)


def _converted_scores(folder: Path, probes: Sequence[Sequence[int]], kind: Kind) -> list[Scores]:
    import ctranslate2

    words = [[_vocabulary(folder)[token] for token in probe] for probe in probes]
    if kind == "causal":
        generator = ctranslate2.Generator(str(folder), device="cpu", compute_type="int8")
        results = generator.score_batch(words, max_input_length=0)
    else:
        translator = ctranslate2.Translator(str(folder), device="cpu", compute_type="int8")
        results = translator.score_batch(words, words, max_input_length=0)
    size = _LENGTH - 1 if kind == "causal" else _LENGTH
    return [np.asarray(result.log_probs[:size], dtype=np.float64) for result in results]


def _vocabulary(folder: Path) -> list[str]:
    found = next(file for file in (folder / "vocabulary.json", folder / "shared_vocabulary.json") if file.is_file())
    words: list[str] = json.loads(found.read_text(encoding="utf-8"))
    return words
