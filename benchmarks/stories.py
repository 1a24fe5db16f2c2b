"""Chooses what tells one story from another by cross-validation, and says what that choice is worth.

usage: python benchmarks/stories.py HEADLINES.csv.gz [--seeds 12] [--days 3]

HEADLINES has the columns title, story and publisher, which is the outlet. The stories are parted in halves, anew for
each seed; days are drawn from each half: up to 22 stories of 1 to 12 headlines. The threshold, and the share of words,
that do best on the days of one half are measured on the days of the other, and the other way round: nothing is fitted
to what is measured. Printed is the held-out mean B-cubed F1 (Bagga and Baldwin, 1998) of each way to compare headlines,
the same days for all, and how often which threshold was chosen; then what the values in use reach on days of all
stories, and what they would with the best threshold of each day, which nobody can know before it is labelled.
"""

import argparse
import csv
import gzip
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from pathlib import Path

import numpy as np
from curating import NOW, Vectors, article
from numpy.typing import NDArray

from digest.config import SummarizerSettings
from digest.curate import cluster, similarity
from digest.curate.cluster import average_linkage, group_stories, threshold_for
from digest.model import Article
from digest.summarize import embed, word_rarity

Day = list[tuple[Article, str]]
Headline = tuple[str, str]
Stories = Mapping[str, list[Headline]]
Scores = NDArray[np.float64]

_STORIES = 22
_SIZES = (1, 1, 2, 3, 6, 12)
_THRESHOLDS = tuple(np.arange(0.10, 0.42, 0.01).round(2).tolist())


@dataclass(frozen=True)
class Way:
    """A way to compare headlines: the shares of words to choose from, and if it knows rare words of the language."""

    name: str
    shares: tuple[float, ...]
    knows_words: bool = True


WAYS = (
    Way("words of the day alone", (1.0,), knows_words=False),
    Way("words alone", (1.0,)),
    Way("encoder alone", (0.0,)),
    Way("encoder and words of the day", (0.3, 0.4, 0.5, 0.6), knows_words=False),
    Way("encoder and words", (0.3, 0.4, 0.5, 0.6)),
)


def b_cubed(truth: Sequence[str], found: Sequence[int]) -> float:
    true_sizes, found_sizes, both = Counter(truth), Counter(found), Counter(zip(truth, found, strict=True))
    pairs = list(zip(truth, found, strict=True))
    precision = sum(both[pair] / found_sizes[pair[1]] for pair in pairs) / len(pairs)
    recall = sum(both[pair] / true_sizes[pair[0]] for pair in pairs) / len(pairs)
    return 2 * precision * recall / (precision + recall)


def read_stories(path: Path) -> dict[str, list[Headline]]:
    """The headlines of each story, as (title, outlet)."""
    stories: dict[str, list[Headline]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            stories[row["story"]].append((row["title"], row["publisher"] or "unnamed"))
    return stories


def told(number: int, headline: Headline) -> Article:
    title, outlet = headline
    return article(number, title, title, outlet, NOW - timedelta(minutes=number))


def a_day(stories: Stories, keys: Sequence[str], rng: random.Random) -> Day:
    rows = []
    for key in rng.sample(sorted(keys), min(len(keys), _STORIES)):
        rows += [(each, key) for each in rng.sample(stories[key], min(rng.choice(_SIZES), len(stories[key])))]
    rng.shuffle(rows)
    return [(told(number, headline), key) for number, (headline, key) in enumerate(rows)]


def score(day: Day, groups: Sequence[Sequence[int]]) -> float:
    labels = {int(place): number for number, group in enumerate(groups) for place in group}
    return b_cubed([key for _, key in day], [labels[place] for place in range(len(day))])


def scores(day: Day, vectors: Vectors, share: float, rarity: Mapping[str, float]) -> list[float]:
    """The score of one day at each threshold."""
    similarity.WORDS_SHARE = share
    compared = similarity.Similarity([one for one, _ in day], vectors, rarity)
    everyone, over = np.arange(len(day)), threshold_for(len(day)) - threshold_for(1)
    return [score(day, average_linkage(compared, everyone, threshold + over)) for threshold in _THRESHOLDS]


def halves(stories: Stories, seeds: int, days: int) -> Iterator[tuple[list[Day], list[Day]]]:
    for seed in range(seeds):
        rng = random.Random(1000 + seed)
        keys = rng.sample(sorted(stories), len(stories))
        middle = len(keys) // 2
        first, second = ([a_day(stories, part, rng) for _ in range(days)] for part in (keys[:middle], keys[middle:]))
        yield first, second


def cross_validated(table: Scores, choices: Sequence[tuple[float, float]]) -> tuple[list[float], Counter[str]]:
    """Held-out means, one a seed and half, of what is best on the other half; `table` is choice, seed, half."""
    held_out, chosen = [], Counter[str]()
    for seed, half in product(range(table.shape[1]), range(2)):
        best = int(table[:, seed, half].argmax())
        held_out.append(float(table[best, seed, 1 - half]))
        chosen["share {:.1f} at {:.2f}".format(*choices[best])] += 1
    return held_out, chosen


def compare_ways(stories: Stories, vectors: Vectors, seeds: int, days: int) -> None:
    parted = list(halves(stories, seeds, days))
    for way in WAYS:
        rarity = word_rarity() if way.knows_words else {}
        rows = [
            [
                [np.mean([scores(day, vectors, share, rarity) for day in half], axis=0) for half in pair]
                for pair in parted
            ]
            for share in way.shares
        ]
        table = np.moveaxis(np.array(rows), -1, 1).reshape(-1, seeds, 2)
        found, chosen = cross_validated(table, list(product(way.shares, _THRESHOLDS)))
        error = np.std(found, ddof=1) / len(found) ** 0.5
        often = ", ".join(f"{what} ×{times}" for what, times in chosen.most_common(3))
        print(f"{way.name:30s} held out {np.mean(found):.3f} ± {error:.3f}   chosen: {often}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path)
    parser.add_argument("--seeds", type=int, default=12)
    parser.add_argument("--days", type=int, default=3)
    options = parser.parse_args()
    if not options.path.is_file():
        parser.error(f"{options.path} is missing: a gzipped CSV with the columns title and story")
    stories = read_stories(options.path)
    every = [told(0, headline) for headlines in stories.values() for headline in headlines]
    vectors, in_use = embed(every, SummarizerSettings(), None), similarity.WORDS_SHARE
    compare_ways(stories, vectors, options.seeds, options.days)
    similarity.WORDS_SHARE = in_use
    days = [a_day(stories, list(stories), random.Random(5000 + seed)) for seed in range(100)]
    found = [score(day, group_stories([one for one, _ in day], vectors, word_rarity())) for day in days]
    best = [max(scores(day, vectors, in_use, word_rarity())) for day in days]
    values = f"share {in_use:.1f} at {cluster.threshold_for(1):.2f}"
    print(f"in use ({values}), {len(days)} days of all stories: mean {np.mean(found):.3f}, min {min(found):.3f}")
    print(f"each day at its own best threshold: {np.mean(best):.3f}")


if __name__ == "__main__":
    main()
