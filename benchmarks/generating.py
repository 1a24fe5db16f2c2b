"""Measures generated summaries beside transformers: articles a minute and memory, on a model of random weights.

usage: python benchmarks/generating.py FOLDER [--articles 16] [--peer-articles 4]

The model has the shape of DistilBART-CNN-12-6 (306 million weights; 1.2 GB are written to FOLDER, and kept for the next
run). Inputs have 600 tokens, 60 are written (not one fewer), by 4 beams. Each side runs in a process of its own: digest
as it would run it, in int8 through CTranslate2; transformers by `generate`, one article after the other, in fp32. What
the weights say does not matter for speed; that both sides write the same is tested on a model that was trained
(tests/summarize/test_generative.py).
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from digest.config import SummarizerSettings
from digest.summarize.hub import ModelFiles, find_model
from digest.summarize.search import Search
from digest.summarize.writer import Task

INPUT, OUTPUT, BEAMS = 600, 60, 4
SPECIAL = 2  # tokens that begin and end an input
WORDS = 50_264
BEGIN, PAD, END, UNKNOWN = "<s>", "<pad>", "</s>", "<unk>"
SEARCH = Search(beams=BEAMS, max_new=OUTPUT, min_new=OUTPUT, length_penalty=2.0, no_repeat=3, stops_early=True)


def save_model(folder: Path) -> None:
    """A model of random weights with a tokenizer of made-up words."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BartConfig, BartForConditionalGeneration, PreTrainedTokenizerFast

    torch.manual_seed(1)
    config = BartConfig(
        vocab_size=WORDS,
        d_model=1024,
        encoder_layers=12,
        decoder_layers=6,
        encoder_attention_heads=16,
        decoder_attention_heads=16,
        encoder_ffn_dim=4096,
        decoder_ffn_dim=4096,
        max_position_embeddings=1024,
        bos_token_id=0,
        pad_token_id=1,
        eos_token_id=2,
        decoder_start_token_id=2,
        forced_bos_token_id=0,
    )
    special = [BEGIN, PAD, END, UNKNOWN]
    vocabulary = {word: number for number, word in enumerate([*special, *(f"w{i}" for i in range(WORDS - 4))])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{BEGIN} $A {END}", special_tokens=[(BEGIN, 0), (END, 2)]
    )
    BartForConditionalGeneration(config).save_pretrained(folder)
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token=BEGIN, pad_token=PAD, eos_token=END, unk_token=UNKNOWN
    ).save_pretrained(folder)


def texts(count: int) -> list[str]:
    generator = random.Random(3)
    return [" ".join(f"w{generator.randrange(WORDS - 4)}" for _ in range(INPUT - SPECIAL)) for _ in range(count)]


def digest_side(files: ModelFiles, settings: SummarizerSettings, articles: Sequence[str]) -> Callable[[], list[int]]:
    from digest.summarize import seq2seq

    writer = seq2seq.with_ctranslate2(files, settings, SEARCH)
    tasks = [Task(text=text) for text in articles]
    return lambda: [len((text or "").split()) for text in writer.write(tasks)]


def transformers_side(files: ModelFiles, articles: Sequence[str]) -> Callable[[], list[int]]:
    import torch
    from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

    torch.set_num_threads(len(os.sched_getaffinity(0)))
    tokenizer = AutoTokenizer.from_pretrained(files.folder)
    model = AutoModelForSeq2SeqLM.from_pretrained(files.folder, dtype=torch.float32).eval()

    def write() -> list[int]:
        lengths = []
        for text in articles:
            with torch.inference_mode():
                output = model.generate(
                    **tokenizer(text, return_tensors="pt", return_token_type_ids=False),
                    num_beams=BEAMS,
                    min_new_tokens=OUTPUT,
                    max_new_tokens=OUTPUT,
                    length_penalty=SEARCH.length_penalty,
                    no_repeat_ngram_size=SEARCH.no_repeat,
                    early_stopping=True,
                )
            lengths.append(output.shape[1] - 1)
        return lengths

    return write


def measure(side: str, folder: Path, count: int) -> None:
    """One side, in this process; prints a line of JSON."""
    settings = SummarizerSettings(model=str(folder), cache_dir=folder / "cache", device="cpu")
    files = find_model(settings)
    articles = texts(count)
    write = digest_side(files, settings, articles) if side == "digest" else transformers_side(files, articles)
    start, computed = time.perf_counter(), time.process_time()
    lengths = write()
    spent, computed = time.perf_counter() - start, time.process_time() - computed
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        json.dumps(
            {"rate": 60 * count / spent, "peak": peak, "tokens": sum(lengths) / count, "cores": computed / count}
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=16)
    parser.add_argument("--peer-articles", type=int, default=4)
    parser.add_argument("--side", choices=["digest", "transformers", "prepare"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    folder = options.folder.absolute()
    if options.side == "prepare":
        if not (folder / "model.safetensors").is_file():
            save_model(folder)
        measure("digest", folder, 1)
        return
    if options.side:
        count = options.articles if options.side == "digest" else options.peer_articles
        measure(options.side, folder, count)
        return
    arguments = ["--articles", str(options.articles), "--peer-articles", str(options.peer_articles), "--side"]
    found = {}
    for side in ("prepare", "transformers", "digest"):
        command = [sys.executable, __file__, str(folder), *arguments, side]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        found[side] = json.loads(done.stdout.splitlines()[-1])
        if side != "prepare":
            said = found[side]
            print(
                f"{side}: {said['rate']:.1f} articles a minute, {said['peak']:.0f} MB, {said['tokens']:.0f} tokens each"
            )
    speed = found["digest"]["rate"] / found["transformers"]["rate"]
    memory = found["digest"]["peak"] / found["transformers"]["peak"]
    print(f"digest writes {speed:.1f} times as many, in {memory:.0%} of the memory")
    print(f"load of the machine: {os.getloadavg()[0]:.1f}, cores: {len(os.sched_getaffinity(0))}")


if __name__ == "__main__":
    main()
