"""Counts how many article pages are told for articles, and not for lists of them.

usage: listing.py FOLDER...
Each FOLDER is one of those that extraction.py takes. Every page in it is one article, most with dozens of links to
others beside it. A page of ground-truth.json is read under its own address; what has none, under a made-up one that
says nothing.
"""

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path

from extraction import cases

from digest.collect.draft import Rejected
from digest.collect.listing import read_listing

NOW = datetime.now(UTC)
NOWHERE = "https://example.org/a/page.html"


def addresses(folder: Path) -> dict[str, str]:
    """The address of each page, as far as it is known."""
    truth = folder / "ground-truth.json"
    if not truth.exists():
        return {}
    return {key: value.get("url") or NOWHERE for key, value in json.loads(truth.read_text("utf-8")).items()}


def main() -> None:
    """Print the pages that were taken for lists, and the sum of each folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    for folder in parser.parse_args().folders:
        known, right, count = addresses(folder), 0, 0
        for case in cases(folder):
            count += 1
            url = known.get(case.name, NOWHERE)
            try:
                found = read_listing(case.html, charset=None, url=url, now=NOW)
            except Rejected as verdict:
                print(f"  {case.name[:60]}: {verdict}")
                continue
            right += found.article is not None
            if found.article is None:
                print(f"  {case.name[:60]}: a list of {len(found.links)} ({url})")
        print(f"{folder.name}: {right} of {count} article pages told for articles")


if __name__ == "__main__":
    main()
