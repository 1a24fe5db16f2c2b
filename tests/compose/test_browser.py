"""The e-mail in a real browser: it fits a phone, and a dark screen gets a dark card."""

import json
import re
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from digest import compose
from digest.compose.samples import sample_issues
from digest.config import Settings
from tests.chromium import find_chromium

pytestmark = pytest.mark.browser

# Background networking and start-up look-ups off: the test needs no network and must not wait for one.
_OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--allow-file-access-from-files",
    "--virtual-time-budget=3000", "--dump-dom",
)  # fmt: skip
_PROBE = """<!doctype html><body>
<iframe id="mail" src="mail.html" style="border:0;width:{width}px;height:900px"></iframe>
<pre id="found"></pre><script>
window.onload = () => {{
  const page = document.getElementById("mail").contentDocument;
  const card = page.querySelector(".card > table");
  const title = page.querySelector(".title");
  document.getElementById("found").textContent = JSON.stringify({{
    scroll: page.documentElement.scrollWidth,
    card: getComputedStyle(card).backgroundColor,
    ink: getComputedStyle(title).color,
    language: page.documentElement.lang,
    unnamed: [...page.images].filter(image => !image.alt).length,
    tables: [...page.querySelectorAll("table")].filter(table => table.getAttribute("role") !== "presentation").length,
  }});
}};
</script></body>"""


def look(folder: Path, html: str, *, width: int, dark: bool = False) -> dict[str, Any]:
    """What the browser makes of an e-mail on a screen of this width."""
    (folder / "mail.html").write_text(html, encoding="utf-8")
    (folder / "probe.html").write_text(_PROBE.format(width=width), encoding="utf-8")
    scheme = [f"--blink-settings=preferredColorScheme={0 if dark else 1}"]
    profile = [f"--user-data-dir={folder / 'profile'}"]
    command = [find_chromium(), *_OPTIONS, *scheme, *profile, (folder / "probe.html").as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    found = re.search(r'<pre id="found">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found is not None
    result: dict[str, Any] = json.loads(unescape(found[1]))
    return result


def brightness(colour: str) -> float:
    """0…255 of a computed `rgb(r, g, b)`."""
    red, green, blue = map(int, re.findall(r"\d+", colour)[:3])
    return 0.299 * red + 0.587 * green + 0.114 * blue


@pytest.fixture(scope="module")
def mails() -> dict[str, str]:
    settings = Settings()
    return {issue.id: compose.render(issue, settings).html for issue in sample_issues() if issue.sections}


@pytest.mark.parametrize("width", [320, 375, 700])
@pytest.mark.parametrize("kind", ["full", "hostile"])
def test_nothing_is_wider_than_the_screen(mails: dict[str, str], tmp_path: Path, kind: str, width: int) -> None:
    html = next(html for name, html in mails.items() if kind in name)
    assert look(tmp_path, html, width=width)["scroll"] <= width


def test_a_dark_screen_gets_a_dark_card_with_light_text(mails: dict[str, str], tmp_path: Path) -> None:
    html = next(html for name, html in mails.items() if "full" in name)
    light, dark = (look(tmp_path, html, width=375, dark=dark) for dark in (False, True))
    assert brightness(light["card"]) > 200 > 100 > brightness(light["ink"])
    assert brightness(dark["card"]) < 60 < 180 < brightness(dark["ink"])


def test_a_screen_reader_is_told_what_it_needs(mails: dict[str, str], tmp_path: Path) -> None:
    found = look(tmp_path, next(html for name, html in mails.items() if "full" in name), width=700)
    assert found["language"] == "en"
    assert found["unnamed"] == 0
    assert found["tables"] == 0, "a layout table without role=presentation is read out as a table"
