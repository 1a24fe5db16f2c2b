"""A page is told for what it is: an article, or a list whose links to articles are picked."""

import pytest

from digest.collect import collect
from digest.collect.draft import Rejected
from digest.collect.listing import Listing, read_listing
from digest.config import CollectSettings
from digest.store import Store
from tests.collect.conftest import NOW, WORDS, WebServer, page, respond, source

HOME = "https://harbour.example/news/"
HEADLINES = (
    "A crane lifts a hull for the first time",
    "Ferries sail again after the long frost",
    "The lock keeper tells of forty winters",
    "Old maps found under the customs house",
    "Fishers vote on the new harbour wall",
)


def read(body: str, url: str = HOME) -> Listing:
    html = f"<!doctype html><html lang='en'><head><title>News</title></head><body>{body}</body></html>"
    return read_listing(html.encode(), charset=None, url=url, now=NOW)


def cards(*, wrap: str = "<article><h2><a href='{url}'>{title}</a></h2><p>{lead}</p></article>") -> str:
    return (
        "<main>"
        + "".join(
            wrap.format(url=f"/2026/11/{number}/{title.lower().replace(' ', '-')}", title=title, lead="A short lead.")
            for number, title in enumerate(HEADLINES, 1)
        )
        + "</main>"
    )


@pytest.mark.parametrize(
    "wrap",
    [
        "<article><h2><a href='{url}'>{title}</a></h2><p>{lead}</p></article>",
        "<article><header><h3><a href='{url}'>{title}</a></h3></header></article>",
        "<div class='card'><a href='{url}'><img src='x.jpg'><h3>{title}</h3><p>{lead}</p></a></div>",
        "<li><a href='{url}'>{title}</a> <span>12 Nov</span></li>",
        "<div><a href='{url}'><img src='x.jpg' alt=''></a><p><a href='{url}?utm_source=front'>{title}</a></p></div>",
    ],
    ids=["headings", "article header", "card in a link", "list", "picture and headline apart"],
)
def test_links_to_articles_are_picked_in_order(wrap: str) -> None:
    found = read(cards(wrap=wrap))
    assert found.article is None
    assert [link.text for link in found.links] == list(HEADLINES)
    assert found.links[0].url.startswith("https://harbour.example/2026/11/1/a-crane-lifts")


@pytest.mark.parametrize(
    "pattern",
    [
        "/article.php?id={n}23&lang=en",
        "/?p={n}23",
        "/news/{n}123456",
        "/sections/people/2026/11/0{n}/crane",
        "/@harbour/a-crane-lifts-{n}",
    ],
)
def test_addresses_of_every_make_are_known_for_articles(pattern: str) -> None:
    lines = "".join(f"<li><a href='{pattern.format(n=n)}'>{title}</a></li>" for n, title in enumerate(HEADLINES, 1))
    assert [link.text for link in read(f"<ul>{lines}</ul>").links] == list(HEADLINES)


def test_a_link_to_the_comments_of_an_article_is_one_to_the_article() -> None:
    line = "<li><a href='{url}#comments'>12 comments</a> <a href='{url}'>{title}</a></li>"
    found = read(cards(wrap=line))
    assert [link.text for link in found.links] == list(HEADLINES)
    assert not any("#" in link.url for link in found.links)


def test_navigation_and_other_sites_are_no_articles() -> None:
    beside = (
        "<nav><a href='/2026/01/01/how-to-read-the-tide-tables'>How to read the tide tables at home</a></nav>"
        "<footer><a href='/the-terms-of-use-of-this-site'>The terms of use of this site</a></footer>"
        "<h2><a href='/tag/long-winters-in-the-north'>All about long winters in the north</a></h2>"
        "<h2><a href='https://elsewhere.example/2026/11/1/a-story-of-others'>A story of somebody else's site</a></h2>"
        "<h2><a href='/files/2026-annual-report-of-the-board.pdf'>The annual report of the board</a></h2>"
        "<h2><a href='javascript:open(1)'>Open the window with the pictures</a></h2>"
        "<h2><a href='#top-of-the-page'>Back to the top of the page</a></h2>"
    )
    assert [link.text for link in read(beside + cards()).links] == list(HEADLINES)


