"""The article of a page is told from what stands around it by how its prose is spread."""

from typing import Any

import lxml.html
import pytest

from digest.collect.readability import read_article
from tests.collect.conftest import WORDS, page

PROSE = "".join(f"<p>{text}</p>" for text in WORDS)
LINKS = "".join(f"<li><a href='/{n}'>Another boat came home, number {n}</a></li>" for n in range(20))


def read(body: str) -> str:
    return read_article(tree(body)).text


def tree(body: str) -> Any:
    return lxml.html.document_fromstring(f"<html><body>{body}</body></html>")


def test_lists_of_links_forms_and_shares_are_cut_out_of_the_article() -> None:
    share = "<div class='share-bar'><p>Send this to your friends, if you have some.</p></div>"
    form = "<form><p>Get our letter, each morning, in your box.</p><input name=a><input name=b></form>"
    assert read(f"<div class=story>{PROSE}<ul>{LINKS}</ul>{share}{form}</div>") == "\n".join(WORDS)


@pytest.mark.parametrize("name", ["sidebar", "related-links", "newsletter-box", "comment-list", "photo-caption"])
def test_what_names_itself_as_furniture_is_none_of_the_article(name: str) -> None:
    beside = f"<div class='{name}'><p>The tram, the bus and the ferry are late again, said a reader of this.</p></div>"
    assert read(f"<div><div class=story>{PROSE}{beside}</div></div>") == "\n".join(WORDS)


@pytest.mark.parametrize("card", ["class='tooltiptext'", "class='rollover-people-block'", "role=tooltip"])
def test_what_shows_only_while_the_pointer_is_over_a_word_is_left_out_and_the_word_is_not(card: str) -> None:
    over = f"<span class=tooltip><a href='/ada'>Ada Krull</a><span {card}>Ada Maria Krull, more of her</span></span>"
    said = f"<p>{WORDS[0]} So says {over}, of the harbour.</p>"
    expected = f"{WORDS[0]} So says Ada Krull, of the harbour."
    assert read(f"<div class=story>{said}{PROSE}</div>") == "\n".join([expected, *WORDS])


def test_a_name_that_holds_the_whole_article_is_not_believed() -> None:
    assert read(f"<div class='gallery-template'>{PROSE}</div>") == "\n".join(WORDS)


def test_the_slug_of_a_heading_as_id_is_no_name() -> None:
    kept = "<div id='a-comment-on-the-crane'><p>What the board says of the crane, and of the mole, is true.</p></div>"
    assert "is true" in read(f"<div class=story>{PROSE}{kept}</div>")


def test_an_article_cut_into_pieces_between_advertisements_is_whole() -> None:
    pieces = "".join(f"<div class='row'><div class='piece'>{PROSE}</div></div><div class=slot></div>" for _ in range(2))
    assert read(f"<div id=top><a href='/'>Home</a></div><div class=pieces>{pieces}</div>") == "\n".join(WORDS * 2)


def test_articles_inside_the_article_are_others() -> None:
    others = "".join(f"<article><p>{text}</p></article>" for text in WORDS)
    assert read(f"<article>{PROSE}{others}</article>") == "\n".join(WORDS)


def test_a_lead_beside_the_body_of_the_article_belongs_to_it() -> None:
    assert read(f"<div><div class=perex>{WORDS[0]}</div><div class=story>{PROSE}</div></div>").startswith(
        f"{WORDS[0]}\n{WORDS[0]}"
    )


def test_a_quotation_is_kept_whatever_stands_around_it_is_called() -> None:
    quoted = f"<div class='social-embed'><blockquote><p>{WORDS[1]}</p>Ada, on the quay</blockquote></div>"
    assert "Ada, on the quay" in read(f"<div class=story>{PROSE}{quoted}{PROSE}</div>")
    assert "Ada" not in read(f"<div class=story>{PROSE}{quoted.replace('blockquote', 'div')}{PROSE}</div>")


def test_the_pictures_of_the_article_are_found_and_no_others() -> None:
    gallery = "<div class=gallery><img src=c.jpg></div>"
    found = read_article(tree(f"<img src=a.jpg><div class=story>{PROSE}<p><img src=b.jpg></p>{gallery}{PROSE}</div>"))
    assert [element.get("src") for element in found.pictures] == ["b.jpg"]


def test_equal_paragraphs_are_all_kept() -> None:
    assert read(f"<article><p>{WORDS[0]}</p><p>{WORDS[0]}</p></article>") == f"{WORDS[0]}\n{WORDS[0]}"


def test_text_between_line_breaks_is_an_article() -> None:
    assert read("<div class=menu><a href='/'>Home</a></div><div>" + "<br><br>".join(WORDS) + "</div>") == "\n".join(
        WORDS
    )


def test_a_table_of_data_stays_and_a_table_of_links_goes() -> None:
    rows = "".join(f"<tr><td>Berth {n}</td><td>{n} boats</td><td>{n} cranes</td></tr>" for n in range(8))
    links = "".join(f"<tr><td><a href='/{n}'>Berth {n}</a></td></tr>" for n in range(8))
    found = read(f"<article>{PROSE}<table>{rows}</table><table>{links}</table></article>")
    assert "Berth 7 7 boats 7 cranes" in found
    assert found.count("Berth 7") == 1


def test_the_article_goes_before_a_list_of_others_below_it() -> None:
    others = "".join(f"<article><h2><a href='/{n}'>Boat {n}</a></h2><p>{WORDS[n % 5]}</p></article>" for n in range(9))
    assert read(f"<section><article><div>{PROSE}</div></article></section><section>{others}</section>").startswith(
        "\n".join(WORDS)
    )


def test_nothing_is_found_where_nothing_is() -> None:
    assert read("") == ""


def test_the_tree_stays_as_it_is() -> None:
    given = lxml.html.document_fromstring(page())
    before = lxml.html.tostring(given)
    read_article(given)
    assert lxml.html.tostring(given) == before


def test_a_reading_of_little_is_doubtful() -> None:
    assert read_article(tree("<p>Three short words.</p>")).is_doubtful
    assert not read_article(tree(f"<div>{PROSE}{PROSE}</div>")).is_doubtful
