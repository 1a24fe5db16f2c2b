"""Runs instruction models: any causal model with a chat template, in int8 through CTranslate2 or by transformers."""

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digest.config import SummarizerSettings
from digest.errors import ModelError
from digest.summarize.chat import ChatTemplate
from digest.summarize.cleaning import clean
from digest.summarize.conversion import cache_folder, quiet_transformers
from digest.summarize.hardware import cpu_count
from digest.summarize.hub import ModelFiles
from digest.summarize.memory import Ids, budget, bytes_per_token, run_batches
from digest.summarize.neutral import Neutralizer, tags_of
from digest.summarize.prompt import PromptTemplate, language_name, prompt_file
from digest.summarize.seq2seq import load_transformers
from digest.summarize.stored import open_converted, open_tokenizer
from digest.summarize.writer import Task, plain

_BATCH_GPU = 32
_BATCH_CPU = 2
_CONTEXT_CPU = 4096  # tokens taken at once; attention costs their square
_CONTEXT_GPU = 16_384
_SPARE = 8  # tokens: where two texts meet, they may be cut otherwise than each alone
_LEAST_ROOM = 64
_PLAIN_WORD = "word"
_SPECIAL = ("bos_token", "eos_token", "pad_token", "unk_token")

Run = Callable[[Sequence[Ids], int, Sequence[int]], list[Ids]]
"""Batch of prompts, most new tokens, tokens that end the answer -> the answers."""


@dataclass(frozen=True, slots=True)
class _Engine:
    """What computes. `tokens` of a batch, padding included, fit into the memory."""

    tokenizer: Any
    run: Run
    name: str
    tokens: int
    largest: int
    context: int


class Instruct:
    """A loaded model that is asked for summaries by a prompt."""

    def __init__(self, files: ModelFiles, settings: SummarizerSettings, engine: _Engine) -> None:
        """Raises ModelError when the model takes too little text, TemplateError when the prompt is wrong."""
        self._settings = settings
        self._engine = engine
        self._special = _special_tokens(files.folder)
        self._chat = ChatTemplate(files.chat_template or "", self._special, str(files.folder))
        self._controls = _control_ids(engine.tokenizer) - {engine.tokenizer.token_to_id(self._special["unk_token"])}
        self._ends = _end_ids(files.config, self._special, self._chat, engine.tokenizer)
        self.max_new = min(1024, settings.max_words * 3 + 32)
        bound = _context(files.config)
        room = min(bound, engine.context, max(engine.tokens, 512)) - self.max_new - self._overhead() - _SPARE
        if room < _LEAST_ROOM:
            raise ModelError(
                f"the model takes {bound} tokens at once, too few for the prompt and a summary",
                where=str(files.folder),
                remedy="choose another model, a shorter prompt, or a smaller [summarizer] max_words",
            )
        self.limit = room

    @property
    def tokenizer(self) -> Any:
        """A `tokenizers.Tokenizer` that neither pads nor truncates."""
        return self._engine.tokenizer

    @property
    def engine(self) -> str:
        """What computes, for a person."""
        return self._engine.name

    def write(self, tasks: Sequence[Task]) -> list[str | None]:
        """One summary a task, in order, with nothing around it; None where the model failed on it."""
        prompts = [self.prompt(task) for task in tasks]
        safe = [number for number, ids in enumerate(prompts) if ids is not None]
        outputs = run_batches(
            [ids for ids in prompts if ids is not None],
            lambda batch: self._engine.run(batch, self.max_new, self._ends),
            tokens=self._engine.tokens,
            largest=self._engine.largest,
        )
        found: list[str | None] = [None] * len(tasks)
        for number, output in zip(safe, outputs, strict=True):
            if output is not None:
                found[number] = clean(self._decoded(output)) or None
        return found

    def prompt(self, task: Task) -> Ids | None:
        """The tokens that the model is given, up to where it answers; None when the text took control of them.

        What was written by strangers holds no control token once it is neutralized. That is not taken on trust: the
        control tokens of the prompt must be those of the same prompt around one plain word.
        """
        template = self._template(task.language)
        neutral = self._neutralizer(task.language)
        ids = self._encoded(template, task, neutral(task.text), neutral(task.title))
        bare = self._encoded(template, task, _PLAIN_WORD, _PLAIN_WORD if task.title else "")
        return ids if self._controls_in(ids) == self._controls_in(bare) else None

    def _encoded(self, template: PromptTemplate, task: Task, text: str, title: str) -> Ids:
        values: Mapping[str, Any] = {
            "article": text,
            "title": title,
            "part": task.part,
            "language": task.language,
            "language_name": language_name(task.language),
            "sentences": self._settings.sentences,
            "max_words": self._settings.max_words,
        }
        rendered = self._chat.render(template.render(values))
        return list(self.tokenizer.encode(rendered, add_special_tokens=False).ids)

    def _controls_in(self, ids: Ids) -> Ids:
        return [token for token in ids if token in self._controls]

    def _overhead(self) -> int:
        task = Task(text=_PLAIN_WORD, title=_PLAIN_WORD * 8, part=True)
        return len(self._encoded(self._template(""), task, task.text, task.title)) + 32  # for a title that is longer

    def _decoded(self, output: Ids) -> str:
        ends = [number for number, token in enumerate(output) if token in self._ends]
        return str(self.tokenizer.decode(output[: ends[0]] if ends else output, skip_special_tokens=True))

    @functools.cache  # noqa: B019 - few languages, and the object lives as long as the run
    def _template(self, language: str) -> PromptTemplate:
        return PromptTemplate(prompt_file(self._settings, language))

    @functools.cache  # noqa: B019 - few languages, and the object lives as long as the run
    def _neutralizer(self, language: str) -> Neutralizer:
        markers = [self.tokenizer.id_to_token(token) for token in self._controls]
        return Neutralizer([*markers, *self._chat.turn_markers()], tags_of(self._template(language).source))


