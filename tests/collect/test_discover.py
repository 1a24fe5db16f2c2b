"""What can be followed at an address is found out by asking it."""

import pytest

from digest.collect.discover import Found, discover, feed_links
from digest.config import CollectSettings
from digest.errors import SourceError
from tests.collect.conftest import NOW, WebServer, item, page, respond, rss


def find(url: str, settings: CollectSettings) -> Found:
    return discover(url, settings, clock=lambda: NOW)


def html(head: str = "", body: str = "") -> bytes:
    return respond(f"<html><head><title>T</title>{head}</head><body>{body}</body></html>", content_type="text/html")


def test_a_feed_is_followed_where_its_redirects_end(web: WebServer, settings: CollectSettings) -> None:
    end = web.put("/feed", respond(rss(item(1), item(2))))
    found = find(web.put("/old", respond(status="301 Moved", location="/feed")), settings)
    assert found == Found(type="feed", url=end, title="Harbour notes", entries=2)


def test_the_feed_that_a_page_names_is_found_and_comments_are_not(web: WebServer, settings: CollectSettings) -> None:
    head = (
        '<link rel="alternate" type="application/rss+xml" title="Comments feed" href="/comments/feed">'
        '<link rel="alternate" type="application/rss+xml" href="/gone"><link rel="Alternate"'
        ' type="application/atom+xml" href="news.xml">'
    )
    web.put("/comments/feed", respond(rss(item(3))))
    feed = web.put("/news/news.xml", respond(rss(item(1))))
    assert find(web.put("/news/", html(head)), settings).url == feed


def test_a_feed_that_is_not_named_is_sought_where_feeds_usually_are(web: WebServer, settings: CollectSettings) -> None:
    feed = web.put("/rss.xml", respond(rss(item(1))))
    assert find(web.put("/about-us", html()), settings).url == feed


def test_a_feed_that_a_page_names_to_its_readers_is_found(web: WebServer, settings: CollectSettings) -> None:
    links = '<a href="/feeding-the-gulls">Feeding</a><a href="/x/news.rss" class="icon" title="Our RSS"><img></a>'
    feed = web.put("/x/news.rss", respond(rss(item(1))))
    assert find(web.put("/news/", html(body=links)), settings).url == feed
    assert "/feeding-the-gulls" not in web.paths()


def test_a_page_is_followed_only_where_robots_txt_allows_it(web: WebServer, settings: CollectSettings) -> None:
    web.put("/robots.txt", respond("User-agent: *\nDisallow: /crane", content_type="text/plain"))
    with pytest.raises(SourceError, match=r"there is no feed, and its site asks programs not to read it"):
        find(web.put("/crane", respond(page(), content_type="text/html")), settings)


def test_a_page_without_a_feed_is_followed_itself(web: WebServer, settings: CollectSettings) -> None:
    url = web.put("/crane", respond(page(), content_type="text/html"))
    assert find(url, settings) == Found(type="page", url=url, title="The crane that lifted a hull", entries=1)


def test_a_sitemap_is_known_by_what_it_holds(web: WebServer, settings: CollectSettings) -> None:
    url = web.put("/pages", respond("<urlset><url><loc>/a</loc></url></urlset>", content_type="text/xml"))
    assert find(url, settings) == Found(type="sitemap", url=url, entries=1)


def test_an_address_with_nothing_to_follow_says_so(web: WebServer, settings: CollectSettings) -> None:
    with pytest.raises(SourceError, match="there is no feed, and"):
        find(web.put("/empty", html()), settings)
    with pytest.raises(SourceError, match="HTTP 404"):
        find(web.url("/nowhere"), settings)


@pytest.mark.parametrize(
    ("head", "feed"),
    [
        (
            (
                '<link rel="alternate" type="application/rss+xml" title="RSS" href="https://clips.example/feeds/videos.xml?'
                'channel_id=UC47_11"><link rel="alternate" media="handheld" href="https://m.clips.example/@anna">'
            ),
            "https://clips.example/feeds/videos.xml?channel_id=UC47_11",
        ),
        (
            (
                "<link href='https://notes.example/@anna.rss' rel='alternate' type='application/rss+xml'>"
                "<link href='https://notes.example/users/anna' rel='alternate' type='application/activity+json'>"
            ),
            "https://notes.example/@anna.rss",
        ),
        (
            (
                '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/categories/3">'
                '<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed/">'
                '<link rel="alternate" type="application/rss+xml" title="Harbour" href="/category/harbour/feed/">'
            ),
            "https://a.example/category/harbour/feed/",
        ),
    ],
    ids=["channel", "profile", "category"],
)
def test_of_all_that_a_page_names_its_own_feed_comes_first(head: str, feed: str) -> None:
    assert feed_links(head.encode(), charset=None, url="https://a.example/category/harbour/")[0] == feed


def test_addresses_of_feeds_are_resolved_and_none_but_web_addresses_kept() -> None:
    data = (
        b'<base href="https://cdn.example/x/"><link rel="alternate" type="application/rss+xml" href="feed">'
        b'<link rel="alternate" type="application/rss+xml" href="file:///etc/passwd">'
        b'<link rel="alternate" type="text/html" href="/de">'
        b'<link rel="stylesheet" type="application/rss+xml" href="/s">'
    )
    assert feed_links(data, charset=None, url="https://a.example/") == ("https://cdn.example/x/feed",)
