"""The preview in a real browser, as a person works with it."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from digest.store.engine import make_engine
from tests.chromium import Browser, Page, running_chromium
from tests.web.conftest import CONFIG, Workplace, workplace

pytestmark = pytest.mark.browser

# The document of the e-mail that is shown, once one is.
MAIL = "document.querySelector('.screen iframe:not(.coming)')?.contentDocument"
PHONE = "document.querySelector('.phone iframe:not(.coming)')?.contentDocument"
# Where an element is, and is seen, by what is painted there.
CARD = f"getComputedStyle({MAIL}.querySelector('.card > table')).backgroundColor"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with running_chromium(tmp_path_factory.mktemp("chromium")) as running:
        yield running


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workplace, str]]:
    """A newsletter with two issues, and the address of its preview."""
    place = workplace(tmp_path_factory.mktemp("letter"))
    place.freeze("letter-1")
    place.freeze("letter-2", day=1)
    command = [sys.executable, "-m", "digest", "preview", "--port", "0"]
    process = subprocess.Popen(command, cwd=place.folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        yield place, process.stdout.readline().strip()
    finally:
        process.terminate()
        process.communicate(timeout=10)


@pytest.fixture
def place(served: tuple[Workplace, str]) -> Iterator[Workplace]:
    """The newsletter; what a test edits is as it was after it."""
    place = served[0]
    before = {path: path.read_bytes() for path in (place.config, *place.folder.glob("theme/*.*"))}
    yield place
    for path, content in before.items():
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)


@pytest.fixture
def page(browser: Browser, served: tuple[Workplace, str], place: Workplace) -> Iterator[Page]:
    """The preview in a tab. What the browser complains of is a failure."""
    page = browser.page()
    page.show_as()
    page.open(served[1])
    page.wait_for(f"{MAIL}?.querySelector('h1')")
    yield page
    assert page.events("Runtime.exceptionThrown") == []
    page.close()


def text_of_mail(page: Page) -> str:
    return str(page.evaluate(f"{MAIL}.body.innerText"))


def test_the_latest_issue_is_shown_as_in_a_mailbox(page: Page) -> None:
    assert "A night ferry returns" in text_of_mail(page)
    inbox = page.evaluate("document.querySelector('.inbox').innerText")
    assert "The letter of day 1" in inbox
    assert "letter@harbour.example" in inbox
    assert page.evaluate("document.title") == "The letter of day 1 · digest"
    assert page.evaluate("document.querySelector('#issue').selectedOptions[0].text").endswith("(waiting)")


def test_saving_a_template_shows_it_in_its_place(page: Page, place: Workplace) -> None:
    page.evaluate(f"{MAIL}.defaultView.scrollTo(0, 700)")
    page.wait_for(f"{MAIL}.defaultView.scrollY === 700")
    place.edit("name.mjml", "{{ newsletter.name }}</h1>", "Saved this moment</h1>")
    page.wait_for(f"{MAIL}?.body.innerText.includes('Saved this moment')")
    assert page.evaluate(f"{MAIL}.defaultView.scrollY") == 700


def test_saving_theme_toml_and_the_configuration_shows_too(page: Page, place: Workplace) -> None:
    place.edit("theme.toml", 'ink = "', 'ink = "#123456" # "')
    page.wait_for(f"getComputedStyle({MAIL}.querySelector('.title')).color === 'rgb(18, 52, 86)'")
    place.config.write_text(CONFIG.replace('name = "Harbour Letter"', 'name = "Lighthouse Letter"', 1))
    page.wait_for(f"{MAIL}.body.innerText.includes('Lighthouse Letter')")
    place.config.write_text(CONFIG.replace('"classic"\ndir = "theme"', '"brief"'))
    page.wait_for("document.querySelector('#theme').selectedOptions[0].text === 'brief (as configured)'")


def test_a_mistake_is_shown_with_its_line_and_goes_when_it_is_mended(page: Page, place: Workplace) -> None:
    place.edit("masthead.mjml", '<mj-divider css-class="bar"', '<mj-divder css-class="bar"')
    said = page.wait_for("document.querySelector('[role=alert]')?.innerText")
    assert "theme/masthead.mjml:4" in said
    assert "<mj-divder" in page.evaluate("document.querySelector('.wrong').innerText")
    assert "mj-divider" in page.evaluate("document.querySelector('.remedy').innerText")
    assert page.evaluate("document.querySelectorAll('iframe').length") == 0, "no e-mail that would be wrong"
    for key in "2345678":
        page.press(key)
        assert page.evaluate("document.querySelector('[role=alert]') !== null")
    page.press("1")
    place.edit("masthead.mjml", "<mj-divder", "<mj-divider")
    page.wait_for(f"{MAIL}?.querySelector('h1')")
    assert page.evaluate("document.querySelector('[role=alert]')") is None


def test_a_mistake_in_the_configuration_is_shown_and_goes(page: Page, place: Workplace) -> None:
    place.config.write_text(CONFIG + "[theme.light]\nacent = '#123456'\n")
    assert "accent" in page.wait_for("document.querySelector('[role=alert] .remedy')?.innerText")
    place.config.write_text(CONFIG + "[theme.light]\naccent = '#123456'\n")
    page.wait_for(f"{MAIL}?.querySelector('h1')")


def test_a_theme_that_fails_elsewhere_is_told_beside_the_e_mail(page: Page, place: Workplace) -> None:
    place.edit("email.mjml", "{% block stories %}", "{% block stories %}{% if not sections %}{{ nothing }}{% endif %}")
    page.wait_for("document.querySelector('#checks-badge').className.includes('error')")
    page.press("8")
    assert "no 'nothing'" in page.evaluate("document.querySelector('#stage').innerText")


def test_every_view_is_one_key_away(page: Page) -> None:
    page.press("4")
    assert "Harbour Letter" in page.wait_for("document.querySelector('pre.letter')?.innerText")
    page.press("5")
    assert "<!DOCTYPE html>" in page.wait_for("document.querySelector('pre.lines')?.innerText")
    page.press("6")
    assert "List-Unsubscribe" in page.wait_for("document.querySelector('table.headers')?.innerText")
    page.press("7")
    assert "of the 102 KB" in page.wait_for("document.querySelector('.big')?.innerText")
    page.press("8")
    page.wait_for("document.querySelector('#checks-title')")
    page.press("3")
    page.wait_for(f"{PHONE}?.querySelector('h1') && {MAIL}.querySelector('h1')")
    assert page.evaluate("document.querySelectorAll('.screen').length") == 2
    assert page.evaluate("new URLSearchParams(location.search).get('view')") == "both"


def test_a_phone_is_as_narrow_as_one(page: Page) -> None:
    page.press("2")
    page.wait_for(f"{PHONE}?.querySelector('h1')")
    assert page.evaluate(f"{PHONE}.defaultView.innerWidth") == 375
    assert page.evaluate(f"{PHONE}.documentElement.scrollWidth") == 375


@pytest.mark.parametrize("machine", [True, False], ids=["dark machine", "light machine"])
def test_dark_and_light_are_shown_as_asked_whatever_the_machine_prefers(page: Page, machine: bool) -> None:
    page.show_as(dark=machine)
    light = page.evaluate(CARD)
    page.press("d")
    page.wait_for(f"{MAIL} && {CARD} !== {json.dumps(light)}")
    assert light == "rgb(255, 255, 255)"
    assert page.evaluate("document.querySelector('#dark').getAttribute('aria-pressed')") == "true"
    page.press("d")
    page.wait_for(f"{MAIL} && {CARD} === {json.dumps(light)}")


def test_images_can_be_off(page: Page) -> None:
    loaded = f"[...{MAIL}.images].some(image => image.naturalWidth)"
    page.choose("#issue", "sample:usual")
    page.wait_for(f"{MAIL}?.title.includes('ferry') || {loaded}")
    page.wait_for(loaded)
    page.press("i")
    page.wait_for("document.querySelector('.screen iframe:not(.coming)').src.includes('images=off')")
    page.wait_for(f"[...{MAIL}.images].every(image => image.complete)")
    assert not page.evaluate(loaded)
    assert "A white ferry leaves a quay at dusk" in page.evaluate(f"[...{MAIL}.images].map(image => image.alt)")


def test_right_to_left_is_shown_so(page: Page) -> None:
    page.choose("#issue", "sample:right-to-left")
    page.wait_for(f"{MAIL}?.documentElement.dir === 'rtl'")
    edges = page.evaluate(
        f"(() => {{ const box = {MAIL}.querySelector('.title').getBoundingClientRect();"
        f"const line = {MAIL}.createRange(); line.selectNodeContents({MAIL}.querySelector('.title a'));"
        "const words = line.getClientRects()[0]; return [box.right - words.right, words.left - box.left] })()"
    )
    assert edges[0] < edges[1], "the words begin on the right"


def test_an_issue_is_shown_as_frozen_or_as_the_theme_is_now(page: Page, place: Workplace) -> None:
    place.edit("name.mjml", "{{ newsletter.name }}</h1>", "A new masthead</h1>")
    page.wait_for(f"{MAIL}?.body.innerText.includes('A new masthead')")
    assert page.evaluate("document.querySelector('#notice').hidden")
    page.press("f")
    page.wait_for("document.querySelector('.inbox .kind').innerText === 'As frozen'")
    assert "does not show in it" in page.evaluate("document.querySelector('#notice').innerText")
    page.wait_for(f"{MAIL}?.body.innerText.includes('Harbour Letter')")
    page.press("j")
    page.wait_for("document.querySelector('.inbox').innerText.includes('The letter of day 0')")
    page.choose("#theme", "magazine")
    page.wait_for("document.querySelector('.inbox .kind').innerText !== 'As frozen'")
    page.press("j")
    page.wait_for("document.querySelector('.inbox .kind').innerText === 'Sample'")


def test_what_is_looked_at_stands_in_the_address(page: Page) -> None:
    page.press("2")
    page.press("d")
    page.choose("#issue", "sample:forty")
    address = page.evaluate("location.href")
    page.open("about:blank")
    page.open(address)
    page.wait_for(f"{PHONE}?.querySelector('h1')")
    assert page.evaluate("document.querySelector('#issue').value") == "sample:forty"
    assert page.evaluate("document.querySelector('#dark').getAttribute('aria-pressed')") == "true"


def test_links_are_told_and_lead_nowhere(page: Page) -> None:
    page.evaluate(f"{MAIL}.querySelector('.title a').scrollIntoView({{block: 'center'}})")
    x, y = page.evaluate(
        "(() => { const frame = document.querySelector('.screen iframe').getBoundingClientRect();"
        f"const link = {MAIL}.querySelector('.title a').getClientRects()[0];"
        "return [frame.x + link.x + 8, frame.y + link.y + 8] })()"
    )
    page.click_at(x, y)
    assert page.wait_for("document.querySelector('.toast')?.innerText") == "Leads to https://news.example/stories/0"
    assert page.evaluate(f"{MAIL}.location.pathname") == "/mail"


def test_nothing_in_an_e_mail_can_act(page: Page, place: Workplace) -> None:
    place.edit(
        "masthead.mjml",
        "<mj-section",
        "<mj-raw><script>document.title = 'acted'; parent.document.title = 'acted'</script>"
        '<img src="x" onerror="parent.document.title = \'acted\'" alt="" width="1">'
        '<meta http-equiv="refresh" content="0;url=https://evil.example/">'
        '<form action="/state"><button id="b">x</button></form></mj-raw><mj-section',
    )
    page.wait_for(f"{MAIL}?.querySelector('#b')")
    page.evaluate(f"{MAIL}.querySelector('#b').click()")
    page.press("r")
    page.wait_for("!document.querySelector('#stage.busy, iframe.coming')")
    assert page.evaluate(f"{MAIL}.location.pathname") == "/mail"
    assert page.evaluate("document.title") == "The letter of day 1 · digest"
    assert page.evaluate("document.querySelector('.screen iframe').sandbox.value") == "allow-same-origin"
    assert all("evil.example" not in e["request"]["url"] for e in page.events("Network.requestWillBeSent"))


def test_it_is_worked_by_keyboard_alone(page: Page) -> None:
    page.evaluate("document.body.focus()")
    order = []
    for _ in range(16):
        page.press("Tab")
        order.append(page.evaluate("document.activeElement.id || document.activeElement.dataset.view || ''"))
        ring = page.evaluate(
            "(() => { const style = getComputedStyle(document.activeElement);"
            "return style.outlineStyle !== 'none' || document.activeElement.tagName === 'IFRAME' })()"
        )
        assert ring, f"focus is not seen on {order[-1]!r}"
    assert order[1:7] == ["newer", "issue", "older", "theme", "help", "desktop"]
    assert order[13:16] == ["checks", "dark", "images"]
    page.press("s")
    assert page.evaluate("document.activeElement.id") == "issue"
    page.press("?")
    assert not page.evaluate("document.querySelector('dialog').open"), "a list takes letters for itself"
    page.press("Escape")
    page.press("?")
    assert page.wait_for("document.querySelector('dialog').open")
    assert page.evaluate("document.activeElement.closest('dialog') !== null")
    page.press("Escape")
    page.wait_for("!document.querySelector('dialog').open")
    page.evaluate("document.activeElement.blur()")
    page.press("End")
    page.wait_for(f"{MAIL}.defaultView.scrollY > 1000")


def test_keys_work_from_within_the_e_mail(page: Page) -> None:
    page.evaluate("document.querySelector('.screen iframe').focus()")
    page.press("4")
    page.wait_for("document.querySelector('pre.letter')")


def test_single_keys_can_be_turned_off(page: Page) -> None:
    page.press("?")
    page.click("#single")
    page.press("Escape")
    page.press("4")
    assert page.evaluate("document.querySelector('[aria-current]').dataset.view") == "desktop"
    page.click("[data-view=text]")
    page.wait_for("document.querySelector('pre.letter')")
    page.click("#help")
    page.click("#single")


def test_a_page_that_nobody_sees_listens_to_nothing_and_catches_up(page: Page, place: Workplace) -> None:
    def see(hidden: str) -> None:
        page.evaluate(
            f"Object.defineProperty(document, 'hidden', {{configurable: true, value: {hidden}}});"
            "document.dispatchEvent(new Event('visibilitychange'))"
        )

    see("true")
    place.edit("name.mjml", "{{ newsletter.name }}</h1>", "While away</h1>")
    time.sleep(1)
    assert "While away" not in text_of_mail(page)
    see("false")
    page.wait_for(f"{MAIL}?.body.innerText.includes('While away')")


def test_an_issue_that_is_built_meanwhile_is_there_when_a_person_comes_back(page: Page, place: Workplace) -> None:
    place.freeze("letter-3", day=2)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    page.wait_for("document.querySelector('.inbox')?.innerText.includes('The letter of day 2')")
    with make_engine(f"sqlite:///{place.store}").begin() as connection:
        connection.exec_driver_sql("DELETE FROM issues WHERE id = 'letter-3'")
        connection.exec_driver_sql("UPDATE issues SET state = 'waiting' WHERE id = 'letter-2'")


def test_everything_has_a_name_and_a_place(page: Page) -> None:
    unnamed = page.evaluate(
        "[...document.querySelectorAll('button, select, input, iframe, a, dialog, nav, main')].filter(each =>"
        "!(each.getAttribute('aria-label') || each.getAttribute('aria-labelledby') || each.title ||"
        " each.labels?.length || each.textContent.trim())).map(each => each.outerHTML)"
    )
    assert unnamed == []
    places = page.evaluate("['header', 'nav', 'main', 'h1'].map(tag => document.querySelectorAll(tag).length)")
    assert places == [1, 1, 1, 1]
    assert page.evaluate("document.documentElement.lang") == "en"


_CONTRASTS = """
(() => {
  const rgb = text => text.match(/[\\d.]+/g).map(Number);
  const light = text => {
    const [r, g, b] = rgb(text).map(v => v / 255).map(v => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = element => {
    for (let each = element; each; each = each.parentElement) {
      const colour = getComputedStyle(each).backgroundColor;
      if (!/, 0\\)$|transparent/.test(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
    if (!own || !element.checkVisibility() || element.closest("option, .skip, .unseen")) continue;
    const [one, other] = [light(getComputedStyle(element).color), light(ground(element))].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    if (ratio < 4.5) found.push([element.outerHTML.slice(0, 90), ratio]);
  }
  return found;
})()
"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_text_can_be_read(page: Page, place: Workplace, dark: bool) -> None:
    page.show_as(dark=dark)
    page.choose("#issue", "sample:forty")
    page.wait_for("document.querySelector('#size-badge').className.includes('error')")
    for key in "145678":
        page.press(key)
        page.wait_for("!document.querySelector('#stage.busy')")
        assert page.evaluate(_CONTRASTS) == []
    place.edit("name.mjml", "newsletter.name", "newsletter.nam")
    page.wait_for("document.querySelector('[role=alert]')")
    assert page.evaluate(_CONTRASTS) == []


@pytest.mark.parametrize("width", [320, 390, 768])
def test_the_page_fits_a_small_screen(page: Page, width: int) -> None:
    page.show_as(width=width, height=700)
    for key in "12345678":
        page.press(key)
        page.wait_for("!document.querySelector('#stage.busy')")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, key


def test_the_page_says_that_the_preview_ended_and_goes_on_when_it_is_back(browser: Browser, tmp_path: Path) -> None:
    place = workplace(tmp_path)
    command = [sys.executable, "-m", "digest", "preview", "-q", "--port"]

    def start(port: str) -> tuple["subprocess.Popen[str]", str]:
        process = subprocess.Popen([*command, port], cwd=place.folder, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        return process, process.stdout.readline().strip()

    process, address = start("0")
    page = browser.page()
    page.open(address)
    page.wait_for(f"{MAIL}?.querySelector('h1')")
    process.terminate()
    process.communicate(timeout=10)
    page.wait_for("document.querySelector('#live').innerText.includes('digest preview')")
    place.edit("name.mjml", "{{ newsletter.name }}</h1>", "Back again</h1>")
    process, _ = start(address.rstrip("/").rpartition(":")[2])
    try:
        page.wait_for(f"{MAIL}?.body.innerText.includes('Back again')")
        assert page.evaluate("document.querySelector('#live').innerText") == "live"
    finally:
        process.terminate()
        process.communicate(timeout=10)
    page.close()
