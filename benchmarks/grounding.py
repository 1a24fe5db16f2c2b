"""Measures the check of generated summaries on summaries of real models that people judged (FRANK).

usage: python benchmarks/grounding.py DATA.jsonl.gz LABELS.csv [--folds 5] [--seeds 20]

A line of DATA holds "id" (ending in FRANK's hash), "article_lines" and "systems": name -> sentences of its summary.
LABELS is data/human_annotations.csv of github.com/artidoro/frank (Pagnoni et al. 2021, arXiv 2104.13346), or a part of
it. A summary is unfaithful when people found an error in any of its sentences; the kinds are FRANK's: semantic frame
(who did what, when, where), content (what the article does not say), discourse (who "he" is, what follows from what).

Printed is the share of unfaithful summaries caught where one in twenty faithful ones is refused: by the overlap of word
pairs alone, by extractive density (Grusky et al. 2018), by closeness to a sentence of it, and by digest's check.
Borders are chosen on all folds but one and measured on that one; then what the borders in use give.
"""

import argparse
import csv
import gzip
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digest.config import SummarizerSettings
from digest.summarize.encoder import load_encoder
from digest.summarize.grounding import Evidence
from digest.summarize.names import fold
from digest.summarize.sentences import split_sentences
from digest.summarize.support import LEAST_CLOSENESS, LEAST_SUPPORT, closeness, support

Values = NDArray[np.float64]

FALSE_ALARMS = 0.05
_UNKNOWN = (
    "UNK"  # what two of FRANK's systems write for a word they do not know; with its capitals it were a strange name
)
KINDS = {
    "semantic frame": "Semantic_Frame_Errors",
    "content": "Content_Verifiability_Errors",
    "discourse": "Discourse_Errors",
}
UNCLEAR = "no kind agreed on"


@dataclass(frozen=True)
class Judged:
    """One summary: the article's hash, how people judged it, and what each measure gives; more is better."""

    article: str
    faithful: bool
    kinds: frozenset[str]
    values: dict[str, float]


def kinds_of(label: dict[str, str]) -> frozenset[str]:
    """Which errors lower the judgement; FRANK lowers all three where its annotators agreed on none."""
    values = {kind: float(label[column]) for kind, column in KINDS.items()}
    best = max(values.values())
    found = {kind for kind, value in values.items() if value < best}
    if float(label["Factuality"]) == 1:
        return frozenset()
    return frozenset(found or {UNCLEAR})


def overlap(words: Sequence[str], article: Sequence[str]) -> float:
    known = set(pairwise(article))
    pairs = list(pairwise(words))
    return sum(pair in known for pair in pairs) / len(pairs) if pairs else 0.0


def density(words: Sequence[str], article: Sequence[str]) -> float:
    """The mean, over words, of the length of the run of the article that they are copied in."""
    places: dict[str, list[int]] = {}
    for number, word in enumerate(article):
        places.setdefault(word, []).append(number)
    at, total = 0, 0
    while at < len(words):
        longest = 0
        for place in places.get(words[at], ()):
            size = 0
            while at + size < len(words) and place + size < len(article) and words[at + size] == article[place + size]:
                size += 1
            longest = max(longest, size)
        total += longest * longest
        at += max(1, longest)
    return total / len(words) if words else 0.0


class Article:
    def __init__(self, row: dict[str, Any]) -> None:
        text = "\n".join(row["article_lines"])
        self.sentences = [sentence.text for sentence in split_sentences(text, "en")]
        self.encoder = load_encoder(SummarizerSettings())
        self.vectors = self.encoder.encode(self.sentences)
        self.words = fold(text).split()
        self.evidence = Evidence(text, "en")

    def measure(self, sentences: Sequence[str]) -> dict[str, float]:
        own = self.encoder.encode(sentences)
        words = fold(" ".join(sentences)).split()
        held = float(support(sentences, self.sentences, own, self.vectors).min())
        strange = bool(self.evidence.check(" ".join(sentences).replace(_UNKNOWN, _UNKNOWN.lower())))
        return {
            "overlap alone": overlap(words, self.words),
            "density": density(words, self.words),
            "closeness": float(closeness(own, self.vectors).min()),
            "support": held,
            "digest (support, figures, names)": -1.0 if strange else held,
        }


def judged(data: Path, labels: Path) -> list[Judged]:
    with gzip.open(data, "rt", encoding="utf-8") as lines:
        rows = {row["id"].rsplit("/", 1)[-1]: row for row in map(json.loads, lines)}
    articles: dict[str, Article] = {}
    found = []
    with labels.open(encoding="utf-8", newline="") as lines:
        for label in csv.DictReader(lines):
            row = rows.get(label["hash"])
            sentences = row["systems"].get(label["model_name"].removesuffix("_lines")) if row else None
            if row is None or not sentences:
                continue
            if label["hash"] not in articles:
                articles[label["hash"]] = Article(row)
            values = articles[label["hash"]].measure(sentences)
            found.append(Judged(label["hash"], float(label["Factuality"]) == 1, kinds_of(label), values))
    return found


def held_out(summaries: Sequence[Judged], measure: str, folds: int, seeds: int) -> Values:
    """Share of the runs in which each summary was refused by a border that was chosen on other articles."""
    values = np.array([summary.values[measure] for summary in summaries])
    faithful = np.array([summary.faithful for summary in summaries])
    names = sorted({summary.article for summary in summaries})
    refused = np.zeros(len(summaries))
    for seed in range(seeds):
        order = np.random.RandomState(seed).permutation(len(names)) % folds
        part = np.array([order[names.index(summary.article)] for summary in summaries])
        for number in range(folds):
            border = np.quantile(values[faithful & (part != number)], FALSE_ALARMS)
            refused[part == number] += values[part == number] < border
    return refused / seeds


def told(summaries: Sequence[Judged], refused: Values) -> str:
    faithful = np.array([summary.faithful for summary in summaries])
    parts = [f"refuses {refused[faithful].mean():.1%} of faithful, {refused[~faithful].mean():.1%} of unfaithful"]
    for kind in (*KINDS, UNCLEAR):
        of = np.array([kind in summary.kinds for summary in summaries])
        if of.any():
            parts.append(f"{kind} {refused[of].mean():.0%} of {of.sum()}")
    return "; ".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("labels", type=Path)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--seeds", type=int, default=20)
    options = parser.parse_args()
    for path in (options.data, options.labels):
        if not path.is_file():
            sys.exit(f"{path} is missing; see the head of this file for what it is and where it comes from")
    summaries = judged(options.data, options.labels)
    articles = len({summary.article for summary in summaries})
    print(f"{len(summaries)} summaries of {articles} articles, {sum(s.faithful for s in summaries)} faithful")
    for measure in summaries[0].values:
        print(f"{measure}: {told(summaries, held_out(summaries, measure, options.folds, options.seeds))}", flush=True)
    for measure, border in (("digest (support, figures, names)", LEAST_SUPPORT), ("closeness", LEAST_CLOSENESS)):
        refused = np.array([float(summary.values[measure] < border) for summary in summaries])
        print(f"in use, {measure} below {border}: {told(summaries, refused)}")


if __name__ == "__main__":
    main()
