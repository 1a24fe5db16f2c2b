"""Measures the built-in summarizer on articles with reference summaries: quality, share of each feature, speed.

usage: python benchmarks/summarizing.py DATA.jsonl.gz SENTENCES [--features]     (needs rouge-score)

A line of DATA holds "id", "article" or "article_lines", and "reference" (text or a list of sentences). Printed are
ROUGE-1, -2 and -Lsum of the summaries and of the first SENTENCES sentences, the mean difference with its standard
error, and with --features what it becomes when one feature is left out. How the weights were chosen, and what they are
worth on articles that they were not chosen on, tells benchmarks/weights.py.
"""

import argparse
import functools
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
from digest.summarize.plan import plan_story

KINDS = ["rouge1", "rouge2", "rougeLsum"]
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
    """Scores summaries of one set of articles against its references. Articles are encoded once, scores kept."""

    def __init__(self, rows: list[dict[str, Any]], sentences: int) -> None:
        self.rows = rows
        self.articles = [article(row) for row in rows]
        self.settings = SummarizerSettings(sentences=sentences, max_words=2000)
        self.scorer = RougeScorer(KINDS, use_stemmer=True)
        self.known: dict[tuple[int, str], list[float]] = {}
        self.base = self.scores([lead(row, sentences) for row in rows])

    @functools.cached_property
    def prepared(self) -> list[Any]:
        """Each article's plan and vectors: what does not depend on the weights."""
        plans = [plan_story([article], "en") for article in self.articles]
        return list(zip(plans, Extractive(self.settings).encode(plans), strict=True))

    def scores(self, texts: Sequence[str]) -> Any:
        """(articles, 3), in points."""
        return np.array([self._score(number, text) for number, text in enumerate(texts)])

    def _score(self, number: int, text: str) -> list[float]:
        if (number, text) not in self.known:
            score = self.scorer.score(joined(self.rows[number]["reference"]), text)
            self.known[number, text] = [100 * score[kind].fmeasure for kind in KINDS]
        return self.known[number, text]

    def ours(self, weights: Weights) -> Any:
        extractive = Extractive(self.settings, weights)
        summaries = [extractive.summary(plan, vectors) for plan, vectors in self.prepared]
        return self.scores([STOP.sub("\n", summary.text) for summary in summaries])

    def gain(self, weights: Weights) -> Any:
        """Mean of the three measures above the first sentences, by article."""
        return (self.ours(weights) - self.base).mean(axis=1)


def read_bench(path: Path, sentences: int) -> Bench:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return Bench([json.loads(line) for line in lines], sentences)


def told(gain: Any) -> str:
    return f"{gain.mean():+.2f} ± {gain.std() / len(gain) ** 0.5:.2f}"


WITHOUT = {"repeated": 1.01, "usual_words": 10_000, "place_width": None, "title": None, "elsewhere": None}


def features(bench: Bench) -> None:
    for field in fields(Weights):
        without = WITHOUT.get(field.name, 0.0)
        if without is not None:
            changed = replace(Weights(), **{field.name: without})
            print(f"  without {field.name}: {told(bench.gain(changed))}", flush=True)
    print(f"  first fit sentences: {told(bench.gain(Weights(meaning=0, words=0, length=0, novelty=0)))}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("sentences", type=int)
    parser.add_argument("--features", action="store_true")
    options = parser.parse_args()
    bench = read_bench(options.data, options.sentences)
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


if __name__ == "__main__":
    main()
