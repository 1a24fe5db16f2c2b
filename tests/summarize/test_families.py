"""The families of sequence-to-sequence models, long ones among them: true architectures, born at random."""

from pathlib import Path
from typing import Any

import pytest

from digest.summarize import seq2seq
from digest.summarize.conversion import quiet_transformers
from digest.summarize.hub import find_model
from digest.summarize.search import plan_search
from digest.summarize.writer import Task
from tests.summarize.conftest import MakeSettings
from tests.summarize.tiny import PAIRS, save_tokenizer

pytestmark = pytest.mark.model

_PLACES = 96  # of encoder and decoder: fewer than a summary may have tokens
_SPECIAL = {"pad_token_id": 1, "eos_token_id": 2}
_BART = {
    "d_model": 32,
    "encoder_layers": 1,
    "decoder_layers": 1,
    "encoder_attention_heads": 2,
    "decoder_attention_heads": 2,
    "encoder_ffn_dim": 32,
    "decoder_ffn_dim": 32,
    "bos_token_id": 0,
    "decoder_start_token_id": 2,
    "max_position_embeddings": _PLACES,
}
_T5 = {"d_model": 32, "d_ff": 32, "d_kv": 8, "num_layers": 1, "num_heads": 2, "decoder_start_token_id": 1}
_LED = {
    "max_encoder_position_embeddings": _PLACES,
    "max_decoder_position_embeddings": _PLACES,
    "attention_window": [32],
}
_BLOCKS = {"block_size": 16, "num_random_blocks": 1}

FAMILIES: list[tuple[str, dict[str, Any]]] = [
    ("Bart", _BART),
    ("Pegasus", _BART),
    ("LED", _BART | _LED),
    ("PegasusX", _BART | {"block_size": 16, "num_global_tokens": 4}),
    ("BigBirdPegasus", _BART | _BLOCKS),
    ("T5", _T5),
    ("MT5", _T5),
    ("LongT5", _T5 | {"local_radius": 15, "encoder_attention_type": "transient-global"}),
]


def save(folder: Path, family: str, config: dict[str, Any]) -> None:
    import torch
    import transformers

    torch.manual_seed(3)
    size = save_tokenizer(folder)
    made = getattr(transformers, f"{family}Config")(vocab_size=size, **_SPECIAL, **config)
    model = getattr(transformers, f"{family}ForConditionalGeneration")(made)
    # a model that was taught nothing ends at once; this makes it write as long as it may
    model.generation_config.min_length = 2 * _PLACES
    with quiet_transformers():
        model.save_pretrained(folder)


@pytest.mark.parametrize(("family", "config"), FAMILIES, ids=[family for family, _ in FAMILIES])
def test_a_family_takes_as_much_as_it_has_room_for_and_writes(
    settings: MakeSettings, tmp_path: Path, family: str, config: dict[str, Any]
) -> None:
    save(tmp_path, family, config)
    wanted = settings(model=str(tmp_path))
    files = find_model(wanted)
    search = plan_search(files, wanted)
    model = seq2seq.with_transformers(files, wanted, search, "cpu")
    words = " ".join(PAIRS).split()
    full = " ".join(words[n % len(words)] for n in range(min(model.limit, 2 * _PLACES)))
    assert all(model.write([Task(text=full), Task(text=words[0])]))


@pytest.mark.parametrize(("family", "config"), FAMILIES, ids=[family for family, _ in FAMILIES])
def test_no_more_is_written_than_the_decoder_has_places(
    settings: MakeSettings, tmp_path: Path, family: str, config: dict[str, Any]
) -> None:
    save(tmp_path, family, config)
    wanted = settings(model=str(tmp_path))
    bounded = "max_position_embeddings" in config
    assert plan_search(find_model(wanted), wanted).max_new == (_PLACES - 1 if bounded else 2 * wanted.max_words)
