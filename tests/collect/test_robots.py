"""What a site asks programs not to read is not read, and its rules are asked for once."""

import asyncio

import pytest

from digest.collect import collect
from digest.collect.caller import Caller
from digest.collect.draft import Rejected
from digest.collect.fetch import Fetched, Fetcher, FetchError
from digest.collect.robots import parse_robots
from digest.config import CollectSettings
from digest.store import Store
from tests.collect.conftest import NOW, WebServer, item, kept, page, respond, rss, source


def rules(*lines: str) -> bytes:
    return respond("\n".join(lines), content_type="text/plain")


def pages(*urls: str, caller: Caller | None = None, **changes: object) -> list[Fetched | BaseException]:
    settings = CollectSettings.model_validate({"allow_private": True, "timeout": 5.0, **changes})

    async def run() -> list[Fetched | BaseException]:
        async with Fetcher(settings, lambda: NOW) as fetcher:
            asked = (fetcher.page(url, caller=caller or Caller()) for url in urls)
            return list(await asyncio.gather(*asked, return_exceptions=True))

    return asyncio.run(run())


def test_a_page_that_the_rules_forbid_is_not_fetched(web: WebServer) -> None:
    web.put("/robots.txt", rules("User-agent: *", "Disallow: /private/"))
    open_page, closed = pages(web.put("/open", respond("x")), web.put("/private/a", respond("x")))
    assert isinstance(open_page, Fetched)
    assert isinstance(closed, Rejected)
    assert sorted(web.paths()) == ["/open", "/robots.txt"]


def test_rules_are_asked_for_once_a_site(web: WebServer) -> None:
    web.put("/robots.txt", rules("User-agent: *", "Allow: /"))
    pages(*(web.put(f"/{number}", respond("x")) for number in range(6)))
    assert web.paths().count("/robots.txt") == 1


def test_the_rules_for_this_program_go_before_those_for_all(web: WebServer) -> None:
    web.put("/robots.txt", rules("User-agent: *", "Disallow: /", "", "User-agent: article-digest", "Disallow: /no"))
    yes, no = pages(web.put("/yes", respond("x")), web.put("/no", respond("x")))
    assert isinstance(yes, Fetched)
    assert isinstance(no, Rejected)


def test_a_byte_order_mark_does_not_hide_the_first_rule() -> None:
    found = parse_robots("\ufeffUser-agent: *\nDisallow: /".encode())
    assert not found.can_fetch("https://harbour.example/x", "article-digest/0.1")


@pytest.mark.parametrize("status", ["404 Not Found", "403 Forbidden", "401 Unauthorized", "410 Gone"])
def test_a_site_without_rules_may_be_read(web: WebServer, status: str) -> None:
    web.put("/robots.txt", respond(status=status))
    assert isinstance(pages(web.put("/x", respond("x")))[0], Fetched)


@pytest.mark.parametrize("status", ["500 Oh", "503 Busy", "429 Too Many Requests"])
def test_a_site_whose_rules_cannot_be_read_is_left_for_later(web: WebServer, status: str) -> None:
    web.put("/robots.txt", respond(status=status))
    found = pages(web.put("/x", respond("x")), web.put("/y", respond("x")))
    assert all(isinstance(one, FetchError) and "robots.txt" in str(one) for one in found)
    assert not {"/x", "/y"} & set(web.paths())


def test_a_redirect_is_judged_where_it_leads(web: WebServer) -> None:
    web.put("/robots.txt", rules("User-agent: *", "Disallow: /private"))
    web.put("/private", respond("x"))
    assert isinstance(pages(web.put("/go", respond(status="302 Found", location="/private")))[0], Rejected)
    assert "/private" not in web.paths()


def test_rules_may_be_switched_off(web: WebServer) -> None:
    web.put("/robots.txt", rules("User-agent: *", "Disallow: /"))
    assert isinstance(pages(web.put("/x", respond("x")), robots=False)[0], Fetched)
    assert web.paths() == ["/x"]


def test_a_forbidden_page_leaves_the_teaser_of_its_feed(
    web: WebServer, settings: CollectSettings, store: Store
) -> None:
    web.put("/robots.txt", rules("User-agent: *", "Disallow: /boats"))
    web.put("/boats/1", respond(page(), content_type="text/html"))
    teaser = item(1, link=web.url("/boats/1"), text="A hull was lifted on Monday.")
    feed = source("feed", web.put("/feed", respond(rss(teaser))), full_text=True)
    found = collect([feed], settings, store, now=NOW)
    assert [article.text for article in kept(found, store)] == ["A hull was lifted on Monday."]
    assert "/boats/1" not in web.paths()


def test_a_page_source_that_is_forbidden_says_so(web: WebServer, settings: CollectSettings, store: Store) -> None:
    web.put("/robots.txt", rules("User-agent: *", "Disallow: /"))
    found = collect([source("page", web.put("/a", respond(page())))], settings, store, now=NOW)
    assert "robots.txt" in (found.sources[0].error or "")
