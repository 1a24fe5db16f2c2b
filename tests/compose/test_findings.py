"""What lint finds, and what it leaves alone."""

import re

import pytest

from digest.compose import lint, render
from digest.compose.contrast import contrast
from digest.compose.workshop import new_token
from digest.config import Settings
from digest.model import Finding, Rendered, Slot
from tests.compose.conftest import MakeEntry, MakeIssue, MakeSettings

TOKENS = {slot: new_token() for slot in Slot}
LEAVE = f'<a href="{TOKENS[Slot.UNSUBSCRIBE_URL]}">Unsubscribe</a>'


def found(inside: str, settings: Settings | None = None, **changes: str) -> tuple[Finding, ...]:
    fields = {"preheader": "x", "text": TOKENS[Slot.UNSUBSCRIBE_URL], **changes}
    html = f"<html><body><p>{fields['preheader']}</p>{inside}</body></html>"
    rendered = Rendered(issue_id="i", subject="s", html=html, slots=TOKENS, **fields)
    return lint(rendered, settings or Settings())


def rules(*arguments: str, **changes: str) -> list[tuple[str, str]]:
    return [(finding.rule, finding.severity) for finding in found(*arguments, **changes)]


def test_a_sound_email_has_no_findings() -> None:
    image = '<img src="https://x.example/a.jpg" alt="A quay" width="100">'
    decoration = '<img src="https://x.example/a.jpg" alt="" width="100">'
    link = '<a href="https://x.example/">The river is rising</a>'
    assert rules(f'{LEAVE}{image}{decoration}{link}<a href="https://x.example/">{image}</a>') == []


@pytest.mark.parametrize(
    ("inside", "finding"),
    [
        ('<img src="https://x/a" width="1">', ("image-alt", "error")),
        ('<img src="https://x/a" alt="a">', ("image-size", "warning")),
        ('<img src="http://x/a" alt="a" width="1">', ("image-http", "warning")),
        ('<img src="DATA:image/png;base64,x" alt="a" width="1">', ("image-data", "error")),
        ('<img alt="a" width="1">', ("image-source", "error")),
        ('<img src="logo.png" alt="a" width="1">', ("image-source", "error")),
        ('<img src="file:///srv/logo.png" alt="a" width="1">', ("image-source", "error")),
        ('<img src="//x.example/a" alt="a" width="1">', ("image-source", "error")),
        ("<a>words</a>", ("link-empty", "error")),
        ('<a href="about.html">words</a>', ("link-address", "error")),
        ('<a href="www.example.org/about">words</a>', ("link-address", "error")),
        ('<a href=" ">words</a>', ("link-empty", "error")),
        ('<a href="#">words</a>', ("link-empty", "error")),
        ('<a href="https://x/"> </a>', ("link-text", "error")),
        ('<a href="https://x/"><img src="https://x/a" alt="" width="1"></a>', ("link-text", "error")),
        ('<a href="https://x/">Click here</a>', ("link-vague", "warning")),
        ('<a href="https://x/">read more…</a>', ("link-vague", "warning")),
        ('<a href="https://x/">Weiterlesen →</a>', ("link-vague", "warning")),
        ('<a href="https://x/">اقرأ المزيد</a>', ("link-vague", "warning")),
        ('<a href="https://x/">続きを読む</a>', ("link-vague", "warning")),
    ],
)
def test_a_mistake_in_the_html_is_found(inside: str, finding: tuple[str, str]) -> None:
    assert rules(LEAVE + inside) == [finding]


def test_an_address_that_is_whole_is_no_mistake() -> None:
    links = "".join(f'<a href="{to}">our words</a>' for to in ("MAILTO:a@x.example", "tel:+4912", "https://x/"))
    assert rules(f'{LEAVE}{links}<img src="cid:1@digest" alt="a" width="1">') == []


def test_pictures_that_come_unencrypted_are_told_once() -> None:
    images = "".join(f'<img src="http://x/{number}" alt="a" width="1">' for number in (1, 2, 3, 3))
    [finding] = found(LEAVE + images)
    assert finding.rule == "image-http"
    assert finding.message.startswith("3 images")
    assert "http://x/1" in finding.message


def test_a_link_may_say_in_its_title_what_its_picture_does_not() -> None:
    image = '<img src="https://x/a" alt="" width="1">'
    assert rules(f'{LEAVE}<a href="https://x/" title="The river">{image}</a>') == []


