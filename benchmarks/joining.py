"""Counts what is joined that only shares a subject, and what that caution costs where one event is told by many.

usage: python benchmarks/joining.py HEADLINES.csv.gz FEEDS_FOLDER [--days 100]

HEADLINES is that of stories.py; FEEDS_FOLDER holds gzipped feeds as they were fetched. A day of posts is 1 to 3 posts
in a row of each of 25 feeds, all dated alike, so that no distance in time keeps any two apart: next to none of them
tells an event that another tells, and each that is joined counts. Of headlines the labels are known. Printed is, for
some values of what two articles alone must reach (in use is the last), and for one outlet's articles with and without
what is taken off: B-cubed F1 of days of headlines, and posts joined to others in a day of posts. Then how many links
to earlier issues are right: of headlines to 20 that were told, and, without labels, how many posts are linked to 60
earlier posts of the same feeds.
"""

import argparse
import gzip
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from curating import NOW, Vectors
from stories import Stories, a_day, read_stories, score, told

from digest.collect.article import make_article
from digest.collect.draft import Rejected
from digest.collect.feedtext import parse_feed
from digest.config import SummarizerSettings
from digest.curate import cluster, similarity
from digest.curate.cluster import group_stories, stories_among
from digest.curate.continuity import links_to_earlier
from digest.curate.similarity import Similarity
from digest.model import Article
from digest.summarize import embed, word_rarity

_FEEDS, _MOST_IN_A_ROW, _OF_A_FEED = 25, 3, 30
_TOLD_HEADLINES, _TOLD_POSTS = 20, 60
_ALONE = (0.17, 0.25, 0.28, 0.32)


def read_posts(folder: Path) -> dict[str, list[Article]]:
    """The posts of each feed that can be read, in its order."""
    posts: dict[str, list[Article]] = defaultdict(list)
    for file in sorted(folder.glob("*.gz")):
        try:
            drafts = parse_feed(gzip.decompress(file.read_bytes()), url="https://example.org/feed", now=NOW).drafts
        except Rejected:
            continue
        for number, draft in enumerate(drafts[:_OF_A_FEED]):
            post = make_article(draft, key=f"{file.name}-{number}", source=file.name, now=NOW)
            if post.title and post.text:
                posts[file.name].append(replace(post, published=NOW))
    return posts


def a_day_of_posts(posts: dict[str, list[Article]], rng: random.Random) -> list[Article]:
    found = []
    for name in rng.sample(sorted(posts), min(_FEEDS, len(posts))):
        start = rng.randrange(max(1, len(posts[name]) - _MOST_IN_A_ROW))
        found += posts[name][start : start + rng.randint(1, _MOST_IN_A_ROW)]
    return found


def links_of(earlier: Sequence[Article], new: Sequence[Article], vectors: Vectors) -> list[tuple[list[int], list[int]]]:
    """Each story among the new, by places in `new`, with the places in `earlier` that it goes on from."""
    alike = Similarity([*earlier, *new], vectors, word_rarity(), earlier=len(earlier))
    groups = stories_among(alike, len(earlier))
    found = links_to_earlier(alike, len(earlier), groups)
    return [([place - len(earlier) for place in group], linked) for group, linked in zip(groups, found, strict=True)]


def links_of_headlines(stories: Stories, vectors: Vectors, rng: random.Random) -> tuple[int, int, int]:
    """Stories that were told, those of them whose link is found, and links to others."""
    keys = rng.sample(sorted(stories), _TOLD_HEADLINES)
    chosen = [rng.choice(stories[key]) for key in keys]
    left = {key: [each for each in headlines if each not in chosen] for key, headlines in stories.items()}
    day = a_day(left, list(left), rng)
    could, right, wrong = 0, 0, 0
    for group, linked in links_of([told(0, each) for each in chosen], [one for one, _ in day], vectors):
        (key, _), *_ = Counter(day[place][1] for place in group).most_common(1)
        true = keys.index(key) if key in keys else None
        could += true is not None
        right += true in linked
        wrong += sum(place != true for place in linked)
    return could, right, wrong


def links_of_posts(posts: dict[str, list[Article]], vectors: Vectors, rng: random.Random) -> int:
    new = a_day_of_posts(posts, rng)
    there = {post.id for post in new}
    before = [post for name in {post.source for post in new} for post in posts[name] if post.id not in there]
    earlier = rng.sample(sorted(before, key=lambda post: post.id), min(_TOLD_POSTS, len(before)))
    return sum(bool(linked) for _, linked in links_of(earlier, new, vectors))


def compare(stories: Stories, posts: dict[str, list[Article]], vectors: Vectors, days: int) -> None:
    headlines = [a_day(stories, list(stories), random.Random(5000 + seed)) for seed in range(days)]
    blogs = [a_day_of_posts(posts, random.Random(seed)) for seed in range(days)]
    outlet = similarity._ONE_OUTLET
    for off in (0.0, outlet):
        for alone in _ALONE:
            similarity._ONE_OUTLET, cluster._ALONE = off, alone
            found = [score(day, group_stories([one for one, _ in day], vectors, word_rarity())) for day in headlines]
            joined = [len(day) - len(group_stories(day, vectors, word_rarity())) for day in blogs]
            print(f"two alone {alone:.2f}, of one outlet {off:.2f} off: B3 {np.mean(found):.3f},", end=" ")
            print(f"{np.mean(joined):.2f} of {np.mean([len(day) for day in blogs]):.0f} posts joined a day", flush=True)


def main() -> None:
    """Print what is joined and linked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("headlines", type=Path)
    parser.add_argument("feeds", type=Path)
    parser.add_argument("--days", type=int, default=100)
    options = parser.parse_args()
    if not options.headlines.is_file():
        parser.error(f"{options.headlines} is missing: a gzipped CSV with the columns title, story and publisher")
    stories, posts = read_stories(options.headlines), read_posts(options.feeds)
    if not posts:
        sys.exit(f"{options.feeds}: there are no *.gz feeds in it")
    every = [told(0, each) for headlines in stories.values() for each in headlines]
    every += [post for those in posts.values() for post in those]
    vectors = embed(every, SummarizerSettings(), None)
    compare(stories, posts, vectors, options.days)
    counts = [links_of_headlines(stories, vectors, random.Random(seed)) for seed in range(options.days)]
    could, right, wrong = (sum(column) for column in zip(*counts, strict=True))
    print(f"links of headlines: {right / could:.2f} of those that were told, {right / (right + wrong):.2f} right")
    linked = [links_of_posts(posts, vectors, random.Random(seed)) for seed in range(options.days)]
    print(f"posts linked to an earlier one: {np.mean(linked):.2f} a day")


if __name__ == "__main__":
    main()
