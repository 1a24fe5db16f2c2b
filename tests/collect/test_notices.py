"""What several pages of one source show alike is no article of theirs."""

import pytest

from digest.collect import collect
from digest.config import CollectSettings
from digest.store import Store
from tests.collect.conftest import NOW, WORDS, WebServer, item, kept, page, respond, rss, source

NOTICE = ("Readers of this paper pay for it by the month, and so they may read every word that we print in it.",) * 3


def put(web: WebServer, number: int, words: tuple[str, ...]) -> str:
    answer = respond(page(f"Story {number}", paragraphs=words), content_type="text/html")
    return web.put(f"/2026/11/{number}/story-of-the-harbour-{number}", answer)


def lead(number: int) -> str:
    return f"The boat with the number {number} came home."


@pytest.mark.parametrize("count", [2, 3, 4])
def test_a_notice_in_the_place_of_articles_leaves_the_teasers(
    web: WebServer, settings: CollectSettings, store: Store, count: int
) -> None:
    items = [item(n, link=put(web, n, NOTICE), text=lead(n)) for n in range(count)]
    items.append(item(9, link=put(web, 9, WORDS), text=lead(9)))
    feed = source("feed", web.put("/feed", respond(rss(*items))), full_text=True)
    found = collect([feed], settings, store, now=NOW)
    texts = {article.title: article.text for article in kept(found, store)}
    assert texts["Boat 9 came home"] == "\n".join(WORDS)
    if count > 2:  # two may well be one article under two addresses
        assert [texts[f"Boat {n} came home"] for n in range(count)] == [lead(n) for n in range(count)]
        assert sum("notice that others show too" in skipped.reason for skipped in found.skipped) == count
    else:
        assert not any("notice" in skipped.reason for skipped in found.skipped)


def test_a_notice_behind_every_link_of_a_section_page_is_no_article(
    web: WebServer, settings: CollectSettings, store: Store
) -> None:
    urls = [*(put(web, n, NOTICE) for n in range(1, 5)), put(web, 5, WORDS)]
    links = "".join(f"<h2><a href='{url}'>Story {n} of the harbour</a></h2>" for n, url in enumerate(urls, 1))
    html = f"<html><title>News</title><body>{links}</body></html>"
    found = collect([source("page", web.put("/news/", respond(html)))], settings, store, now=NOW)
    assert [article.title for article in found.new] == ["Story 5"]
    assert sum("a notice" in skipped.reason for skipped in found.skipped) == 4
