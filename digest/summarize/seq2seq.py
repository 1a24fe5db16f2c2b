"""Runs a sequence-to-sequence model: CTranslate2 int8 on a processor, transformers elsewhere and as the fallback."""

import contextlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digest.config import SummarizerSettings
from digest.errors import ModelError
from digest.summarize.conversion import cache_folder, converted, discard, quiet_transformers
from digest.summarize.hardware import choose_device, cpu_count, torch_dtype
from digest.summarize.hub import ModelFiles

Ids = list[int]
_BATCH_CPU = 4  # quickest for both engines on two cores
_BATCH_GPU = 32
_DEFAULT_LIMIT = 512
_UNBOUNDED = 16_384  # input tokens taken at once by a model that names no bound
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """How the best output is searched for. Lengths are in tokens."""

    beams: int
    max_new: int
    min_new: int
    length_penalty: float
    no_repeat: int


@dataclass(frozen=True, slots=True)
class Seq2Seq:
    """A loaded model. `limit` is how many tokens of text it takes; `run` maps a batch of ids to generated ids."""

    tokenizer: Any
    run: Callable[[Sequence[Ids]], list[Ids]]
    limit: int
    prefix: str
    engine: str
    batch: int

    def count(self, texts: Sequence[str]) -> list[int]:
        """The tokens of each text, without the special ones."""
        return [len(encoded.ids) for encoded in self.tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    def generate(self, texts: Sequence[str]) -> list[str | None]:
        """One output a text, in order; None where the model failed on it. Sorted by length, so batches waste little."""
        ids = [encoded.ids for encoded in self.tokenizer.encode_batch([self.prefix + text for text in texts])]
        found: list[str | None] = [None] * len(ids)
        by_length = sorted(range(len(ids)), key=lambda i: len(ids[i]), reverse=True)
        for start in range(0, len(by_length), self.batch):
            batch = by_length[start : start + self.batch]
            for index, output in zip(batch, self._attempt([ids[i] for i in batch]), strict=True):
                found[index] = None if output is None else self.tokenizer.decode(output, skip_special_tokens=True)
        return found

    def _attempt(self, batch: list[Ids]) -> list[Ids | None]:
        """Run a batch; when that fails, its halves, down to the one input that the model cannot take."""
        try:
            return list(self.run(batch))
        except (RuntimeError, IndexError, ValueError, MemoryError) as error:
            # Out of memory is a RuntimeError of torch; an input too long an IndexError of some models.
            if len(batch) == 1:
                _log.warning("the model failed on one article (%s)", error)
                return [None]
        middle = len(batch) // 2
        return [*self._attempt(batch[:middle]), *self._attempt(batch[middle:])]


def load_seq2seq(files: ModelFiles, settings: SummarizerSettings) -> Seq2Seq:
    """Load the model with the quickest engine that takes it. Raises ModelError."""
    search = plan_search(files, settings)
    device = _device(settings)
    if device == "cpu":
        try:
            return _with_ctranslate2(files, settings, search)
        except (ImportError, OSError, RuntimeError, ValueError, AttributeError, KeyError) as error:
            # The converter raises whatever its loader stumbles on; a model that it does not know runs anyway, slower.
            _log.info("CTranslate2 cannot run %s (%s); transformers runs it", files.name, error)
    return _with_transformers(files, search, device)


def plan_search(files: ModelFiles, settings: SummarizerSettings) -> Search:
    """The search that the model's authors chose, fitted to the length that the settings ask for."""
    config = files.config
    max_new = min(max(32, settings.max_words * 2), 512, config.get("max_length") or 512)
    return Search(
        beams=int(config.get("num_beams") or 4),
        max_new=max_new,
        min_new=min(int(config.get("min_length") or 0), max_new // 2),
        length_penalty=float(config.get("length_penalty") or 1.0),
        no_repeat=int(config.get("no_repeat_ngram_size") or 3),
    )


def _device(settings: SummarizerSettings) -> str:
    """`cpu` or `cuda`. CTranslate2 is asked first whether there is a GPU: it starts faster than torch."""
    if settings.device == "auto":
        with contextlib.suppress(ImportError):
            from ctranslate2 import get_cuda_device_count

            if not get_cuda_device_count():
                return "cpu"
    return choose_device(settings.device)


def _limit(files: ModelFiles, tokenizer: Any, prefix: str) -> int:
    """Tokens of text that fit beside the special ones and the prefix."""
    config = files.config
    keys = ("max_encoder_position_embeddings", "max_position_embeddings", "n_positions")
    bound = next((int(config[key]) for key in keys if config.get(key)), _DEFAULT_LIMIT)
    taken = len(tokenizer.encode(prefix).ids) + 2
    return max(16, min(bound, _UNBOUNDED) - taken)


def _prefix(files: ModelFiles) -> str:
    """What a model wants before its input; the T5 family was trained with the name of the task there."""
    given = files.config.get("prefix")
    return given if isinstance(given, str) else "summarize: " if files.config.get("model_type") == "t5" else ""


def _with_ctranslate2(files: ModelFiles, settings: SummarizerSettings, search: Search) -> Seq2Seq:
    from ctranslate2 import Translator
    from tokenizers import Tokenizer

    key = f"{files.folder.name[:40]}-{files.identity}-int8"
    folder = converted(key, cache_folder(settings), lambda target: _convert(files.folder, target))
    try:
        engine = Translator(str(folder), device="cpu", compute_type="int8", intra_threads=cpu_count())
        tokenizer = _plain(Tokenizer.from_file(str(folder / "tokenizer.json")))
    except Exception as error:  # tokenizers raises bare Exception; a damaged copy must not stay, whatever the damage
        discard(folder)
        raise RuntimeError(f"the converted model cannot be read: {error}") from error
    forced = files.config.get("forced_bos_token_id")
    start = [[tokenizer.id_to_token(forced)]] if isinstance(forced, int) else None

    def run(batch: Sequence[Ids]) -> list[Ids]:
        results = engine.translate_batch(
            [[tokenizer.id_to_token(i) for i in ids] for ids in batch],
            target_prefix=start * len(batch) if start else None,
            beam_size=search.beams,
            max_decoding_length=search.max_new,
            min_decoding_length=max(1, search.min_new),
            length_penalty=search.length_penalty,
            no_repeat_ngram_size=search.no_repeat,
            max_input_length=0,
        )
        return [[tokenizer.token_to_id(token) for token in result.hypotheses[0]] for result in results]

    prefix = _prefix(files)
    return Seq2Seq(tokenizer, run, _limit(files, tokenizer, prefix), prefix, "CTranslate2 int8 on cpu", _BATCH_CPU)


def _convert(source: Path, target: Path) -> None:
    from ctranslate2.converters import TransformersConverter
    from transformers import AutoTokenizer

    class Converter(TransformersConverter):  # type: ignore[misc]  # the base class ships no types
        def load_model(self, model_class: Any, path: str, **options: Any) -> Any:
            # transformers 5 dropped this key from BART's configuration, and the converter reads it.
            if not hasattr(options["config"], "normalize_before"):
                options["config"].normalize_before = False
            return model_class.from_pretrained(path, use_safetensors=True, local_files_only=True, **options)

    with quiet_transformers():
        Converter(str(source)).convert(str(target), quantization="int8")
        AutoTokenizer.from_pretrained(source, local_files_only=True).save_pretrained(target)


def _with_transformers(files: ModelFiles, search: Search, device: str) -> Seq2Seq:
    import torch
    from transformers import AutoModelForSeq2SeqLM, AutoTokenizer, GenerationConfig

    dtype = torch_dtype(device)
    try:
        with quiet_transformers():
            slow = AutoTokenizer.from_pretrained(files.folder, local_files_only=True, trust_remote_code=False)
            model = AutoModelForSeq2SeqLM.from_pretrained(
                files.folder, local_files_only=True, trust_remote_code=False, use_safetensors=True, dtype=dtype
            )
    except (OSError, ValueError, RuntimeError, KeyError, ImportError) as error:
        raise ModelError(
            f"the model cannot be loaded: {error}",
            where=str(files.folder),
            remedy="download it again, or choose a sequence-to-sequence model that this version of transformers knows",
        ) from error
    model.to(device).eval()
    tokenizer = _plain(slow.backend_tokenizer)
    pad = slow.pad_token_id if slow.pad_token_id is not None else 0
    options = (
        GenerationConfig.from_model_config(model.config)
        if model.generation_config is None
        else (model.generation_config)
    )
    options.max_length = None
    options.update(
        max_new_tokens=search.max_new,
        min_new_tokens=search.min_new or None,
        min_length=0,
        num_beams=search.beams,
        length_penalty=search.length_penalty,
        no_repeat_ngram_size=search.no_repeat,
        do_sample=False,
    )

    def run(batch: Sequence[Ids]) -> list[Ids]:
        width = max(map(len, batch))
        ids = torch.tensor([row + [pad] * (width - len(row)) for row in batch], device=device)
        mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in batch], device=device)
        with torch.inference_mode(), quiet_transformers():
            output = model.generate(input_ids=ids, attention_mask=mask, generation_config=options)
        return [list(map(int, row)) for row in output]

    prefix = _prefix(files)
    engine = f"transformers {str(dtype).removeprefix('torch.')} on {device}"
    batch = _BATCH_GPU if device == "cuda" else _BATCH_CPU
    return Seq2Seq(tokenizer, run, _limit(files, tokenizer, prefix), prefix, engine, batch)


def _plain(tokenizer: Any) -> Any:
    """The tokenizer without padding and truncation: batches are made here, and nothing is cut in silence."""
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
