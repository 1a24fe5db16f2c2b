"""Measures curation: copies against edited texts, and growth. Stories have stories.py.

usage: python benchmarks/curating.py copies ARTICLES.jsonl.gz ...
       python benchmarks/curating.py growth [COUNT ...]

`copies`: a line of ARTICLES holds "article" or "article_lines"; printed is how many edited copies are found, by kind of
edit, and how many pairs of different articles are taken for copies.
`growth`: time and peak memory of a whole curation of made-up articles with made-up vectors, each count in a process of
its own.
"""

import argparse
import gzip
import hashlib
import itertools
import json
import multiprocessing
import random
import resource
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digest.config import CurateSettings
from digest.curate import curate
from digest.curate.dedupe import near_duplicates
from digest.model import Article

NOW = datetime(2026, 11, 20, tzinfo=UTC)
Vectors = Mapping[str, NDArray[np.float32]]


def article(number: int, title: str, text: str, source: str, published: datetime) -> Article:
    return Article(
        id=str(number),
        url=f"https://example.org/{number}",
        source=source,
        title=title,
        author=None,
        published=published,
        first_seen=NOW,
        language="en",
        text=text,
        image=None,
        words=len(text.split()),
        content_hash=hashlib.sha256(f"{title}\n{text}".encode()).hexdigest(),
    )


def edits(words: list[str], others: list[str], rng: random.Random) -> dict[str, list[str]]:
    lead = rng.sample(others, min(60, len(others)))
    return {
        "furniture added": [*lead[:30], *words, *lead[30:]],
        "cut to 60%": words[: int(len(words) * 0.6)],
        "cut to 30%": words[: int(len(words) * 0.3)],
        "new lead": [*lead, *words[len(words) // 5 :]],
    }


def read_lines(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def copies_command(paths: Sequence[Path]) -> None:
    rows = [row for path in paths for row in read_lines(path)]
    texts = list(
        dict.fromkeys("\n".join(row["article_lines"]) if "article_lines" in row else row["article"] for row in rows)
    )
    rng = random.Random(5)
    words = [text.split() for text in texts]
    started = time.perf_counter()
    same = near_duplicates(texts, [str(n) for n in range(len(texts))])
    pairs = len(texts) * (len(texts) - 1) // 2
    print(
        f"{len(texts)} articles in {time.perf_counter() - started:.2f} s: {len(same)} of {pairs} pairs taken for copies"
    )
    for first, second in same:
        print(f"  {texts[first][:70]!r} and {texts[second][:70]!r}")
    made = [edits(one, words[place - 1], rng) for place, one in enumerate(words)]
    for kind in made[0]:
        edited = [" ".join(each[kind]) for each in made]
        found = set(near_duplicates(texts + edited, [str(n) for n in range(2 * len(texts))]))
        recall = sum((place, place + len(texts)) in found for place in range(len(texts))) / len(texts)
        print(f"{kind:16s} recall {recall:.3f}")


def made_up(count: int) -> tuple[list[Article], dict[str, NDArray[np.float32]]]:
    """Articles of 500 words on `count` / 3 stories, a tenth of them copies, with vectors that agree."""
    rng, numbers = random.Random(3), np.random.default_rng(3)
    vocabulary = [f"w{n:x}" for n in range(60_000)]
    weights = list(itertools.accumulate(1 / (n + 10) for n in range(len(vocabulary))))
    centres = numbers.normal(size=(count // 3 + 1, 384))
    subjects = numbers.normal(size=(200, 384))
    articles: list[Article] = []
    vectors = {}
    for number in range(count):
        story = rng.randrange(count // 3 + 1)
        own = random.Random(story).choices(vocabulary, k=12)
        if articles and number % 10 == 0:
            text = rng.choice(articles).text
        else:
            text = " ".join(rng.sample(own, 8) + rng.choices(vocabulary, cum_weights=weights, k=492))
        title = " ".join(rng.sample(own, 6) + rng.choices(vocabulary, cum_weights=weights, k=4))
        one = article(number, title, text, f"source {number % 100}", NOW - timedelta(minutes=rng.randrange(10_000)))
        vector = centres[story] + 0.8 * subjects[story % 200] + 0.5 * numbers.normal(size=384)
        vectors[one.content_hash] = (vector / np.linalg.norm(vector)).astype(np.float32)
        articles.append(one)
    return articles, vectors


def grow(count: int) -> None:
    articles, vectors = made_up(count)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    started, worked = time.perf_counter(), time.process_time()
    curated = curate(articles, vectors, CurateSettings(limit=30), (), now=NOW)
    seconds, cpu = time.perf_counter() - started, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    stories = sum(len(section.stories) for section in curated.sections)
    took = f"{seconds:6.2f} s ({cpu:.2f} s of CPU)"
    print(f"{count:6d} articles: {took}, peak {peak:5.0f} MB ({before:.0f} MB before), {stories} stories chosen")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("copies").add_argument("paths", type=Path, nargs="+")
    commands.add_parser("growth").add_argument("counts", type=int, nargs="*", default=[100, 1000, 6000, 20_000])
    options = parser.parse_args()
    if missing := [str(path) for path in getattr(options, "paths", ()) if not path.is_file()]:
        parser.error(f'there is no {", ".join(missing)}: gzipped JSON lines with "article" or "article_lines"')
    if options.command == "copies":
        copies_command(options.paths)
    else:
        for count in options.counts:
            process = multiprocessing.get_context("spawn").Process(target=grow, args=(count,))
            process.start()
            process.join()


if __name__ == "__main__":
    main()
