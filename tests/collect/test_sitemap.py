"""A sitemap lists pages: plain, of news, compressed, an index; and it may be hostile."""

import asyncio
import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.collect import collect
from digest.collect.draft import Rejected
from digest.collect.sitemaptext import parse_sitemap
from digest.config import CollectSettings
from digest.store import Store
from tests.collect.conftest import NOW, WORDS, WebServer, page, respond, source

NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def urlset(*entries: str, more: str = "") -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset {NS} {more}>{"".join(entries)}</urlset>'


def entry(url: str, changed: str = "", inside: str = "") -> str:
    return f"<url><loc>{url}</loc>{f'<lastmod>{changed}</lastmod>' if changed else ''}{inside}</url>"


def index(*urls: str, changed: str = "") -> str:
    dated = f"<lastmod>{changed}</lastmod>" if changed else ""
    return f"<sitemapindex {NS}>{''.join(f'<sitemap><loc>{url}</loc>{dated}</sitemap>' for url in urls)}</sitemapindex>"


def parse(data: str | bytes, most_bytes: int = 1_000_000):  # type: ignore[no-untyped-def]
    body = data.encode() if isinstance(data, str) else data
    return parse_sitemap(body, url="https://harbour.example/sitemap.xml", most_bytes=most_bytes, now=NOW)


def put_pages(web: WebServer, *names: str) -> list[str]:
    texts = ((title, tuple(f"{line} ({title})" for line in WORDS)) for title in names)
    return [
        web.put(f"/{title}", respond(page(title, paragraphs=words), content_type="text/html")) for title, words in texts
    ]


def test_pages_come_with_their_dates_and_news_with_its_title() -> None:
    news = (
        "<news:news><news:publication><news:name>N</news:name></news:publication>"
        "<news:publication_date>2026-11-19T07:00:00Z</news:publication_date><news:title>Lock &amp; key</news:title>"
        "</news:news>"
    )
    picture = "<image:image><image:loc>https://harbour.example/a.jpg</image:loc></image:image>"
    spaces = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="x"'
    found = parse(urlset(entry("/a", "2026-11-18", picture), entry("/b", inside=news), more=spaces))
    first, second = found.pages
    assert (first.url, first.changed) == ("https://harbour.example/a", datetime(2026, 11, 18, tzinfo=UTC))
    assert (second.title, second.published) == ("Lock & key", datetime(2026, 11, 19, 7, tzinfo=UTC))
    assert (first.title, first.published, second.changed) == ("", None, None)


@pytest.mark.parametrize(
    "text",
    [
        urlset(entry("/a")).replace(NS, ""),
        urlset(entry("/a")).replace("0.9", "0.84"),
        gzip.compress(urlset(entry("/a")).encode(), mtime=0),
        b"".join(gzip.compress(part.encode()) for part in urlset(entry("/a")).partition("</loc>")),
        b"\xef\xbb\xbf\n" + urlset(entry("/a")).partition("?>")[2].encode(),
        "https://harbour.example/a\n",
        urlset(entry("/a")).removesuffix("</urlset>") + "<url><loc>/b</lo",
        urlset(entry("/a"), entry("mailto:x@harbour.example"), entry("")),
    ],
    ids=[
        "no namespace",
        "old namespace",
        "gzip",
        "gzip in pieces",
        "byte order mark",
        "lines",
        "cut off",
        "no addresses",
    ],
)
def test_sitemaps_as_they_are_found_are_read(text: str | bytes) -> None:
    assert [listed.url for listed in parse(text).pages] == ["https://harbour.example/a"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is empty"),
        (b"<html><body><a href='/a'>a</a></body></html>", "not a sitemap"),
        (b"<rss><channel/></rss>", "not a sitemap"),
        (b"<!-- nothing", "cannot be read as XML|not a sitemap"),
        (b"Sorry, there is nothing here.", "not a sitemap"),
        (b"\x1f\x8b\x08\x00broken", "broken gzip data|in the middle of its gzip"),
        (gzip.compress(urlset(entry("/a")).encode(), mtime=0)[:-12], "in the middle of its gzip"),
        (gzip.compress(b"\0" * 5_000_000, mtime=0), "larger than 1 MB when it is unpacked"),
        (gzip.compress(b"\0" * 600_000, mtime=0) * 2, "larger than 1 MB when it is unpacked"),
    ],
)
def test_what_is_no_sitemap_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(Rejected, match=reason):
        parse(data)


def test_no_entity_is_expanded_and_no_file_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden")
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    head = f'<!DOCTYPE urlset [<!ENTITY e0 "x"><!ENTITY f SYSTEM "{secret.as_uri()}">{bomb}]>'
    found = parse(head + urlset(entry("/&f;"), entry("/&e11;"), entry("/a")).partition("?>")[2])
    assert "hidden" not in str(found)
    assert len(str(found)) < 2000


