"""Counts whether every entry that feedparser sees in real feeds arrives in the store, or is told with its reason.

usage: feedparsing.py FOLDER
FOLDER holds gzipped feeds as they were fetched. Each is the only source of a run without a limit of articles, into a
store of its own; what feedparser sees and the store does not hold must be counted by the reasons in the report. Both
readers are timed on the same bytes in one process, by its processor time, the best of three rounds: feedparser as it
comes, which leaves cleaned HTML, and ours, which leaves plain text, its language, a date that is certain, and the keys.
"""

import argparse
import gzip
import io
import os
import re
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import feedparser

from digest.collect import collect
from digest.collect.draft import Rejected
from digest.collect.feedtext import parse_feed
from digest.config import CollectSettings, SourceSettings
from digest.store import open_store

NOW = datetime.now(UTC)


@dataclass(frozen=True)
class Feed:
    """One feed, and how many entries feedparser sees in it."""

    name: str
    data: bytes
    entries: int


def entries_of(data: bytes) -> int:
    """How many entries feedparser sees."""
    return len(feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False).entries)


def cleaned_entries_of(data: bytes) -> int:
    """How many entries feedparser sees, which cleans their HTML and resolves the addresses in it."""
    return len(feedparser.parse(io.BytesIO(data)).entries)


def items_of(data: bytes) -> int:
    """How many items our reader sees."""
    try:
        return len(parse_feed(data, url="https://example.org/feed", now=NOW).drafts)
    except Rejected:
        return 0


def read_feeds(folder: Path) -> list[Feed]:
    """The feeds of a folder."""
    found = [(file.name.removesuffix(".gz"), gzip.decompress(file.read_bytes())) for file in folder.glob("*.gz")]
    return [Feed(name, data, entries_of(data)) for name, data in sorted(found)]


def arrived(feed: Feed, folder: Path) -> tuple[int, Counter[str]]:
    """How many of its items a run keeps, and how many are left out for each reason."""
    path = folder / f"{feed.name}.xml"
    path.write_bytes(feed.data)
    source = SourceSettings(type="feed", name=feed.name, path=path, limit=100_000, full_text=False)
    with open_store(f"sqlite:///{folder / feed.name}.db") as store:
        found = collect([source], CollectSettings(max_feed_mb=100), store, now=NOW)
    reasons: Counter[str] = Counter()
    if found.sources[0].status != "ok":
        reasons[found.sources[0].error or found.sources[0].status] += feed.entries
    for skipped in found.skipped:
        count = re.match(r"(\d+) items ", skipped.reason)
        reasons[skipped.reason.removeprefix(count[0]) if count else skipped.reason] += int(count[1]) if count else 1
    return len(found.new), reasons


def best(read: Callable[[bytes], int], feeds: Sequence[Feed]) -> float:
    """Seconds of the fastest of three rounds over all feeds."""
    rounds = []
    for _ in range(3):
        start = time.process_time()
        for feed in feeds:
            read(feed.data)
        rounds.append(time.process_time() - start)
    return min(rounds)


def main() -> None:
    """Print every reason for an entry that did not arrive, the sums, and the times of both readers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as in the processes that parse
    warnings.simplefilter("ignore")
    feeds = read_feeds(options.folder)
    if not feeds:
        sys.exit(f"{options.folder}: there are no *.gz feeds in it")
    kept = missing = 0
    reasons: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for feed in feeds:
            new, why = arrived(feed, Path(folder))
            kept, reasons, lost = kept + new, reasons + why, feed.entries - new - why.total()
            missing += max(0, lost)
            if lost > 0:
                print(f"{feed.name}: {lost} of {feed.entries} entries are missing without a reason")
    for reason, count in reasons.most_common():
        print(f"  {count:5} {reason}")
    print(f"{len(feeds)} feeds, {sum(feed.entries for feed in feeds)} entries: {kept} arrived, "
          f"{reasons.total()} with a reason, {missing} missing")  # fmt: skip
    theirs, ours = best(cleaned_entries_of, feeds), best(items_of, feeds)
    print(f"feedparser {theirs:.2f} s, ours {ours:.2f} s: {theirs / ours:.1f} times faster")
    if missing:
        sys.exit(1)


if __name__ == "__main__":
    main()
