from collections.abc import Sequence
from pathlib import Path

import pytest

from digest.summarize.memory import batches, budget, bytes_per_token, free_memory, run_batches


def test_batches_hold_alike_lengths_and_fit_the_memory() -> None:
    lengths = [10, 500, 20, 490, 15, 900]
    found = list(batches(lengths, tokens=1000, largest=3))
    assert found == [[5], [1, 3], [2, 4, 0]]
    assert all(len(batch) * max(lengths[i] for i in batch) <= 1000 for batch in found)


def test_an_input_longer_than_the_memory_is_a_batch_of_its_own() -> None:
    assert list(batches([5000, 5000], tokens=1000, largest=8)) == [[0], [1]]


def test_outputs_come_in_the_order_of_the_inputs() -> None:
    inputs = [[1], [2, 2, 2], [3, 3]]
    assert run_batches(inputs, lambda batch: [ids[0] for ids in batch], tokens=4, largest=2) == [1, 2, 3]


def test_only_the_input_that_fails_is_lost(caplog: pytest.LogCaptureFixture) -> None:
    def run(batch: Sequence[list[int]]) -> list[int]:
        if any(13 in ids for ids in batch):
            raise RuntimeError("out of memory")
        return [ids[0] for ids in batch]

    assert run_batches([[1], [13], [3], [4]], run, tokens=100, largest=4) == [1, None, 3, 4]
    assert "out of memory" in caplog.text


def test_the_lesser_of_machine_and_container_counts(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal: 9000 kB\nMemAvailable:   8000 kB\n")
    assert free_memory("cpu", meminfo, tmp_path) == 8000 * 1024
    (tmp_path / "memory.max").write_text("3000\n")
    (tmp_path / "memory.current").write_text("1000\n")
    assert free_memory("cpu", meminfo, tmp_path) == 2000
    (tmp_path / "memory.max").write_text("max\n")
    assert free_memory("cpu", meminfo, tmp_path) == 8000 * 1024


def test_a_setting_goes_before_what_is_measured() -> None:
    assert budget("cpu", 100) == 100 * 2**20
    assert budget("cpu", 0) >= 256 * 2**20


def test_larger_models_cost_more_a_token() -> None:
    small = {"d_model": 512, "decoder_layers": 6, "encoder_attention_heads": 8, "encoder_ffn_dim": 2048}
    assert bytes_per_token(small | {"d_model": 1024}, 4, number_size=4) > bytes_per_token(small, 4, number_size=4)
    assert bytes_per_token(small, 4, number_size=4) == 2 * bytes_per_token(small, 4, number_size=2)
