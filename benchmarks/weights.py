"""Chooses the weights of the built-in summarizer by cross-validation, and tells what such a choice is worth.

usage: python benchmarks/weights.py DATA_FOLDER [--folds 5] [--seeds 20]     (needs rouge-score)

DATA_FOLDER holds frank-cnndm.jsonl.gz (news that leads with its news; summaries of 3 sentences) and
bbc-news-summary.jsonl.gz (6 sentences). Weights are chosen on all folds but one and measured on that one, over several
ways to part the articles: on each set alone, and on both together. Printed is the held-out gain above the first
sentences, the mean of ROUGE-1, -2 and -Lsum, beside what the weights in use reach and what one knob costs or gives.
"""

import argparse
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from summarizing import Bench, read_bench, told

from digest.summarize.centrality import Weights

SETS = {"frank-cnndm": 3, "bbc-news-summary": 6}
KNOBS: dict[str, tuple[float, ...]] = {
    "place_width": (2.25, 2.6, 3.0),
    "meaning": (0.1, 0.2, 0.3),
    "words": (0.2, 0.35, 0.5),
    "usual_words": (30, 34, 38, 10_000),
}
BALANCE = 0.3  # of a point on the second set, for which its greater spread is paid


def tried() -> list[Weights]:
    return [
        replace(Weights(), **dict(zip(KNOBS, values, strict=True)))  # type: ignore[arg-type]  # all are numbers
        for values in product(*KNOBS.values())
    ]


def held_out(gains: list[Any], wanted: tuple[float, float], folds: int, seeds: int) -> list[list[float]]:
    """For each set the mean gain on the held-out folds, one number a seed. `wanted` weighs the sets in the choice."""
    found: list[list[float]] = [[], []]
    for seed in range(seeds):
        generator = np.random.RandomState(seed)
        parts = [generator.permutation(gain.shape[1]) % folds for gain in gains]
        kept: list[list[float]] = [[], []]
        for fold in range(folds):
            seen = [gain[:, part != fold].mean(axis=1) for gain, part in zip(gains, parts, strict=True)]
            best = int((wanted[0] * seen[0] + wanted[1] * seen[1]).argmax())
            for number, (gain, part) in enumerate(zip(gains, parts, strict=True)):
                kept[number] += list(gain[best, part == fold])
        for number, values in enumerate(kept):
            found[number].append(float(np.mean(values)))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--seeds", type=int, default=20)
    options = parser.parse_args()
    missing = [name for name in SETS if not (options.data / f"{name}.jsonl.gz").is_file()]
    if missing:
        parser.error(f"{options.data} lacks {', '.join(missing)} (.jsonl.gz)")
    benches: list[Bench] = [read_bench(options.data / f"{name}.jsonl.gz", k) for name, k in SETS.items()]
    weights = tried()
    gains = [np.array([bench.gain(choice) for choice in weights]) for bench in benches]
    for name, bench in zip(SETS, benches, strict=True):
        print(f"{name}: weights in use {told(bench.gain(Weights()))}", flush=True)
    for label, wanted in (("first set", (1.0, 0.0)), ("second set", (0.0, 1.0)), ("both", (1.0, BALANCE))):
        means = [
            f"{name} {np.mean(v):+.2f}"
            for name, v in zip(SETS, held_out(gains, wanted, options.folds, options.seeds), strict=True)
        ]
        print(f"chosen on the {label} of {len(weights)}, held out: {', '.join(means)}")
    for knob, values in KNOBS.items():
        for value in values:
            rows = [number for number, choice in enumerate(weights) if getattr(choice, knob) == value]
            print(
                f"  {knob} {value:g}: "
                + ", ".join(f"{n} {g[rows].mean():+.2f}" for n, g in zip(SETS, gains, strict=True))
            )


if __name__ == "__main__":
    main()
