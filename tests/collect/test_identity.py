"""One article has one key for all the addresses that lead to it, and two articles never share one."""

import pytest

from digest.collect.draft import Draft
from digest.collect.identity import draft_keys, http_url, own_url, url_key


@pytest.mark.parametrize(
    "twin",
    [
        "http://example.org/news/a-bridge?id=7&page=2",
        "https://www.example.org/news/a-bridge/?page=2&id=7",
        "https://m.example.org/news/a-bridge?id=7&page=2&utm_source=x&utm_medium=y",
        "https://amp.example.org/news/a-bridge/amp/?id=7&page=2#top",
        "https://EXAMPLE.org:443/news//a-bridge/index.html?id=7&page=2&fbclid=abc&gclid=1",
        "https://example.org/news/%61-bridge?id=7&page=2&ref=feed",
        "https://example.org/sport/../news/./a-bridge?id=7&page=2",
        "https://mobile.example.org/news/a-bridge?id=7&page=2",
        "https://www.amp.example.org/amp/news/a-bridge?id=7&page=2",
        "https://example.org/news/a-bridge?id=7&page=2&amp=1",
        "https://example.org/news/a-bridge/amp?id=7&page=2&amp",
        "https://example.org/news/a-bridge?id=7&page=2&outputType=amp",
        "https://example-org.cdn.ampproject.org/c/s/example.org/news/a-bridge?id=7&page=2",
        "https://example-org.cdn.ampproject.org/v/s/www.example.org/news/a-bridge/amp?id=7&page=2&amp_js_v=0.1",
        "https://cdn.ampproject.org/c/example.org/news/a-bridge?id=7&page=2",
        "https://www.google.com/amp/s/amp.example.org/news/a-bridge?id=7&page=2",
    ],
)
def test_twins_of_an_address_are_one(twin: str) -> None:
    assert url_key(twin) == url_key("https://example.org/news/a-bridge?id=7&page=2")


@pytest.mark.parametrize("twin", ["/a-bridge.amp.html", "/a-bridge.html?amp=1", "/amp/a-bridge.html"])
def test_the_amp_twin_of_a_file_is_the_file(twin: str) -> None:
    assert url_key(f"https://example.org{twin}") == url_key("https://example.org/a-bridge.html")


@pytest.mark.parametrize(
    ("said", "own"),
    [
        ("https://example.org/2026/the-bridge", "https://example.org/2026/the-bridge"),
        ("https://other.example/the-bridge", "https://other.example/the-bridge"),
        ("https://example.org/", "https://m.example.org/news/a-bridge"),
        ("https://example.org/news/", "https://m.example.org/news/a-bridge"),
        ("https://example.org/news/a-bridge", "https://example.org/news/a-bridge"),
        (None, "https://m.example.org/news/a-bridge"),
    ],
)
def test_a_canonical_address_above_the_page_is_not_its_own(said: str | None, own: str) -> None:
    assert own_url(said, "https://m.example.org/news/a-bridge") == own


def test_the_address_of_the_site_is_no_guid() -> None:
    one, two = (Draft(title=title, guid="https://example.org/") for title in ("A boat", "A crane"))
    assert set(draft_keys("one", one)).isdisjoint(draft_keys("one", two))


@pytest.mark.parametrize("other", ["/news/a-bridge?id=8", "/news/b-bridge?id=7", "/News/a-bridge?id=7", "/news?id=7"])
def test_other_addresses_are_others(other: str) -> None:
    assert url_key(f"https://example.org{other}") != url_key("https://example.org/news/a-bridge?id=7")


def test_a_front_page_is_no_key_but_a_numbered_one_is() -> None:
    assert url_key("https://example.org/") is None
    assert url_key("https://example.org/?p=12") is not None


@pytest.mark.parametrize(
    ("raw", "url"),
    [
        ("/a b.html", "https://example.org/a%20b.html"),
        ("//cdn.example.org/x.jpg", "https://cdn.example.org/x.jpg"),
        ("https://bücher.example/ä?q=ö", "https://xn--bcher-kva.example/%C3%A4?q=%C3%B6"),
        ("https://example.org/\"><script>'x", "https://example.org/%22%3E%3Cscript%3E%27x"),
        ("https://example.org/a\r\nBcc: x", "https://example.org/aBcc:%20x"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("file:///etc/passwd", None),
        ("https://user:word@example.org/", None),
        ("https://example.org:99999/", None),
        ("http://[broken/", None),
        ("http://[2001:db8::1]:8080/a", "http://[2001:db8::1]:8080/a"),
        ('http://[v1.a"b]/', None),
        ('http://a.example"onmouseover=x/', None),
        ("http://a.example\\b", None),
        ("http://a b.example/", None),
        ("https://a.example/\ud83d", None),
        ("mailto:a@example.org", None),
        ("", None),
        (None, None),
    ],
)
def test_only_safe_web_addresses_come_out(raw: str | None, url: str | None) -> None:
    assert http_url(raw, "https://example.org/news/") == url


@pytest.mark.parametrize(
    "odd", ["http://[broken/a", "https://www.google.com/amp/s/a:b/c", "http://a:99999/b", "http://"]
)
def test_what_only_looks_like_an_address_is_known_again_all_the_same(odd: str) -> None:
    one, two = (draft_keys("one", Draft(title=title, guid=odd, url=odd)) for title in ("A boat", "A crane"))
    assert not set(one).isdisjoint(two)


def test_a_guid_counts_inside_its_own_source_only() -> None:
    draft = Draft(title="A", guid="1")
    assert set(draft_keys("one", draft)).isdisjoint(draft_keys("two", draft))


def test_an_item_of_nothing_but_words_still_has_a_key() -> None:
    assert draft_keys("one", Draft(title="Closed")) != draft_keys("one", Draft(title="Open"))
