"""Measures the preview: from saving a template to the e-mail in Chromium's window; npm's `mjml --watch` beside it.

usage: python benchmarks/previewing.py [--rounds N] [--npm FOLDER]

FOLDER is one in which `npm install mjml` was run. Its mjml then watches the MJML of the same e-mail in the same run,
and writes HTML into a file; nothing fills in a template and no browser shows it, so it has less to do. Chromium is
driven as in the tests.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from digest.compose.environment import make_environment, write
from digest.compose.theme import PAGE, open_theme
from digest.compose.view import build_view
from digest.compose.workshop import new_token
from digest.config import load_config
from digest.model import Slot
from digest.web.samples import samples

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.chromium import running_chromium
from tests.web.conftest import Workplace, workplace

SHOWN = "document.querySelector('.screen iframe:not(.coming)')?.contentDocument?.body?.innerText.includes('{}')"
PATIENCE = 30
Save = Callable[[str], None]


@contextmanager
def previewed(place: Workplace) -> Iterator[Save]:
    """What saves a word into the masthead and returns once Chromium shows it."""
    command = [sys.executable, "-m", "digest", "preview", "-q", "--port", "0"]
    process = subprocess.Popen(command, cwd=place.folder, stdout=subprocess.PIPE, text=True)
    template = place.template("name.mjml")
    before = template.read_text(encoding="utf-8")
    try:
        assert process.stdout is not None
        with running_chromium(place.folder / "profile") as browser:
            page = browser.page()
            page.open(process.stdout.readline().strip())

            def save(word: str) -> None:
                template.write_text(before.replace("{{ newsletter.name }}</h1>", f"{word}</h1>"), encoding="utf-8")
                page.wait_for(SHOWN.format(word))

            page.wait_for(SHOWN.format(samples()[0].make().subject))
            yield save
    finally:
        process.terminate()
        process.wait()


@contextmanager
def watched_by_npm(place: Workplace, npm: Path) -> Iterator[Save]:
    """What saves a word into the finished MJML and returns once npm's mjml has written it as HTML."""
    source, target = place.folder / "page.mjml", place.folder / "page.html"
    mjml = written_mjml(place)
    source.write_text(mjml, encoding="utf-8")
    command = [npm / "node_modules" / ".bin" / "mjml", "--watch", source, "-o", target]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def has(word: str) -> bool:
        return target.exists() and word in target.read_text(encoding="utf-8")

    def save(word: str) -> None:
        source.write_text(mjml.replace("Harbour Letter</h1>", f"{word}</h1>"), encoding="utf-8")
        end = time.monotonic() + PATIENCE
        while not has(word):
            assert time.monotonic() < end, "npm's mjml wrote nothing"
            time.sleep(0.005)

    try:
        end = time.monotonic() + PATIENCE
        while not has("Harbour Letter") and time.monotonic() < end:
            time.sleep(0.05)
        time.sleep(1)  # until it watches
        yield save
    finally:
        process.terminate()
        process.wait()


def written_mjml(place: Workplace) -> str:
    """The MJML that the theme writes of the sample."""
    settings = load_config(place.config)
    theme = open_theme(settings)
    context = build_view(samples()[0].make(), settings, {slot: new_token() for slot in Slot}, theme.variables)
    return write(make_environment(theme, settings.newsletter.language, markup=True), PAGE, context)


def measure(name: str, save: Save, rounds: int) -> float:
    times = []
    for number in range(rounds):
        time.sleep(0.3)  # a person pauses too, and what an earlier save set off is over
        start = time.perf_counter()
        save(f"Save {name} {number}.")
        times.append((time.perf_counter() - start) * 1000)
    print(
        f"{name:8} best {min(times):5.0f} ms   median {statistics.median(times):5.0f} ms   worst {max(times):5.0f} ms"
    )
    return statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--npm", type=Path)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = workplace(Path(folder))
        with previewed(place) as save:
            ours = measure("digest", save, wanted.rounds)
        if wanted.npm is None:
            print("npm's mjml is not measured: name the folder that it is installed in with --npm")
            return
        with watched_by_npm(workplace(Path(folder) / "npm"), wanted.npm) as save:
            theirs = measure("npm", save, wanted.rounds)
        print(f"npm's mjml takes {theirs / ours:.2f} times as long, without a browser")


if __name__ == "__main__":
    main()