def test_gmails_limit_is_counted_in_bytes() -> None:
    assert rules(LEAVE + "a" * 85 * 1024) == []
    assert rules(LEAVE + "a" * 95 * 1024) == [("size", "warning")]
    assert rules(LEAVE + "a" * 103 * 1024) == [("size", "error")]
    assert rules(LEAVE + "ü" * 52 * 1024) == [("size", "error")]


def test_what_is_too_much_is_told_with_what_the_bytes_are_spent_on() -> None:
    styled = f'<p style="{"color:#000000;" * 3000}">{"words " * 9000}</p>'
    (finding,) = found(LEAVE + styled + '<h2 class="title">One</h2><h2 class="title">Two</h2>')
    assert finding.message.startswith("94 KB of HTML: Gmail cuts off what is over 102 KB, the unsubscribe link too.")
    assert "It holds 53 KB of words, 41 KB of style attributes." in finding.message
    (finding,) = found(LEAVE + styled + "a" * 20 * 1024 + '<h2 class="title">A</h2>' * 10)
    assert "114 KB of HTML, 12 KB too much" in finding.message
    assert "With 2 of its 10 stories less it would fit" in finding.message
    assert "fit = true in [email]" in finding.message


def test_nobody_is_told_to_set_what_is_set(settings: MakeSettings) -> None:
    large = LEAVE + "a" * 110 * 1024
    (fits,) = found(large, settings(email={"fit": True}))
    (does_not,) = found(large, settings(email={"fit": False}))
    assert "or set fit = true" in does_not.message
    assert "set fit = true" not in fits.message
    assert "`digest build` shortens the last stories" in fits.message


def test_styles_that_gmail_would_leave_out_are_found() -> None:
    assert rules(LEAVE + f"<style>{'a { color: red; } ' * 900}</style>") == []
    assert rules(LEAVE + f"<style>{'a { color: red; } ' * 1000}</style>") == [("style-size", "warning")]


def test_a_preheader_that_the_template_does_not_show_is_found() -> None:
    html = f"<html><body><p>{'Words of the masthead. ' * 200}</p>The preheader {LEAVE}</body></html>"
    rendered = Rendered(
        issue_id="i",
        subject="s",
        preheader="The preheader",
        html=html,
        text=TOKENS[Slot.UNSUBSCRIBE_URL],
        slots=TOKENS,
    )
    (finding,) = lint(rendered, Settings())
    assert "<mj-preview>{{ issue.preheader }}</mj-preview>" in finding.message


def test_every_finding_says_how_to_mend_it() -> None:
    broken = (
        '<img src="http://x/a"><img alt="a" width="1"><img src="data:image/png;base64,x" alt="a" width="1"><a>words</a>'
        '<a href="https://x/"> </a><a href="https://x/">here</a>'
    )
    for finding in found(broken, preheader=""):
        assert re.search(r"[;:,] (?:say|write|put|use|give|name|inboxes)\b", finding.message), finding.message


def test_an_email_that_one_cannot_leave_is_found_in_either_part() -> None:
    assert rules("x") == [("unsubscribe", "error")]
    assert rules(LEAVE, text="x") == [("unsubscribe", "error")]
    assert len(found("x", text="x")) == 2


def test_a_missing_preheader_is_found() -> None:
    assert rules(LEAVE, preheader="") == [("preheader", "warning")]


def test_a_postal_address_is_asked_for_when_mail_leaves_the_machine(settings: MakeSettings) -> None:
    smtp = {"type": "smtp", "host": "mail.example"}
    assert [finding.rule for finding in found(LEAVE, settings(transport=smtp))] == ["address"]
    assert found(LEAVE, settings(transport=smtp, newsletter={"address": "1 Quay Street"})) == ()


def test_errors_come_first_and_each_finding_once() -> None:
    severities = [severity for _, severity in rules('<img src="http://x/a">' * 3)]
    assert severities == ["error", "error", "warning", "warning"]


def test_colours_that_are_hard_to_read_are_found(settings: MakeSettings, tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "theme.toml").write_text('[dark]\nmuted = "#333333"\n')
    messages = [finding.message for finding in found(LEAVE, settings(theme={"dir": tmp_path}))]
    assert messages
    assert all(message.startswith("[dark] muted on ") for message in messages)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert contrast("#0000ff", "#ffffff") == contrast("#ffffff", "#0000ff") == pytest.approx(8.59, abs=0.005)


def test_a_rendered_issue_is_sound(issue: MakeIssue, entry: MakeEntry, settings: MakeSettings) -> None:
    stories = [entry(f"Story {n}", image="https://x.example/a.jpg", image_alt="A quay") for n in range(3)]
    assert lint(render(issue(*stories), settings()), settings()) == ()