def with_ctranslate2(files: ModelFiles, settings: SummarizerSettings) -> Instruct:
    """Run the model in int8 on the processor. Raises what the converter and its loader stumble on."""
    from ctranslate2 import Generator

    folder = open_converted(files, cache_folder(settings))
    tokenizer = open_tokenizer(folder)
    workers = cpu_count()
    generator = Generator(str(folder), device="cpu", compute_type="int8", inter_threads=1, intra_threads=workers)

    def run(batch: Sequence[Ids], max_new: int, ends: Sequence[int]) -> list[Ids]:
        results = generator.generate_batch(
            [[tokenizer.id_to_token(token) for token in ids] for ids in batch],
            max_length=max_new,
            end_token=list(ends),
            include_prompt_in_result=False,
            sampling_topk=1,
        )
        return [list(map(int, result.sequences_ids[0])) for result in results]

    tokens = budget("cpu", settings.memory_mb) // bytes_per_token(files.config, 1, number_size=4)
    # One at a time: of several prompts it would read only as much at once as the shortest has, the rest word by word.
    return Instruct(files, settings, _Engine(tokenizer, run, "CTranslate2 int8 on cpu", tokens, 1, _CONTEXT_CPU))


def with_transformers(files: ModelFiles, settings: SummarizerSettings, device: str) -> Instruct:
    """Run the model as transformers does. Raises ModelError."""
    import torch

    model, slow, dtype = load_transformers(files, device)
    pad = slow.pad_token_id if slow.pad_token_id is not None else 0

    def run(batch: Sequence[Ids], max_new: int, ends: Sequence[int]) -> list[Ids]:
        width = max(map(len, batch))  # padded on the left: an answer begins where its prompt ends
        ids = torch.tensor([[pad] * (width - len(row)) + row for row in batch], device=device)
        mask = torch.tensor([[0] * (width - len(row)) + [1] * len(row) for row in batch], device=device)
        with torch.inference_mode(), quiet_transformers():
            output = model.generate(
                input_ids=ids,
                attention_mask=mask,
                max_new_tokens=max_new,
                eos_token_id=list(ends) or None,
                pad_token_id=pad,
                do_sample=False,
                num_beams=1,
                temperature=None,
                top_p=None,
                top_k=None,
                repetition_penalty=1.0,
            )
        return [list(map(int, row[width:])) for row in output]

    number = 2 if device == "cuda" else 4
    tokens = budget(device, settings.memory_mb) // bytes_per_token(files.config, 1, number_size=number)
    name = f"transformers {str(dtype).removeprefix('torch.')} on {device}"
    largest, context = (_BATCH_GPU, _CONTEXT_GPU) if device == "cuda" else (_BATCH_CPU, _CONTEXT_CPU)
    return Instruct(files, settings, _Engine(plain(slow.backend_tokenizer), run, name, tokens, largest, context))


def _context(config: Mapping[str, Any]) -> int:
    text = config.get("text_config") or config
    keys = ("max_position_embeddings", "n_positions", "max_sequence_length", "seq_length")
    return next((int(text[key]) for key in keys if isinstance(text.get(key), int)), 2048)


def _special_tokens(folder: Path) -> dict[str, str]:
    """`bos_token` and its kin as text, for the chat template."""
    found: dict[str, str] = {}
    for name in ("special_tokens_map.json", "tokenizer_config.json"):
        file = folder / name
        if not file.is_file():
            continue
        stored = json.loads(file.read_text(encoding="utf-8"))
        for key in _SPECIAL:
            token = stored.get(key)
            token = token.get("content") if isinstance(token, dict) else token
            if isinstance(token, str):
                found[key] = token
    return {key: found.get(key, "") for key in _SPECIAL}


def _control_ids(tokenizer: Any) -> frozenset[int]:
    """The tokens that steer a conversation: all that were added to the vocabulary, but for runs of blanks."""
    added = tokenizer.get_added_tokens_decoder()
    return frozenset(int(number) for number, token in added.items() if token.content.strip())


def _end_ids(config: Mapping[str, Any], special: Mapping[str, str], chat: ChatTemplate, tokenizer: Any) -> list[int]:
    """The tokens at which an answer ends: as the model says, and the one that its template puts behind an answer."""
    stated = config.get("eos_token_id")
    found = [int(token) for token in (stated if isinstance(stated, list) else [stated]) if isinstance(token, int)]
    if (end := tokenizer.token_to_id(special["eos_token"])) is not None:
        found.append(end)
    behind = tokenizer.encode(chat.after_answer(), add_special_tokens=False).ids
    if behind and behind[0] in _control_ids(tokenizer):
        found.append(behind[0])
    return list(dict.fromkeys(found))
