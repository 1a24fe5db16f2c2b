"""Measures the built-in summarizer beside LexRank of sumy: time from a cold start, memory, and ROUGE.

usage: python benchmarks/lexrank.py DATA.jsonl.gz SENTENCES [--articles 200] [--words 600] [--sumy PYTHON]
(needs rouge-score; and sumy, in this environment or in that of the interpreter that --sumy names)

A line of DATA holds "id", "article" or "article_lines", and "reference". For speed its texts are joined and cut to
articles of so many words. Each side runs in a process of its own, on the same articles, as its user would run it:
`digest summarize --jsonl` once with an empty cache (the encoder is converted then) and once with a warm one; sumy with
its stemmer and stop words. Sumy is given sentences split at full stops, for its own splitter needs a download.
"""

import argparse
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rouge_score.rouge_scorer import RougeScorer

KINDS = ["rouge1", "rouge2", "rougeLsum"]
STOP = re.compile(r"(?<=[.!?])\s+")
PEER = r"""
import json, re, sys
from sumy.models.dom import Sentence, Paragraph, ObjectDocumentModel
from sumy.nlp.stemmers import Stemmer
from sumy.summarizers.lex_rank import LexRankSummarizer
from sumy.utils import get_stop_words
class Words:
    def to_words(self, text):
        return re.findall(r"[^\W\d_]+", text)
    def to_sentences(self, text):
        return [text]
summarizer = LexRankSummarizer(Stemmer("english"))
summarizer.stop_words = get_stop_words("english")
for line in open(sys.argv[1], encoding="utf-8"):
    row = json.loads(line)
    pieces = [p for line in row["text"].splitlines() for p in re.split(r"(?<=[.!?])\s+", line) if p.strip()]
    document = ObjectDocumentModel([Paragraph([Sentence(piece, Words()) for piece in pieces])])
    print(json.dumps({"id": row["id"], "summary": "\n".join(map(str, summarizer(document, int(sys.argv[2]))))}))
"""


def text_of(row: dict[str, Any]) -> str:
    return "\n".join(row["article_lines"]) if row.get("article_lines") else str(row["article"])


def made(texts: Sequence[str], count: int, words: int) -> Iterator[str]:
    """`count` articles of about `words` words: sentences of the texts, one after the other, begun anew at the end."""
    kept: list[str] = []
    size = number = 0
    while number < count:
        for sentence in (s for text in texts for s in STOP.split(text)):
            kept.append(sentence)
            size += len(sentence.split())
            if size >= words:
                yield " ".join(kept)
                kept, size, number = [], 0, number + 1
                if number == count:
                    return


def run(command: Sequence[str], folder: Path) -> tuple[dict[str, str], float, float, float]:
    """id -> summary; seconds by the clock, seconds of all cores together, megabytes at the peak."""
    environment = os.environ | {"DIGEST_CONFIG": str(folder / "config.toml"), "HF_HUB_OFFLINE": "1"}
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=folder, env=environment)
    assert process.stdout
    lines = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{command[0]} failed")
    spent = time.perf_counter() - start
    found = {row["id"]: row["summary"] for row in map(json.loads, lines.splitlines())}
    return (
        found,
        spent,
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2),
    )


def write(path: Path, texts: Sequence[str]) -> Path:
    rows = (json.dumps({"id": str(number), "text": text}) + "\n" for number, text in enumerate(texts))
    path.write_text("".join(rows), encoding="utf-8")
    return path


def rouge(rows: Sequence[dict[str, Any]], summaries: dict[str, str]) -> str:
    scorer = RougeScorer(KINDS, use_stemmer=True)
    total = [0.0] * len(KINDS)
    for number, row in enumerate(rows):
        wanted = row["reference"] if isinstance(row["reference"], str) else "\n".join(row["reference"])
        score = scorer.score(wanted, STOP.sub("\n", summaries[str(number)]))
        total = [so_far + 100 * score[kind].fmeasure for so_far, kind in zip(total, KINDS, strict=True)]
    return "/".join(f"{value / len(rows):.2f}" for value in total)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("sentences", type=int)
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--words", type=int, default=600)
    parser.add_argument("--sumy", default=sys.executable)
    options = parser.parse_args()
    if not options.data.is_file():
        sys.exit(f"{options.data} is missing")
    if subprocess.run([options.sumy, "-c", "import sumy"], capture_output=True, check=False).returncode:
        sys.exit(f"{options.sumy} has no sumy: install it there, or name another interpreter by --sumy")
    with gzip.open(options.data, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "config.toml").write_text('[newsletter]\nname = "b"\n[summarizer]\ncache_dir = "cache"\n')
        texts = list(made([text_of(row) for row in rows], options.articles, options.words))
        speed = write(folder / "speed.jsonl", texts)
        whole = write(folder / "whole.jsonl", [text_of(row) for row in rows])
        count = str(options.sentences)
        ours = [sys.executable, "-m", "digest", "summarize", "--sentences", count, "--json", "--jsonl"]
        peer = [options.sumy, "-c", PEER]
        for label, command in (
            ("digest, empty cache", [*ours, str(speed)]),
            ("digest, warm cache", [*ours, str(speed)]),
            ("sumy LexRank", [*peer, str(speed), count]),
        ):
            for file in folder.glob("config.db*"):  # summaries are kept in the store: a second run would make none
                file.unlink()
            _, spent, computed, peak = run(command, folder)
            what = f"{len(texts)} articles of {options.words} words"
            print(f"{label}: {what} in {spent:.1f} s ({computed:.1f} s of cores), {peak:.0f} MB", flush=True)
        for label, command in (("digest", [*ours, str(whole)]), ("sumy LexRank", [*peer, str(whole), count])):
            found, *_ = run(command, folder)
            print(f"{label}: ROUGE-1/2/L {rouge(rows, found)} on {len(rows)} of {options.data.name}", flush=True)
    print(f"load of the machine: {os.getloadavg()[0]:.1f}, cores: {len(os.sched_getaffinity(0))}")


if __name__ == "__main__":
    main()
