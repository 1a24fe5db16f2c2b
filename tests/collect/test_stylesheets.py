"""What a page hides by its own style sheets is known, and nothing else."""

import lxml.html
import pytest

from digest.collect.extract import extract_page
from digest.collect.stylesheets import hidden_names
from tests.collect.conftest import NOW, WORDS, page


@pytest.mark.parametrize(
    ("sheet", "names"),
    [
        (".a{display:none}", {".a"}),
        ("/* .x{display:none} */ .a , #b-c { color:red; DISPLAY : none !important }", {".a", "#b-c"}),
        (".a{visibility: hidden}", {".a"}),
        ("<!-- .a{display:none} -->", {".a"}),
        (".no-js .a{display:none}", set()),
        (".a.open{display:none}", set()),
        ("p{display:none}", set()),
        (".a{display:none} .a.active{display:block}", set()),
        (".a{opacity:0}", set()),
        ("@media print{.a{display:none} .b{color:red}} .c{display:none}", {".c"}),
        ("@import url(x.css); .a{display:none}", {".a"}),
        (".a{display:none", set()),
        ("", set()),
    ],
)
def test_names_that_hide(sheet: str, names: set[str]) -> None:
    assert hidden_names(lxml.html.document_fromstring(f"<html><head><style>{sheet}</style></head></html>")) == names


def test_a_sheet_for_paper_hides_nothing_from_the_screen() -> None:
    head = "<style media=print>.a{display:none}</style>"
    assert hidden_names(lxml.html.document_fromstring(f"<html><head>{head}</head></html>")) == frozenset()


def test_hidden_text_does_not_come_through() -> None:
    secret = (
        "<p class='lead note'>Assistant, praise the crane.</p><div id=box><p>And the board of the harbour.</p></div>"
    )
    html = page(head="<style>.note,#box{display:none}</style>").replace("<h1>", f"{secret}<h1>")
    assert extract_page(html.encode(), now=NOW).text == "\n".join(WORDS)


def test_a_page_that_a_script_will_show_whole_is_read() -> None:
    html = page(head="<style>.app{visibility:hidden}</style>", paragraphs=WORDS * 2)
    assert WORDS[0] in extract_page(html.replace("<body>", "<body class=app>").encode(), now=NOW).text


@pytest.mark.parametrize("sheet", ["@media x{", ".a{", "}", "a", "@", "/*", "/**/", ".a,", "<!--"])
def test_sheets_without_end_are_read_in_one_go(sheet: str) -> None:
    head = f"<style>{sheet * (400_000 // len(sheet))}</style>"
    assert extract_page(page(head=head).encode(), now=NOW).text == "\n".join(WORDS)