def test_an_article_with_links_beside_it_is_an_article() -> None:
    paragraphs = "".join(f"<p>{text}</p>" for text in WORDS * 3)
    found = read(f"<article><h1>The crane that lifted a hull</h1>{paragraphs}</article><h2>More</h2>{cards()}",
                 "https://harbour.example/2026/11/9/the-crane-that-lifted-a-hull")  # fmt: skip
    assert found.links == ()
    assert found.article is not None
    assert WORDS[0] in found.article.text


@pytest.mark.parametrize(("path", "is_article"), [("news/the-lock-is-closed-again", True), ("news", False)])
def test_of_a_short_page_its_address_says_what_it_is(path: str, is_article: bool) -> None:
    lines = "".join(f"<p>{WORDS[0]} Part {number} of the day.</p>" for number in range(3))
    others = cards(wrap="<li><a href='{url}'>{title}</a></li>")
    body = f"<div><h1>The lock is closed again</h1>{lines}</div><ul>{others}</ul>"
    found = read(body, f"https://harbour.example/{path}")
    assert (found.article is not None) is is_article


def test_a_page_that_is_neither_is_refused() -> None:
    with pytest.raises(Rejected):
        read("<p>Soon.</p><a href='/2026/11/9/one-story-is-no-list'>One story</a>")


def test_a_section_page_becomes_its_articles(web: WebServer, settings: CollectSettings, store: Store) -> None:
    def put(number: int) -> str:
        words = tuple(f"{line} ({number})" for line in WORDS)
        answer = respond(page(f"Story {number} of the harbour", paragraphs=words), content_type="text/html")
        web.put(f"/2026/11/{number}/story-of-the-harbour-{number}", answer)
        return f"<h2><a href='/2026/11/{number}/story-of-the-harbour-{number}'>Story {number} of the harbour</a></h2>"

    def front(*parts: str) -> bytes:
        return respond(f"<html><title>News</title><body>{''.join(parts)}</body></html>", content_type="text/html")

    links = [put(number) for number in range(1, 6)]
    section = source("page", web.put("/news/", front(*links)), limit=3)
    first = collect([section], settings, store, now=NOW)
    assert [article.title for article in first.new] == [f"Story {n} of the harbour" for n in (1, 2, 3)]
    assert collect([section], settings, store, now=NOW).sources[0].status == "unchanged"
    web.put("/news/", front(put(6), *links))
    later = collect([section], settings, store, now=NOW)
    assert [article.title for article in later.new] == ["Story 6 of the harbour"]


def test_what_only_the_section_tells_of_an_article_is_kept(
    web: WebServer, settings: CollectSettings, store: Store
) -> None:
    said = '<meta name="author" content="Bo Carlsen"><meta name="date" content="2026-11-01">'
    shown = "<p>by Anna Brandt, 12 November 2026</p>"
    card = f"<article><h2><a href='/{{n}}-on-the-old-quay'>Story {{n}}</a></h2>{shown}</article>"
    for number in (1, 2, 3):
        words = tuple(f"{line} ({number})" for line in WORDS)
        body = page(f"Story {number}", head=said if number == 3 else "", paragraphs=words)
        web.put(f"/{number}-on-the-old-quay", respond(body, content_type="text/html"))
    front = f"<main>{''.join(card.format(n=number) for number in (1, 2, 3))}</main>"
    section = source("page", web.put("/news/", respond(front, content_type="text/html")))
    found = {article.title: article for article in collect([section], settings, store, now=NOW).new}
    days = {title: article.published and article.published.day for title, article in found.items()}
    assert days == {"Story 1": 12, "Story 2": 12, "Story 3": 1}
    assert [found[f"Story {n}"].author for n in (1, 2, 3)] == ["Anna Brandt", "Anna Brandt", "Bo Carlsen"]
