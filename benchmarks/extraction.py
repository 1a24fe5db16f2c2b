"""Scores the extraction of articles on pages with a known text: F1 of 4-word shingles, title, author, date, language,
lead image, and processor time a page.

usage: extraction.py FOLDER [--peers] [--worst N]
FOLDER holds either ground-truth.json ({id: {"articleBody": …}}) beside <id>.html.gz, as in scrapinghub's
article-extraction-benchmark, or one folder a page with source.html.gz, expected.html.gz and expected-metadata.json.gz,
as in the tests of mozilla/readability. One process, one core. --peers reads the same pages with the libraries that are
installed: trafilatura, readability-lxml.

Precision and recall are averaged as that benchmark does. A title is right with the same words, case aside; `site aside`
counts those too that lack no more than the name of the site. An author is right when it holds the name that was
expected, or is within it, "By" and the like aside. A language is right by its first part, a date by its day.
"""

import argparse
import gzip
import importlib
import json
import logging
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import starmap
from pathlib import Path
from typing import Any

from digest.collect.bylines import clean_author
from digest.collect.dates import parse_date
from digest.collect.draft import Draft, Rejected
from digest.collect.extract import extract_page

NOW = datetime.now(UTC)
URL = "http://fakehost/test/page.html"
SEPARATOR = re.compile(r"\s+[|\-–—·»:]\s+")


@dataclass(frozen=True)
class Case:
    """One page with what should come out of it; "" where nothing is known."""

    name: str
    html: bytes
    text: str
    title: str = ""
    author: str = ""
    published: str = ""
    language: str = ""


@dataclass(frozen=True)
class Answer:
    """What one reader says of one page, and the processor seconds that it took."""

    draft: Draft
    seconds: float = 0.0
    rejected: str = ""


Reader = Callable[[bytes], Draft]


def cases(folder: Path) -> Iterator[Case]:
    """The pages of either kind of folder."""
    truth = folder / "ground-truth.json"
    if truth.exists():
        for key, value in json.loads(truth.read_text("utf-8")).items():
            yield Case(key, gzip.decompress((folder / f"{key}.html.gz").read_bytes()), value["articleBody"])
        return
    for place in sorted(path for path in folder.iterdir() if path.is_dir()):
        source, expected, said = (
            gzip.decompress((place / f"{name}.gz").read_bytes())
            for name in ("source.html", "expected.html", "expected-metadata.json")
        )
        meta = {key: value or "" for key, value in json.loads(said).items()}
        known = (meta.get(key, "") for key in ("title", "byline", "publishedTime", "lang"))
        yield Case(place.name, source, _all_text(expected), *known)


def _all_text(markup: bytes) -> str:
    """Every word of an expected article, whatever element it stands in."""
    import lxml.html

    tree = lxml.html.document_fromstring(b"<div>" + markup + b"</div>", parser=lxml.html.HTMLParser(encoding="utf-8"))
    return " ".join(tree.itertext())


def shingles(text: str, size: int = 4) -> Counter[tuple[str, ...]]:
    """Runs of words of a text, counted."""
    words = re.findall(r"\w+", text)
    return Counter(tuple(words[i : i + size]) for i in range(max(1, len(words) - size + 1)) if words[i : i + size])


def overlap(true: str, found: str) -> tuple[int, int, int]:
    """How many shingles are in both, only in what was found, and only in the truth."""
    a, b = shingles(true), shingles(found)
    return sum((a & b).values()), sum((b - a).values()), sum((a - b).values())


def f1(rows: list[tuple[int, int, int]]) -> tuple[float, float, float]:
    """F1, precision and recall: means over the pages for which they are defined."""
    precision = statistics.mean(both / (both + more) for both, more, _ in rows if both + more)
    recall = statistics.mean(both / (both + less) for both, _, less in rows if both + less)
    return 2 * precision * recall / (precision + recall), precision, recall


