"""Subscription lists come in and go out."""

import pytest

from digest.collect.draft import Rejected
from digest.collect.opml import Subscription, parse_opml, write_opml


def opml(body: str, head: str = "") -> bytes:
    return f'{head}<opml version="2.0"><head><title>T</title></head><body>{body}</body></opml>'.encode()


def test_folders_become_sections_and_each_feed_comes_once() -> None:
    read = parse_opml(
        opml(
            '<outline text="World"><outline text="A &amp; B" type="rss" xmlUrl="https://a.example/feed?x=1&amp;y=2"/>'
            '<outline text="North"><outline text="C" xmlUrl="https://c.example/feed"/></outline></outline>'
            '<outline text="D" xmlUrl="https://d.example/feed"/><outline text="D again" xmlUrl="https://d.example/feed"/>'
        )
    )
    assert read.feeds == (
        Subscription(url="https://a.example/feed?x=1&y=2", title="A & B", section="World"),
        Subscription(url="https://c.example/feed", title="C", section="North"),
        Subscription(url="https://d.example/feed", title="D", section=""),
    )


def test_an_address_that_is_none_is_skipped_with_its_reason() -> None:
    read = parse_opml(
        opml(
            '<outline text="X" xmlUrl="file:///etc/passwd"/><outline text="Y" xmlUrl="https://y.example/"/>'
            '<outline text="Z" xmlUrl="http://[z/"/>'
        )
    )
    assert [feed.title for feed in read.feeds] == ["Y"]
    assert read.skipped == (("X", "its address is no web address"), ("Z", "its address is no web address"))


@pytest.mark.parametrize("head", ["", '<?xml version="1.0"?>\n', '<?xml version="1.0" encoding="iso-8859-1"?>'])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_titles_are_read_whatever_the_list_says_of_its_encoding(head: str, encoding: str) -> None:
    data = opml('<outline text="Übersee" xmlUrl="https://a.example/feed"/>', head).decode().encode(encoding)
    assert parse_opml(data).feeds == (Subscription(url="https://a.example/feed", title="Übersee"),)


@pytest.mark.parametrize("data", [b"", b"  ", b"not opml", b"<rss/>", b"http://127.0.0.1:9/list.opml"])
def test_what_is_no_opml_is_refused(data: bytes) -> None:
    with pytest.raises(Rejected):
        parse_opml(data)


def test_no_entity_is_expanded() -> None:
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    head = f'<!DOCTYPE opml [<!ENTITY e0 "xxxxxxxxxx"><!ENTITY f SYSTEM "file:///etc/passwd">{bomb}]>'
    read = parse_opml(opml('<outline text="&f;&e11;" xmlUrl="https://a.example/feed"/>', head))
    assert len(str(read)) < 1000
    assert "root:" not in str(read)


def test_what_is_written_is_read_again() -> None:
    feeds = (
        Subscription(url="https://a.example/?x=1&y=<2>", title='A "quoted" & <b>', section="World"),
        Subscription(url="https://b.example/feed", title="B\u00e4", section=""),
        Subscription(url="https://c.example/feed", title="C", section="World"),
    )
    read = parse_opml(write_opml(feeds, title="My list"))
    assert {(feed.title, feed.section) for feed in read.feeds} == {(feed.title, feed.section) for feed in feeds}
    assert read.feeds[0].url == "https://a.example/?x=1&y=%3C2%3E"


def test_the_folder_goes_before_the_categories_that_a_feed_names() -> None:
    feed = '<outline text="A" category="tag,/parent/child" xmlUrl="https://a.example/feed"/>'
    read = parse_opml(opml(f'<outline text="Folder">{feed}</outline>'))
    assert [one.section for one in read.feeds] == ["Folder"]
    assert [one.section for one in parse_opml(opml(feed)).feeds] == ["child"]


@pytest.mark.parametrize(
    ("outline", "reason"),
    [
        (
            'text="A" type="rss" xmlUrl="" htmlUrl="https://a.example/"',
            "names a site and no feed: `digest sources add https://a.example/`",
        ),
        ('text="A" htmlUrl="https://a.example/"', "names a site and no feed: `digest sources add https://a.example/`"),
        ('text="A" htmlUrl="https://a.example/?x=1&amp;y=$(id)"', "sources add 'https://a.example/?x=1&y=$(id)'`"),
        (
            'text="A" htmlUrl="https://me:hushhush@a.example/"',
            "names a site and no feed, and its address holds a login",
        ),
        ('text="A" type="include" url="https://a.example/more.opml"', "list of its own: import https://a.example/more"),
        ('text="A" xmlUrl="https://me:hushhush@a.example/feed"', "its address holds a login"),
    ],
)
def test_what_is_no_feed_in_a_list_says_what_to_do_with_it(outline: str, reason: str) -> None:
    read = parse_opml(opml(f"<outline {outline}/>"))
    assert read.feeds == ()
    assert [what for what, _ in read.skipped] == ["A"]
    assert reason in read.skipped[0][1]
    assert "hushhush" not in str(read)


def test_a_list_without_feeds_says_so() -> None:
    with pytest.raises(Rejected, match="it lists no feeds"):
        parse_opml(opml('<outline text="Folder"/>'))


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("feed://a.example/x", "http://a.example/x"),
        ("feed:https://a.example/x", "https://a.example/x"),
        ("FEED:a.example/x", "http://a.example/x"),
    ],
)
def test_addresses_that_call_a_reader_are_those_behind_them(address: str, url: str) -> None:
    assert [feed.url for feed in parse_opml(opml(f'<outline text="A" xmlUrl="{address}"/>')).feeds] == [url]
