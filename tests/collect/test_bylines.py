"""Authors are found where a page names them to its readers, and are no more than a name."""

import lxml.html
import pytest

from digest.collect.bylines import clean_author, find_byline


def byline(body: str) -> str | None:
    return find_byline(lxml.html.document_fromstring(f"<html><body><h1>The crane</h1>{body}</body></html>"))


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("By Ada Moreau", "Ada Moreau"),
        ("BY: Ada Moreau", "Ada Moreau"),
        ("Written by Ada Moreau", "Ada Moreau"),
        ("par Ada Moreau", "Ada Moreau"),
        ("von Ada Moreau", "Ada Moreau"),
        ("Di Wu", "Di Wu"),
        ("Текст: Ада Моро", "Ада Моро"),
        ("作者：莫愁", "莫愁"),
        ("Byron Moreau", "Byron Moreau"),
        ("<a href='/ada'>Ada &amp; Ines</a>", "Ada & Ines"),
        ("https://social.example.org/ada", None),
        ("@ada", None),
        ("admin", None),
        ("by", None),
        (" | ", None),
        ("x" * 121, None),
    ],
)
def test_names(value: str, name: str | None) -> None:
    assert clean_author(value) == name


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("<p class=byline>By <a href=/ada>Ada Moreau</a></p>", "Ada Moreau"),
        ("<p class=byline>By Ada Moreau<br>Harbour editor</p>", "Ada Moreau"),
        ("<div class=byline>By Ada Moreau March 11, 2025 3:46 PM</div>", "Ada Moreau"),
        ("<div class=byline>by Ada Moreau — 2025-03-11</div>", "Ada Moreau"),
        ("<div class=byline>Ada Moreau • 8h</div>", "Ada Moreau"),
        ("<span class='post-author'>crane_77</span>", "crane_77"),
        ("<a rel=author href=/ada>Ada Moreau</a>", "Ada Moreau"),
        ("<div itemprop='author creator'>by <b itemprop=name>Ada Moreau</b> | November 18</div>", "Ada Moreau"),
        ("<div class=byline><a rel=author>Ada</a> and <a rel=author>Ines</a>, Vessen</div>", "Ada, Ines"),
        ("<div class=byline><span class=author>Ada</span> <span class=paper>The Courier</span></div>", "Ada"),
        ("<article><footer class=entry-author>Ada Moreau</footer></article>", "Ada Moreau"),
    ],
)
def test_bylines(body: str, name: str) -> None:
    assert byline(body) == name


@pytest.mark.parametrize(
    "body",
    [
        "<div class=comments><span class=author>Somebody</span></div>",
        "<aside><p class=byline>By Somebody</p></aside>",
        "<footer><p class=author>Somebody</p></footer>",
        "<div class=related-stories><p class=byline>By Somebody</p></div>",
        "<p class=byline style='display:none'>By Somebody</p>",
        "<p class=byline>By admin</p>",
        f"<div class=author-bio>{'Somebody writes about cranes and other things. ' * 3}</div>",
    ],
)
def test_what_is_no_byline_of_the_article_gives_way_to_the_next(body: str) -> None:
    assert byline(body) is None
    assert byline(f"{body}<p class=byline>By Ada Moreau</p>") == "Ada Moreau"


def test_what_holds_the_heading_is_not_beside_the_article_whatever_it_is_called() -> None:
    html = "<html><body><div class=with-sidebar><h1>The crane</h1><p class=byline>Ada Moreau</p></div></body></html>"
    assert find_byline(lxml.html.document_fromstring(html)) == "Ada Moreau"
