"""Scores the extraction of articles on pages with a known text: F1 of 4-word shingles, title, author, time a page.

usage: extraction.py FOLDER
FOLDER holds either ground-truth.json ({id: {"articleBody": …}}) beside <id>.html.gz, as in scrapinghub's
article-extraction-benchmark, or one folder a page with source.html.gz, expected.html.gz and expected-metadata.json.gz,
as in the tests of mozilla/readability. One process, one core.
"""

import argparse
import gzip
import json
import re
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from digest.collect.draft import Draft, Rejected
from digest.collect.extract import extract_page
from digest.collect.markup import fragment_text

NOW = datetime.now(UTC)


@dataclass(frozen=True)
class Case:
    """One page with what should come out of it; "" where nothing is known."""

    name: str
    html: bytes
    text: str
    title: str = ""
    author: str = ""


def cases(folder: Path) -> Iterator[Case]:
    """The pages of either kind of folder."""
    truth = folder / "ground-truth.json"
    if truth.exists():
        for key, value in json.loads(truth.read_text("utf-8")).items():
            yield Case(key, gzip.decompress((folder / f"{key}.html.gz").read_bytes()), value["articleBody"])
        return
    for place in sorted(path for path in folder.iterdir() if path.is_dir()):
        parts = [gzip.decompress((place / f"{name}.gz").read_bytes()) for name in ("source.html", "expected.html")]
        meta = json.loads(gzip.decompress((place / "expected-metadata.json.gz").read_bytes()))
        text = fragment_text(parts[1].decode("utf-8", "replace"))
        yield Case(place.name, parts[0], text, meta.get("title") or "", meta.get("byline") or "")


def shingles(text: str, size: int = 4) -> Counter[tuple[str, ...]]:
    """Runs of words of a text, counted."""
    words = re.findall(r"\w+", text)
    return Counter(tuple(words[i : i + size]) for i in range(max(1, len(words) - size + 1)) if words[i : i + size])


def score(true: str, found: str) -> tuple[float, float]:
    """Precision and recall of one text; nothing of nothing is right."""
    a, b = shingles(true), shingles(found)
    common = sum((a & b).values())
    return (common / sum(b.values()) if b else float(not a)), (common / sum(a.values()) if a else float(not b))


def plain(text: str) -> str:
    """Words in lower case, apart by one blank."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def main() -> None:
    """Print one line of figures and, with --worst, the pages that cost most."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--worst", type=int, default=0, metavar="N")
    options = parser.parse_args()
    found: list[tuple[Case, Draft | None, float]] = []
    for case in cases(options.folder):
        start = time.process_time()
        draft: Draft | None
        try:
            draft = extract_page(case.html, now=NOW, url="http://fakehost/test/page.html")
        except Rejected as verdict:
            print(f"{case.name}: {verdict}")
            draft = None
        found.append((case, draft, time.process_time() - start))
    scores = [score(case.text, draft.text if draft else "") for case, draft, _ in found]
    precision, recall = (statistics.mean(column) for column in zip(*scores, strict=True))
    titled = [(case, draft) for case, draft, _ in found if case.title]
    signed = [(case, draft) for case, draft, _ in found if case.author]
    f1 = 2 * precision * recall / (precision + recall)
    print(f"{len(found)} pages, F1 {f1:.4f} P {precision:.4f} R {recall:.4f}, "
          f"{1000 * statistics.mean(spent for *_, spent in found):.0f} ms a page")  # fmt: skip
    if titled:
        right = sum(draft is not None and plain(case.title) == plain(draft.title) for case, draft in titled)
        print(f"title right {right}/{len(titled)}")
    if signed:
        names = [(plain(case.author), plain(draft.author or "") if draft else "") for case, draft in signed]
        right = sum(bool(mine) and (mine in theirs or theirs in mine) for theirs, mine in names)
        print(f"author right {right}/{len(signed)}")
    worst = sorted(zip(scores, found, strict=True), key=lambda pair: sum(pair[0]))
    for (p, r), (case, _, _) in worst[: options.worst]:
        print(f"  P {p:.2f} R {r:.2f} {case.name}")


if __name__ == "__main__":
    main()
