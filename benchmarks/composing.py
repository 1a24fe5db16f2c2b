"""Measures rendering: milliseconds a warm render and each of its steps, bytes an entry, and npm's mjml beside it.

usage: python benchmarks/composing.py [STORIES] [--rounds N] [--theme NAME]... [--npm FOLDER]

FOLDER is one in which `npm install mjml` was run; its mjml then turns the same MJML into HTML in the same run, warm as
well. Printed are the best and the median of the rounds, and the least of the processor's own time: what else the
machine does makes a round slower, never faster, and is not in that last column at all.
"""

import argparse
import json
import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from digest.compose import fill, lint, render
from digest.compose.environment import make_environment, write
from digest.compose.mjml import to_html
from digest.compose.theme import PAGE, open_theme
from digest.compose.validate import faults
from digest.compose.view import build_view
from digest.compose.workshop import new_token
from digest.config import Settings
from digest.model import Article, Entry, Issue, Origin, Period, Section, Slot, Story, Summary

END = datetime(2025, 11, 22, 7, tzinfo=UTC)
SENTENCE = "The council voted on Thursday to keep the old bridge open for another winter, at a cost of 1.4 million."
NPM = """
const convert = require(process.argv[2] + "/node_modules/mjml");
const mjml = require("fs").readFileSync(0, "utf8");
const rounds = Number(process.argv[3]);
(async () => {
  let html, times = [], used = [];
  for (let i = 0; i < rounds + 5; i++) {
    const start = process.hrtime.bigint(), before = process.cpuUsage();
    html = (await convert(mjml)).html;
    times.push(Number(process.hrtime.bigint() - start) / 1e6);
    const cpu = process.cpuUsage(before);
    used.push((cpu.user + cpu.system) / 1e3);
  }
  console.log(JSON.stringify({ times: times.slice(5), used: used.slice(5), bytes: Buffer.byteLength(html) }));
})();
"""


def entry(number: int) -> Entry:
    def article(source: str) -> Article:
        return Article(
            id=f"{number}-{source}",
            url=f"https://news.example/2025/11/22/the-old-bridge-stays-open-{number}",
            source=source,
            title=f"The old bridge stays open for winter number {number}",
            author="A. Writer",
            published=END - timedelta(hours=number),
            first_seen=END,
            language="en",
            text=SENTENCE,
            image=f"https://news.example/images/{number}/bridge-at-dawn.jpg" if number % 2 else None,
            image_alt="The bridge at dawn",
            words=640,
            content_hash=str(number),
        )

    summary = Summary(text=" ".join([SENTENCE] * 3), origin=Origin.EXTRACTIVE, model="none", sentences=3, grounded=True)
    also = (article("The Evening Post"),) if number % 3 == 0 else ()
    return Entry(story=Story(lead=article("The Courier"), also=also), summary=summary)


def issue(stories: int) -> Issue:
    entries = tuple(entry(number) for number in range(stories))
    sections = tuple(
        Section(title=f"Section {start // 6 + 1}", entries=entries[start : start + 6]) for start in range(0, stories, 6)
    )
    return Issue(
        id="benchmark-1",
        newsletter="Benchmark",
        number=1,
        period=Period(start=END - timedelta(days=1), end=END),
        subject="Benchmark: the old bridge",
        preheader="What else happened",
        sections=sections,
    )


@dataclass(frozen=True)
class Times:
    """Milliseconds of each round: on the clock, and of the processor."""

    clock: list[float]
    processor: list[float]

    @property
    def least(self) -> float:
        return min(self.processor)


def milliseconds(rounds: int, call: Callable[[], object]) -> Times:
    call()
    found = Times([], [])
    for _ in range(rounds):
        start, used = time.perf_counter(), time.process_time()
        call()
        found.clock.append((time.perf_counter() - start) * 1000)
        found.processor.append((time.process_time() - used) * 1000)
    return found


def row(name: str, times: Times, note: str = "") -> None:
    clock = f"{min(times.clock):>8.2f} {statistics.median(times.clock):>8.2f}"
    print(f"{name:<34} {clock} {times.least:>9.2f}  {note}".rstrip())


def npm_times(folder: Path, mjml: str, rounds: int) -> tuple[Times, int]:
    done = subprocess.run(
        ["node", "-e", NPM, "mjml", str(folder.resolve()), str(rounds)], input=mjml, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"npm's mjml failed; run `npm install mjml` in {folder} first\n{done.stderr}")
    found = json.loads(done.stdout)
    return Times(found["times"], found["used"]), found["bytes"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stories", nargs="?", type=int, default=25)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--theme", action="append")
    parser.add_argument("--npm", type=Path)
    options = parser.parse_args()
    for name in options.theme or ["classic", "brief", "magazine", "plain"]:
        measure(name, options)


def measure(name: str, options: argparse.Namespace) -> None:
    settings = Settings.model_validate({"theme": {"name": name}})
    made, rounds = issue(options.stories), options.rounds
    theme = open_theme(settings)
    slots = {slot: new_token() for slot in Slot}
    environment = make_environment(theme, "en", markup=True)
    context = build_view(made, settings, slots, theme.variables)
    mjml = write(environment, PAGE, context)
    rendered = render(made, settings)
    size = len(rendered.html.encode())

    print(
        f"{options.stories} stories, theme {name}, {rounds} rounds\n\n{'milliseconds':<34}     best   median processor"
    )
    row("render, warm", milliseconds(rounds, lambda: render(made, settings)))
    row("  what templates see", milliseconds(rounds, lambda: build_view(made, settings, slots, theme.variables)))
    row("  Jinja", milliseconds(rounds, lambda: write(environment, PAGE, context)))
    row("  validation", milliseconds(rounds, lambda: faults(mjml)))
    ours = milliseconds(rounds, lambda: to_html(mjml))
    row("  MJML to HTML, with validation", ours)
    row("fill for one recipient", milliseconds(rounds, lambda: fill(rendered, {Slot.NAME: "Ada"})))
    row("lint", milliseconds(rounds, lambda: lint(rendered, settings)))
    if options.npm:
        theirs, their_size = npm_times(options.npm, mjml, rounds)
        row(
            "npm mjml, warm, the same MJML", theirs, f"{theirs.least / ours.least:.1f} times ours, {their_size:,} bytes"
        )
    print(f"\n{size:,} bytes of HTML, {size / max(options.stories, 1):,.0f} a story; {len(rendered.text):,} of text\n")


if __name__ == "__main__":
    main()
