"""Runs sequence-to-sequence models: in int8 through CTranslate2 on the processor, by transformers elsewhere."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from digest.config import SummarizerSettings
from digest.errors import ModelError
from digest.summarize.conversion import cache_folder, quiet_transformers
from digest.summarize.hardware import cpu_count, torch_dtype
from digest.summarize.hub import ModelFiles
from digest.summarize.memory import Ids, budget, bytes_per_token, run_batches
from digest.summarize.search import Search
from digest.summarize.stored import open_converted, open_tokenizer
from digest.summarize.writer import Task, plain

_BATCH_CPU = 4  # quickest for transformers on two cores
_BATCH_WORKER = 2  # with 4 a worker is a seventh quicker, and takes an eighth of a gigabyte more
_BATCH_GPU = 64
_MOST_WORKERS = 4  # each takes memory of its own
_DEFAULT_LIMIT = 512
_UNBOUNDED = 16_384  # input tokens taken at once by a model that names no bound


@dataclass(frozen=True, slots=True)
class Seq2Seq:
    """A loaded model. `limit` is how many tokens of text it takes; `run` maps a batch of ids to generated ids."""

    tokenizer: Any
    run: Callable[[Sequence[Ids]], list[Ids]]
    limit: int
    prefix: str
    engine: str
    tokens: int
    """Of a batch, padding included: what the memory holds."""
    largest: int

    def write(self, tasks: Sequence[Task]) -> list[str | None]:
        """One output a text, in order; None where the model failed on it. Sorted by length, so batches waste little."""
        ids = [encoded.ids for encoded in self.tokenizer.encode_batch([self.prefix + task.text for task in tasks])]
        outputs = run_batches(ids, self.run, tokens=self.tokens, largest=self.largest)
        return [
            None if output is None else self.tokenizer.decode(output, skip_special_tokens=True) for output in outputs
        ]


def with_ctranslate2(files: ModelFiles, settings: SummarizerSettings, search: Search) -> Seq2Seq:
    """Run the model in int8 on the processor. Raises what the converter and its loader stumble on."""
    folder = open_converted(files, cache_folder(settings))
    tokenizer = open_tokenizer(folder)
    translators = _Translators(str(folder))
    translators.of(1)  # a damaged copy is found now, and not in the middle of a run
    forced = files.config.get("forced_bos_token_id")
    start = [[tokenizer.id_to_token(forced)]] if isinstance(forced, int) else None
    tokens = budget("cpu", settings.memory_mb) // bytes_per_token(files.config, search.beams, number_size=4)
    workers = max(1, min(cpu_count(), _MOST_WORKERS, tokens // (_BATCH_WORKER * _DEFAULT_LIMIT)))

    def run(batch: Sequence[Ids]) -> list[Ids]:
        results = translators.of(min(workers, len(batch))).translate_batch(
            [[tokenizer.id_to_token(i) for i in ids] for ids in batch],
            target_prefix=start * len(batch) if start else None,
            max_batch_size=_BATCH_WORKER,
            beam_size=search.beams,
            patience=search.patience,
            max_decoding_length=search.max_new,
            min_decoding_length=max(1, search.min_new),
            length_penalty=search.length_penalty,
            no_repeat_ngram_size=search.no_repeat,
            max_input_length=0,
        )
        found = ((tokenizer.token_to_id(token) for token in result.hypotheses[0]) for result in results)
        return [[i for i in ids if i is not None] for ids in found]  # T5 has more outputs than its tokenizer has words

    prefix = _prefix(files)
    limit = min(_limit(files, tokenizer, prefix), max(_DEFAULT_LIMIT, tokens))
    return Seq2Seq(tokenizer, run, limit, prefix, "CTranslate2 int8 on cpu", tokens, _BATCH_WORKER * workers)


class _Translators:
    """The engine, laid out for how many batches run at a time: all cores on one, or a core each, which is quicker."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._workers = 0
        self._engine: Any = None

    def of(self, workers: int) -> Any:
        """The engine for so many batches at a time; loaded again, in a blink, when that changes."""
        if workers != self._workers:
            from ctranslate2 import Translator

            self._engine = None  # first: two copies of the weights would not fit a small server
            self._engine = Translator(
                self._folder,
                device="cpu",
                compute_type="int8",
                inter_threads=workers,
                intra_threads=max(1, cpu_count() // workers),
            )
            self._workers = workers
        return self._engine


def with_transformers(files: ModelFiles, settings: SummarizerSettings, search: Search, device: str) -> Seq2Seq:
    """Run the model as transformers does. Raises ModelError."""
    import torch

    model, slow, dtype = load_transformers(files, device)
    tokenizer = plain(slow.backend_tokenizer)
    pad = slow.pad_token_id if slow.pad_token_id is not None else 0
    options = _generation(files, model, search)
    led = files.config.get("model_type") == "led"

    def run(batch: Sequence[Ids]) -> list[Ids]:
        width = max(map(len, batch))
        ids = torch.tensor([row + [pad] * (width - len(row)) for row in batch], device=device)
        mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in batch], device=device)
        first = (torch.arange(width, device=device) == 0).long().expand_as(mask)
        extra = {"global_attention_mask": first} if led else {}  # what LED was trained with: one token sees all
        with torch.inference_mode(), quiet_transformers():
            output = model.generate(input_ids=ids, attention_mask=mask, generation_config=options, **extra)
        return [list(map(int, row)) for row in output]

    prefix = _prefix(files)
    number = 2 if device == "cuda" else 4
    tokens = budget(device, settings.memory_mb) // bytes_per_token(files.config, search.beams, number_size=number)
    limit = min(_limit(files, tokenizer, prefix), max(_DEFAULT_LIMIT, tokens))
    engine = f"transformers {str(dtype).removeprefix('torch.')} on {device}"
    return Seq2Seq(tokenizer, run, limit, prefix, engine, tokens, _BATCH_GPU if device == "cuda" else _BATCH_CPU)


