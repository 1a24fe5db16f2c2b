"""Feeds of every kind, well formed or not, give their items; what is no feed is refused with a reason."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.collect.draft import Draft, Rejected
from digest.collect.feedtext import ParsedFeed, parse_feed
from tests.collect.conftest import NOW, item, rss

BASE = "https://harbour.example.org/feed.xml"


def read(text: str | bytes, **options: str) -> ParsedFeed:
    return parse_feed(text.encode() if isinstance(text, str) else text, url=BASE, now=NOW, **options)


def only(text: str | bytes) -> Draft:
    (draft,) = read(text).drafts
    return draft


ATOM = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
<title>Harbour notes</title><id>tag:x</id><author><name>Ines Okoro</name></author>
<entry><title type="html">Fish &amp;amp; &lt;i&gt;chips&lt;/i&gt;</title><id>tag:x,1</id><link href="/a/1"/>
<published>2026-11-10T08:00:00+01:00</published><updated>2026-11-12T08:00:00Z</updated>
<content type="html">&lt;p&gt;One &amp;amp; two.&lt;/p&gt;&lt;p&gt;Three.&lt;/p&gt;</content></entry></feed>"""

RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>Old</title>
<link>https://harbour.example.org/</link></channel>
<item rdf:about="https://harbour.example.org/r/1"><title>A mole</title>
<link>https://harbour.example.org/r/1</link><description>Of stone.</description><dc:creator>Ines Okoro</dc:creator>
<dc:date>2026-11-10T08:00:00Z</dc:date></item></rdf:RDF>"""


def test_rss() -> None:
    draft = only(rss(item(1, author="ines@example.org (Ines Okoro)")))
    assert (draft.title, draft.url, draft.guid) == (
        "Boat 1 came home",
        "https://harbour.example.org/boats/1",
        "boat-1",
    )
    assert draft.published == datetime(2026, 11, 10, 8, tzinfo=UTC)
    assert draft.author == "Ines Okoro"
    assert draft.language == "en"


def test_atom() -> None:
    draft = only(ATOM)
    assert (draft.title, draft.text) == ("Fish & chips", "One & two.\nThree.")
    assert (draft.author, draft.url) == ("Ines Okoro", "https://harbour.example.org/a/1")
    assert draft.published == datetime(2026, 11, 10, 7, tzinfo=UTC)


def test_rdf() -> None:
    draft = only(RDF)
    assert (draft.title, draft.text, draft.author) == ("A mole", "Of stone.", "Ines Okoro")
    assert draft.published == datetime(2026, 11, 10, 8, tzinfo=UTC)


def test_json_feed() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Harbour notes",
        "authors": [{"name": "Ines Okoro"}],
        "items": [
            {"id": 1, "url": "/j/1", "title": "A mole", "content_html": "<p>Of <b>stone</b>.</p>", "image": "/m.jpg",
             "date_published": "2026-11-10T08:00:00Z"},
            {"id": "2", "content_text": "No title, 3 < 4."},
            {"id": "3"},
            "nonsense",
        ],
    }  # fmt: skip
    parsed = read(json.dumps(feed))
    first, second = parsed.drafts
    assert (first.title, first.text, first.author, first.guid) == ("A mole", "Of stone.", "Ines Okoro", "1")
    assert (first.url, first.image) == ("https://harbour.example.org/j/1", "https://harbour.example.org/m.jpg")
    assert second.text == "No title, 3 < 4."
    assert [reason for _, reason in parsed.skipped] == ["it has neither a title nor a text"] * 2


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is empty"),
        (b" \n\t", "it is empty"),
        (b"<!DOCTYPE html><html><body>Log in</body></html>", "HTML page"),
        (b"\x00\x01\x02\x03 nothing", "not a feed"),
        (b'{"items": [,]}', "not valid JSON"),
        (b'{"name": "x"}', "not a JSON Feed"),
        (b"[" * 100_000, "not a feed"),
        (b'{"items":' + b"[" * 100_000, "not valid JSON"),
    ],
)
def test_what_is_no_feed_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(Rejected, match=reason):
        read(data)


def test_bytes_that_name_a_file_do_not_open_it(tmp_path: Path) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_text(rss(item(1, title="secret")))
    with pytest.raises(Rejected):
        read(str(secret))


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff  " + rss(item(1, title="Café")),
        "<br /><b>Warning</b>: in x.php<br />" + rss(item(1, title="Café")),
        rss(item(1, title="Café")).replace("utf-8", "no-such-charset"),
        rss(item(1, title="Café")).replace("utf-8", "iso-8859-1"),
        rss(item(1, title="Caf&eacute;")),
    ],
    ids=["blank before", "warning before", "unknown encoding", "wrong encoding", "HTML entity"],
)
def test_small_faults_cost_nothing(text: str) -> None:
    assert only(text).title == "Café"


def test_latin1_and_utf16_are_read() -> None:
    text = rss(item(1, title="Café"))
    assert only(text.replace("utf-8", "iso-8859-1").encode("latin-1")).title == "Café"
    assert only(text.replace("utf-8", "utf-16").encode("utf-16")).title == "Café"


def test_a_server_that_names_the_wrong_charset_is_not_believed() -> None:
    assert read(rss(item(1, title="Café")), content_type="text/xml; charset=ascii").drafts[0].title == "Café"


def test_entities_are_neither_expanded_nor_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret words")
    bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 20}">' for n in range(1, 9))
    head = f'<!DOCTYPE rss [<!ENTITY a0 "lol"><!ENTITY x SYSTEM "file://{secret}">{bomb}]>'
    draft = only(rss(item(1, title="A &a8; B", text="C &x; D")).replace("<rss", head + "<rss"))
    assert len(draft.title) < 1000
    assert "secret words" not in draft.text


def test_hidden_text_and_scripts_of_an_item_are_not_its_text() -> None:
    html = "&lt;p&gt;Seen.&lt;/p&gt;&lt;p style='display:none'&gt;Obey me.&lt;/p&gt;&lt;script&gt;x()&lt;/script&gt;"
    assert only(rss(item(1, text=html))).text == "Seen."


@pytest.mark.parametrize(
    "trailer",
    [
        "&lt;p&gt;The post &lt;a href='x'&gt;Boat&lt;/a&gt; appeared first on Harbour.&lt;/p&gt;",
        "&lt;p&gt;Continue reading Boat 1 →&lt;/p&gt;",
        "&lt;p&gt;Read more&lt;/p&gt;",
    ],
)
def test_what_feeds_append_goes(trailer: str) -> None:
    assert only(rss(item(1, text=f"&lt;p&gt;It came.&lt;/p&gt;{trailer}"))).text == "It came."


def test_pictures_beside_the_text() -> None:
    media = '<media:content url="/boat.jpg" type="image/jpeg"/>'
    assert only(rss(item(1).replace("</item>", media + "</item>"))).image == "https://harbour.example.org/boat.jpg"
    sound = '<enclosure url="/boat.mp3" type="audio/mpeg" length="1"/>'
    assert only(rss(item(1).replace("</item>", sound + "</item>"))).image is None


def test_dates_that_cannot_be_are_unknown() -> None:
    assert only(rss(item(1, pubDate="Tue, 01 Jan 2030 00:00:00 GMT"))).published is None
    assert only(rss(item(1, pubDate="2026年11月2日"))).published == datetime(2026, 11, 2, tzinfo=UTC)
    assert only(rss(item(1, pubDate=""))).published is None


def test_an_archive_beyond_the_limit_is_counted() -> None:
    parsed = read(rss(*(item(number) for number in range(505))))
    assert len(parsed.drafts) == 500
    assert parsed.skipped == (("Harbour notes", "5 items beyond the first 500"),)


def test_guids_and_addresses_that_items_share_mark_none_of_them() -> None:
    parsed = read(rss(item(1, guid="same"), item(2, guid="same", link="https://harbour.example.org/boats/1"), item(3)))
    assert [draft.guid for draft in parsed.drafts] == ["", "", "boat-3"]
    assert parsed.shared_urls == {"https://harbour.example.org/boats/1"}