def words(text: str) -> str:
    """Words in lower case, apart by one blank."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def same_title(expected: str, found: str) -> bool:
    """Whether the titles have the same words."""
    return words(expected) == words(found)


def same_headline(expected: str, found: str) -> bool:
    """Whether the titles have the same words, or one has no more than the name of a site beside them."""
    parts = SEPARATOR.split(expected)
    wholes = {expected, *(expected.rpartition(part)[0] for part in parts[-1:]), *(parts[:1] if parts[2:] else ())}
    return words(found) in set(map(words, wholes))


def same_author(expected: str, found: str | None) -> bool:
    """Whether one name holds the other."""
    mine, theirs = words(found or ""), words(clean_author(" ".join(expected.split())) or expected)
    return bool(mine) and (mine in theirs or theirs in mine)


def same_day(expected: str, found: datetime | None) -> bool:
    """Whether both are of one day in UTC, or in the zone of the page."""
    true = parse_date(expected, now=NOW)
    return found is not None and true is not None and abs((found - true).total_seconds()) < 24 * 3600


def readers(peers: bool) -> dict[str, Reader]:
    """The readers to compare, by name."""
    found: dict[str, Reader] = {"digest": lambda html: extract_page(html, now=NOW, url=URL)}
    for name, reader in (("trafilatura", _trafilatura), ("readability", _readability_lxml)) if peers else ():
        try:
            importlib.import_module(name)
        except ImportError:
            print(f"{name} is not installed: left out", file=sys.stderr)
        else:
            found[name] = reader
    return found


def _trafilatura(html: bytes) -> Draft:
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    found: Any = trafilatura.bare_extraction(html, url=URL, with_metadata=True, include_comments=False)
    if found is None:
        raise Rejected("nothing")
    day = parse_date(found.date, now=NOW)
    return Draft(title=found.title or "", text=found.text or "", author=found.author, published=day, image=found.image)


def _readability_lxml(html: bytes) -> Draft:
    from readability import Document  # type: ignore[import-not-found,unused-ignore]

    page = Document(html.decode("utf-8", "replace"))
    text = _all_text(page.summary().encode())
    return Draft(title=page.short_title(), text=text, author=page.author())


def answer(reader: Reader, case: Case) -> Answer:
    """What a reader says, timed."""
    start = time.process_time()
    try:
        return Answer(reader(case.html), time.process_time() - start)
    except Rejected as verdict:
        return Answer(Draft(title=""), time.process_time() - start, str(verdict))


def report(name: str, found: list[tuple[Case, Answer]], worst: int) -> None:
    """Print the figures of one reader."""
    rows = [overlap(case.text, given.draft.text) for case, given in found]
    total, precision, recall = f1(rows)
    spent = 1000 * statistics.mean(given.seconds for _, given in found)
    print(f"{name}: {len(found)} pages, F1 {total:.4f} P {precision:.4f} R {recall:.4f}, {spent:.0f} ms a page")
    for what, known, right in (
        ("title right", "title", lambda case, draft: same_title(case.title, draft.title)),
        ("  site aside", "title", lambda case, draft: same_headline(case.title, draft.title)),
        ("author right", "author", lambda case, draft: same_author(case.author, draft.author)),
        ("date right", "published", lambda case, draft: same_day(case.published, draft.published)),
        ("language right", "language", lambda case, draft: case.language.lower()[:2] == draft.language),
    ):
        asked = [(case, given.draft) for case, given in found if getattr(case, known)]
        if asked:
            print(f"  {what} {sum(starmap(right, asked))}/{len(asked)}")
    print(f"  lead image {sum(given.draft.image is not None for _, given in found)}/{len(found)}")
    for case, given in found:
        if given.rejected:
            print(f"  {case.name}: {given.rejected}")
    costs = sorted(zip(rows, found, strict=True), key=lambda pair: pair[0][0] / max(1, sum(pair[0])))
    for (both, more, less), (case, _) in costs[:worst]:
        print(f"  P {both / max(1, both + more):.2f} R {both / max(1, both + less):.2f} {case.name}")


def main() -> None:
    """Print the figures of digest and, with --peers, of the libraries beside it; with --worst, what cost most."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--worst", type=int, default=0, metavar="N")
    options = parser.parse_args()
    if not options.folder.is_dir():
        parser.error(f"there is no folder {options.folder}")
    pages = list(cases(options.folder))
    for name, reader in readers(options.peers).items():
        answer(reader, pages[0])  # imports
        report(name, [(case, answer(reader, case)) for case in pages], options.worst)


if __name__ == "__main__":
    main()
