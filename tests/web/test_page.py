"""The e-mail as a document that a browser may show."""

import pytest

from digest.web.page import mail_document

PAGE = """<meta name="color-scheme" content="light dark">
<style>:root { color-scheme: light dark; }
@media (prefers-color-scheme: dark) { p { color: white } }
@media (prefers-color-scheme:light) { p { color: black } }</style>
<source media="(prefers-color-scheme: dark)"><p>I like (prefers-color-scheme: dark) best.</p>"""


@pytest.mark.parametrize(("dark", "wanted", "other"), [(True, "dark", "light"), (False, "light", "dark")])
def test_the_scheme_is_decided_whatever_the_machine_prefers(dark: bool, wanted: str, other: str) -> None:
    page = mail_document(PAGE, dark=dark)
    assert f'<meta name="color-scheme" content="{wanted}">' in page
    assert f":root {{ color-scheme: {wanted}; }}" in page
    always, never = "@media (min-width: 0) { p { color: ", "@media (max-width: 0) { p { color: "
    colours = {"dark": "white", "light": "black"}
    assert always + colours[wanted] in page
    assert never + colours[other] in page
    assert ('media="(min-width: 0)"' in page) == dark


def test_what_an_article_says_is_left_alone() -> None:
    assert "I like (prefers-color-scheme: dark) best." in mail_document(PAGE, dark=True)


def test_another_question_that_a_style_asks_is_left_to_the_browser() -> None:
    style = "<style>@media (prefers-color-scheme: no-preference) { p { color: red } }</style>"
    assert style in mail_document(style, dark=True)
