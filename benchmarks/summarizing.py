"""Measures the built-in summarizer on articles with reference summaries: quality, share of each feature, speed.

usage: python benchmarks/summarizing.py DATA.jsonl.gz SENTENCES [--features] [--folds]     (needs rouge-score)

A line of DATA holds "id", "article" or "article_lines", and "reference" (text or a list of sentences). Printed are
ROUGE-1, -2 and -Lsum of the summaries and of the first SENTENCES sentences, the mean difference with its standard
error, and with --features what it becomes when one feature is left out; with --folds, what place weights chosen on four
fifths of the articles reach on the other fifth.
"""

import argparse
import gzip
import hashlib
import json
import re
import time
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from rouge_score.rouge_scorer import RougeScorer

from digest.config import SummarizerSettings
from digest.model import Article
from digest.summarize.centrality import Weights
from digest.summarize.extractive import Extractive

KINDS = ["rouge1", "rouge2", "rougeLsum"]
FOLDS = 5
STOP = re.compile(r"(?<=[.!?])\s+")


def joined(value: str | Sequence[str]) -> str:
    return value if isinstance(value, str) else "\n".join(value)


def article(row: dict[str, Any]) -> Article:
    text = joined(row.get("article_lines") or row["article"])
    return Article(
        id=row["id"],
        url=None,
        source="benchmark",
        title="",
        author=None,
        published=None,
        first_seen=datetime.now(UTC),
        language="en",
        text=text,
        image=None,
        words=len(text.split()),
        content_hash=hashlib.sha256(text.encode()).hexdigest(),
    )


def lead(row: dict[str, Any], count: int) -> str:
    return "\n".join((row.get("article_lines") or STOP.split(row["article"]))[:count])


class Bench:
    """Scores summaries of one set of articles against its references."""

    def __init__(self, rows: list[dict[str, Any]], sentences: int) -> None:
        self.rows = rows
        self.articles = [article(row) for row in rows]
        self.settings = SummarizerSettings(sentences=sentences, max_words=2000)
        self.scorer = RougeScorer(KINDS, use_stemmer=True)
        self.base = self.scores([lead(row, sentences) for row in rows])

    def scores(self, texts: Sequence[str]) -> Any:
        """(articles, 3), in points."""
        pairs = zip(self.rows, texts, strict=True)
        found = [self.scorer.score(joined(row["reference"]), text) for row, text in pairs]
        return 100 * np.array([[score[kind].fmeasure for kind in KINDS] for score in found])

    def ours(self, weights: Weights) -> Any:
        summaries = Extractive(self.settings, weights).summarize(self.articles, language="en")
        return self.scores([STOP.sub("\n", summary.text) for summary in summaries])

    def gain(self, weights: Weights) -> Any:
        """Mean of the three measures above the first sentences, by article."""
        return (self.ours(weights) - self.base).mean(axis=1)


def told(gain: Any) -> str:
    return f"{gain.mean():+.2f} ± {gain.std() / len(gain) ** 0.5:.2f}"


def features(bench: Bench) -> None:
    for field in fields(Weights):
        if field.name not in {"place_width", "title"}:
            without = 1.01 if field.name == "repeated" else 0.0
            print(
                f"  without {field.name}: {told(bench.gain(replace(Weights(), **{field.name: without})))}", flush=True
            )


def folds(bench: Bench) -> None:
    tried = [Weights(place=place, words=words) for place in (0.4, 0.6, 0.8, 1.0) for words in (0.2, 0.35, 0.5)]
    gains = np.array([bench.gain(weights) for weights in tried])
    fold = np.random.RandomState(1).permutation(gains.shape[1]) % FOLDS
    held = [gains[gains[:, fold != k].mean(axis=1).argmax()][fold == k] for k in range(FOLDS)]
    print(f"  chosen by cross-validation on this set alone: {told(np.concatenate(held))}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("sentences", type=int)
    parser.add_argument("--features", action="store_true")
    parser.add_argument("--folds", action="store_true")
    options = parser.parse_args()
    with gzip.open(options.data, "rt", encoding="utf-8") as lines:
        bench = Bench([json.loads(line) for line in lines], options.sentences)
    start = time.perf_counter()
    summarizer = Extractive(bench.settings)
    words = np.mean([len(s.text.split()) for s in summarizer.summarize(bench.articles, language="en")])
    spent = time.perf_counter() - start
    ours = bench.ours(Weights())
    print(f"{options.data.name}: {len(ours)} articles in {spent:.1f} s, start included; {words:.0f} words each")
    print(f"  ROUGE-1/2/L {ours.mean(axis=0).round(2)}, first {options.sentences} {bench.base.mean(axis=0).round(2)}")
    print(f"  gain {told((ours - bench.base).mean(axis=1))}")
    if options.features:
        features(bench)
    if options.folds:
        folds(bench)


if __name__ == "__main__":
    main()