def load_transformers(files: ModelFiles, device: str) -> tuple[Any, Any, Any]:
    """Model, tokenizer and number format, by transformers. Raises ModelError."""
    import torch
    from transformers import AutoModelForCausalLM, AutoModelForSeq2SeqLM, AutoTokenizer

    dtype = torch_dtype(device)
    model: Any
    loader = AutoModelForSeq2SeqLM if files.kind == "seq2seq" else AutoModelForCausalLM
    safe = {"local_files_only": True, "trust_remote_code": False}
    try:
        with quiet_transformers():
            tokenizer = AutoTokenizer.from_pretrained(files.folder, **safe)
            model = loader.from_pretrained(files.folder, use_safetensors=True, dtype=dtype, **safe)
    except (OSError, ValueError, RuntimeError, KeyError, ImportError, AttributeError, TypeError) as error:
        raise ModelError(
            f"the model cannot be loaded: {error}",
            where=str(files.folder),
            remedy="download it again, or choose a model that this version of transformers knows",
        ) from error
    return model.to(torch.device(device)).eval(), tokenizer, dtype


def _generation(files: ModelFiles, model: Any, search: Search) -> Any:
    """The model's own settings for generating, with the search laid over them."""
    from transformers import GenerationConfig

    options = model.generation_config or GenerationConfig.from_model_config(model.config)
    options.max_length = None
    options.update(
        max_new_tokens=search.max_new,
        min_new_tokens=search.min_new or None,
        min_length=0,
        num_beams=search.beams,
        length_penalty=search.length_penalty,
        no_repeat_ngram_size=search.no_repeat,
        early_stopping=search.stops_early,
        do_sample=False,
    )
    forced = files.config.get("forced_bos_token_id")
    if isinstance(forced, int):
        options.forced_bos_token_id = forced
    return options


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
