"""Feeds of every kind, well formed or not, give their items; what is no feed is refused with a reason."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.collect.draft import Draft, Rejected
from digest.collect.feedtext import parse_feed
from digest.collect.identity import guid_key, url_key
from digest.collect.parsed import ParsedFeed
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


OLD_KINDS = {
    "RSS 0.90": (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/">'
        "<channel><title>Old</title><link>https://harbour.example.org/</link></channel><item><title>A mole</title>"
        "<link>https://harbour.example.org/r/1</link></item></rdf:RDF>"
    ),
    "RSS 0.91": (
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/'
        'rss-0.91.dtd"><rss version="0.91"><channel><title>Old</title><item><title>A mole</title>'
        "<link>https://harbour.example.org/r/1</link></item></channel></rss>"
    ),
    "RSS 0.92": (
        '<rss version="0.92"><channel><title>Old</title><item><title>A mole</title>'
        "<link>https://harbour.example.org/r/1</link></item></channel></rss>"
    ),
    "Atom 0.3": (
        '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>Old</title><entry><title>A mole</title>'
        '<link rel="alternate" type="text/html" href="https://harbour.example.org/r/1"/><id>tag:1</id></entry></feed>'
    ),
    "JSON Feed 1.0": json.dumps(
        {
            "version": "https://jsonfeed.org/version/1",
            "author": {"name": "Ines Okoro"},
            "items": [{"id": "1", "url": "https://harbour.example.org/r/1", "title": "A mole"}],
        }
    ),
}


@pytest.mark.parametrize("kind", OLD_KINDS)
def test_old_kinds_of_feeds(kind: str) -> None:
    draft = only(OLD_KINDS[kind])
    assert (draft.title, draft.url) == ("A mole", "https://harbour.example.org/r/1")
    assert draft.author == ("Ines Okoro" if kind == "JSON Feed 1.0" else None)


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("عادت القوارب إلى الميناء قبل أن تبدأ العاصفة في المساء وبقي الصيادون على الرصيف حتى الفجر", "ar"),
        ("הסירות חזרו אל הנמל לפני שהחלה הסערה בערב והדייגים נשארו על הרציף עד אור הבוקר", "he"),
        ("Лодки вернулись в гавань до начала бури, и рыбаки остались на причале до самого рассвета", "ru"),
        ("船は嵐が始まる前に港へ戻り、漁師たちは夜明けまで岸壁に残っていました", "ja"),
    ],
)
def test_every_script_is_kept_as_it_is_written(title: str, language: str) -> None:
    draft = only(rss(item(1, title=title, text=f"{title}.")).replace("en-gb", language))
    assert (draft.title, draft.text, draft.language) == (title, f"{title}.", language)


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
        rss(item(1, title="Caf\x08\u00e9")),
        rss(item(1, title="Café"), head="<copyright>Ebb & Flow</copyright>"),
        rss(item(1, title="Café")).replace("</channel></rss>", ""),
        rss(item(1, title="Café"))
        .replace("<media:", "<medium:")
        .replace('xmlns:media="http://search.yahoo.com/mrss/"', ""),
    ],
    ids=[
        "blank before",
        "warning before",
        "unknown encoding",
        "wrong encoding",
        "HTML entity",
        "control character",
        "bare ampersand",
        "cut off",
        "unknown prefix",
    ],
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


@pytest.mark.parametrize("kind", ["RSS", "broken RSS", "JSON"])
def test_of_a_long_archive_that_begins_with_its_oldest_the_latest_are_read(kind: str) -> None:
    days = [item(number, pubDate=f"2026-{1 + number // 60:02d}-01") for number in range(505)]
    items = [
        {"id": n, "title": f"Boat {n} came home", "date_published": f"2026-{1 + n // 60:02d}-01"} for n in range(505)
    ]
    texts = {"RSS": rss(*days), "broken RSS": rss(*days).removesuffix("</rss>"), "JSON": json.dumps({"items": items})}
    parsed = read(texts[kind])
    assert [parsed.drafts[0].title, parsed.drafts[-1].title] == ["Boat 5 came home", "Boat 504 came home"]
    assert [reason for _, reason in parsed.skipped] == ["5 items beyond the last 500"]


def test_what_items_share_marks_none_of_them() -> None:
    notice = " ".join(["This text is for subscribers of the harbour letter only, who may read all of it."] * 3)
    same = {"guid": "same", "link": "https://harbour.example.org/boats/1", "text": notice}
    parsed = read(rss(item(1, **same), item(2, **same), item(2, **{**same, "guid": "other"}), item(3)))
    first, second, third = (set(keys) for keys in parsed.keys)
    assert first.isdisjoint(second)
    assert guid_key("", "boat-3") in third
    assert guid_key("", "same") not in first | second
    assert {guid_key("", "same"), url_key("https://harbour.example.org/boats/1")} <= parsed.shared
    assert parsed.skipped == (("Harbour notes", "1 items stand in it more than once"),)


@pytest.mark.parametrize(
    "second",
    [
        item(2, link="https://harbour.example.org/log#two"),
        item(2, title="Boat 1 came home", pubDate="10 Nov 2026 17:00:00 +0000"),
        item(2, link="https://harbour.example.org/log?ref=2"),
    ],
    ids=["anchor", "title of the same day", "number that looks like tracking"],
)
def test_items_that_are_alike_in_one_thing_are_two(second: str) -> None:
    parsed = read(rss(item(1, link="https://harbour.example.org/log#one"), second))
    assert len(parsed.drafts) == 2
    assert set(parsed.keys[0]).isdisjoint(parsed.keys[1])
    alone = read(rss(item(1, link="https://harbour.example.org/log#one")))
    assert not set(alone.keys[0]).isdisjoint(parsed.keys[0])  # it stays known when the second comes


def test_an_item_that_is_listed_again_under_another_address_is_one() -> None:
    text = " ".join(["The dredger left the outer harbour at first light and the pilots waited for the swell."] * 3)
    again = item(2, title="Boat 1 came home", text=text, pubDate="10 Nov 2026 17:00:00 +0000")
    parsed = read(rss(item(1, text=text), again))
    assert len(parsed.drafts) == 1
    assert {guid_key("", "boat-1"), guid_key("", "boat-2")} <= set(parsed.keys[0])


def test_a_feed_that_gathers_from_others_names_who_published_an_item() -> None:
    gathered = item(1).replace("</item>", '<source url="https://tide.example/rss">Tide &amp;amp; Table</source></item>')
    own = item(2).replace("</item>", "<source url='https://harbour.example.org/'>Harbour notes</source></item>")
    named = gathered.replace("</title>", " - Tide &amp;amp; Table</title>").replace("1", "3")
    first, second, third = read(rss(gathered, own, named)).drafts
    assert (first.publisher, second.publisher, third.publisher) == ("Tide & Table", "", "Tide & Table")
    assert third.title == first.title.replace("1", "3")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("&#55357;&#56832;", "\U0001f600"),  # the halves that UTF-16 has for it
        ("&#xD83D;&#xde00;", "\U0001f600"),
        ("&#128512;", "\U0001f600"),
        ("&#55357;&#56832;&#55357;&#56833;", "\U0001f600\U0001f601"),
        ("&#xd83d;", "\ufffd"),
        ("&#x110000;", "\ufffd"),
        ("&#99999999999;", "\ufffd"),
        (f"&#{'9' * 5000};", "\ufffd"),
        ("&#1048576;", "\U00100000"),
        ("&#x2019;", "’"),
    ],
)
def test_a_reference_that_names_no_character_costs_that_character_alone(written: str, meant: str) -> None:
    feed = rss(item(1).replace("Boat 1 came home", f"Boat {written} came home"))
    assert only(feed).title == f"Boat {meant} came home"
    escaped = written.replace("&", "&amp;")
    assert f"home {meant} late" in only(rss(item(1, text=f"It came home {escaped} late."))).text