def test_the_latest_pages_become_articles_and_the_rest_never_comes(
    web: WebServer, settings: CollectSettings, store: Store
) -> None:
    urls = put_pages(web, "one", "two", "three")
    entries = [entry(url, f"2026-11-1{day}") for day, url in enumerate(urls)]
    site = source("sitemap", web.put("/sitemap.xml", respond(urlset(*entries))), limit=2)
    found = collect([site], settings, store, now=NOW)
    assert sorted(article.title for article in found.new) == ["three", "two"]
    assert all(article.published is None for article in found.new)  # when a page was changed is not when it appeared
    again = collect([site], settings, store, now=NOW)
    assert (again.sources[0].status, again.new) == ("unchanged", ())
    (late,) = put_pages(web, "late")
    web.put("/sitemap.xml", respond(urlset(*entries, entry(late, "2026-11-19"))))
    assert [article.title for article in collect([site], settings, store, now=NOW).new] == ["late"]


def test_an_index_is_followed_to_its_sitemaps(web: WebServer, settings: CollectSettings, store: Store) -> None:
    first, second, third = put_pages(web, "one", "two", "three")
    inner = web.put(
        "/inner.xml.gz", respond(gzip.compress(urlset(entry(first)).encode()), content_type="application/gzip")
    )
    other = web.put("/other.xml", respond(urlset(entry(second))))
    site = source("sitemap", web.put("/sitemap.xml", respond(index(inner, other), etag='"same"')))
    assert {article.title for article in collect([site], settings, store, now=NOW).new} == {"one", "two"}
    assert collect([site], settings, store, now=NOW).sources[0].status == "unchanged"
    web.put("/other.xml", respond(urlset(entry(second), entry(third))))
    assert [article.title for article in collect([site], settings, store, now=NOW).new] == ["three"]


def test_one_sitemap_of_an_index_that_fails_is_told(web: WebServer, settings: CollectSettings, store: Store) -> None:
    (first,) = put_pages(web, "one")
    inner = web.put("/inner.xml", respond(urlset(entry(first))))
    loop = web.put("/loop.xml", respond(index(web.url("/sitemap.xml"))))
    site = source("sitemap", web.put("/sitemap.xml", respond(index(inner, loop, web.url("/gone.xml")))))
    found = collect([site], settings, store, now=NOW)
    assert [article.title for article in found.new] == ["one"]
    assert {skipped.ref.rpartition("/")[2]: skipped.reason for skipped in found.skipped} == {
        "loop.xml": "an index within an index is not followed", "gone.xml": "HTTP 404 Not Found",
    }  # fmt: skip


def test_the_front_page_of_a_site_is_no_article(web: WebServer, settings: CollectSettings, store: Store) -> None:
    site = source("sitemap", web.put("/sitemap.xml", respond(urlset(entry(web.url("/")), entry(web.url(""))))))
    found = collect([site], settings, store, now=NOW)
    assert (found.sources[0].fetched, found.new) == (0, ())


def test_a_sitemap_may_be_a_file(tmp_path: Path, web: WebServer, settings: CollectSettings, store: Store) -> None:
    (first,) = put_pages(web, "one")
    path = tmp_path / "sitemap.xml"
    path.write_text(urlset(entry(first)))
    assert [article.title for article in collect([source("sitemap", path)], settings, store, now=NOW).new] == ["one"]


def test_the_sitemaps_of_an_index_are_fetched_side_by_side_within_the_share_of_a_host(
    web: WebServer, store: Store
) -> None:
    async def slow(_: dict[str, str], writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.05)
        writer.write(respond(urlset(entry("mailto:nobody@harbour.example"), entry(web.url("/")))))

    inner = [web.put(f"/{number}.xml", slow) for number in range(8)]
    site = source("sitemap", web.put("/sitemap.xml", respond(index(*inner))))
    collect([site], CollectSettings(allow_private=True, per_host=3), store, now=NOW)
    assert len(web.requests) == 9
    assert web.most_at_once == 3


def test_an_index_is_followed_no_further_than_to_the_most_pages(
    web: WebServer, store: Store, settings: CollectSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digest.collect.sitemap._PAGES_MAX", 3)
    pages = put_pages(web, *(f"page {number}".replace(" ", "-") for number in range(24)))
    inner = [web.put(f"/{n}.xml", respond(urlset(*map(entry, pages[2 * n : 2 * n + 2])))) for n in range(12)]
    found = collect([source("sitemap", web.put("/i.xml", respond(index(*inner))))], settings, store, now=NOW)
    assert {article.title for article in found.new} == {"page-0", "page-1", "page-2"}
    assert [skipped.reason for skipped in found.skipped] == ["pages beyond the first 3"]
    assert len([path for path in web.paths() if path.endswith(".xml")]) < 6
