"""Texts that are hard to read are found in the finished e-mail, on light and on dark screens."""

import re

import pytest

from digest.compose import lint, render
from digest.compose.contrast import contrast
from digest.compose.samples import sample_issues
from tests.compose.conftest import WriteTheme

FULL = next(sample_issues())
PAGE = """{% extends "builtin/email.mjml" %}
{% block closing %}
<mj-section css-class="card" background-color="{{ light.card }}">
  <mj-column>
    <mj-text css-class="ink">PART</mj-text>
  </mj-column>
</mj-section>
{% endblock %}
{% block extra_styles %}<mj-style>STYLE</mj-style>{% endblock %}
"""


def told(theme: WriteTheme, part: str, style: str = "a {}") -> list[str]:
    settings = theme({"email.mjml": PAGE.replace("PART", part).replace("STYLE", style)})
    return [f.message for f in lint(render(FULL, settings), settings) if f.rule == "contrast"]


def test_a_text_that_is_hard_to_read_is_told_with_its_place_and_a_better_colour(theme: WriteTheme) -> None:
    dark = "@media (prefers-color-scheme: dark) { .faint { color: #ffffff !important; } }"
    (message,) = told(theme, '<p class="faint" style="color:#999">Faint words</p>', dark)
    assert message.startswith("[light] “Faint words” is #999999 (")
    assert "mine/email.mjml:5) on #ffffff: a contrast of 2.85 to 1, and it needs 4.5" in message
    better = re.search(r"(#[0-9a-f]{6}) would do", message)
    assert better is not None
    assert 4.5 <= contrast(better[1], "#ffffff") < 4.7


def test_a_colour_without_a_twin_for_the_dark_is_told(theme: WriteTheme) -> None:
    (message,) = told(theme, '<p style="color:#123456">Only by day</p>')
    assert message.startswith("[dark] “Only by day” is #123456 (")
    assert "need a twin for the dark" in message


@pytest.mark.parametrize(
    "part",
    [
        "<p>Words</p>",
        '<p style="color:#767676;font-size:24px"><span style="color:#888888">Large</span></p>',
        '<p style="color:#888888;font-size:14pt;font-weight:700">Bold and large enough</p>',
        '<p style="display:none;color:#ffffff">Not shown</p>',
        '<p style="color:rgba(0,0,0,0.2)">Not solid, so not judged</p>',
        '<p style="color:#eeeeee;background:url(https://x.example/a.png)">On a picture</p>',
        '<p style="color:#ffffff;background:#000000">Brings its own ground</p>',
        '<table bgcolor="#000000"><tr><td style="color:#fff">In a cell of its own colour</td></tr></table>',
    ],
)
def test_what_can_be_read_is_not_told(theme: WriteTheme, part: str) -> None:
    assert [message for message in told(theme, part) if message.startswith("[light]")] == []


def test_a_link_that_keeps_its_blue_in_the_dark_is_told(theme: WriteTheme) -> None:
    messages = told(theme, '<a href="https://x.example/" style="color:#0000ee">Blue</a>')
    assert [message[:14] for message in messages] == ["[dark] “Blue” "]


def test_each_pair_of_colours_is_told_once(theme: WriteTheme) -> None:
    part = '<p style="color:#999">One</p><p style="color:#999999">Two</p>'
    assert len([message for message in told(theme, part) if message.startswith("[light]")]) == 1


@pytest.mark.parametrize("style", ["font-size: .px", "font-size: ..", "font-size: 1.2.3px", "font-weight: ²"])
def test_a_slip_in_a_style_is_passed_over_and_the_colour_told_all_the_same(theme: WriteTheme, style: str) -> None:
    messages = told(theme, f'<p style="color:#999;{style}">Faint words</p>')
    assert any("[light] “Faint words” is #999999" in message for message in messages)
