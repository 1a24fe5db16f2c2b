"""Imports subscription lists and counts those that give feeds, and those that say why they give none.

usage: importing.py FOLDER
FOLDER holds OPML files, as in the tests of listparser. Each is read as `digest sources import` reads it.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

from digest.collect.discover import read_subscriptions
from digest.collect.draft import Rejected


def main() -> None:
    """Print each reason with how many files give it, and the sums."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    files = sorted(file for file in parser.parse_args().folder.iterdir() if file.suffix in {".opml", ".xml"})
    if not files:
        sys.exit("there are no *.opml or *.xml files in it")
    feeds = sections = lists = 0
    reasons: Counter[str] = Counter()
    for file in files:
        try:
            found = read_subscriptions(file.read_bytes())
        except Rejected as verdict:
            reasons[str(verdict)] += 1
            continue
        if not found.feeds:
            reasons[found.skipped[0][1]] += 1
            continue
        lists += 1
        feeds += len(found.feeds)
        sections += sum(bool(feed.section) for feed in found.feeds)
    for reason, count in reasons.most_common():
        print(f"  {count:3} {reason}")
    print(f"{len(files)} files: {lists} give {feeds} feeds, {sections} of them in a section")
    print(f"{reasons.total()} say why they give none")


if __name__ == "__main__":
    main()
