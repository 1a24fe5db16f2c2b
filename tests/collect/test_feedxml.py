"""What is plain is read fast, and says the same as feedparser does; what is not plain is left to it."""

import pytest

from digest.collect.feeditem import Items
from digest.collect.feedloose import read_loose
from digest.collect.feedxml import read_strict
from tests.collect.conftest import item, rss

RSS = rss(
    item(1, author="ines@example.org (Ines Okoro)"),
    item(2, author="", text="&lt;p&gt;One &amp;amp; two&lt;/p&gt; \x93quoted\x94").replace(
        "</item>", '<source url="https://tide.example/feed">Tide &amp;amp; Table</source></item>'
    ),
    item(3, guid="https://harbour.example.org/boats/three", link="").replace(
        "</item>",
        '<media:content url="/boat.jpg" medium="image"/><enclosure url="/boat.mp3" type="audio/mpeg" length="1"/>'
        "<content:encoded><![CDATA[<p>The whole <b>text</b> of it, which is longer than what stands above, and goes on"
        " for a while until it is the longest.</p>]]></content:encoded></item>",
    ),
    head="<managingEditor>Ada</managingEditor>",
)
ATOM = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
<title>Harbour notes</title><link rel="self" href="/feed"/><link href="https://harbour.example.org/"/>
<author><name>Ines Okoro</name></author>
<entry><title type="html">Fish &amp;amp; &lt;i&gt;chips&lt;/i&gt;</title><id>tag:x,1</id><link href="/a/1"/>
<link rel="enclosure" type="image/png" href="/a.png"/><author><name>Ada</name></author><author><name>Bo</name></author>
<published>2026-11-10T08:00:00+01:00</published><updated>2026-11-12T08:00:00Z</updated>
<summary>Short.</summary><content type="html">&lt;p&gt;One &amp;amp; two.&lt;/p&gt;</content>
<source><id>tag:tide,1</id><title>Tide &amp; Table</title><updated>2026-11-12T08:00:00Z</updated></source></entry>
<entry><title>Plain &lt; text</title><id>tag:x,2</id><link href="/a/2"/><updated>2026-11-12T08:00:00Z</updated>
<content>3 &amp; 4</content></entry></feed>"""


def strict(text: str) -> Items | None:
    return read_strict(text.encode(), most=500)


@pytest.mark.parametrize("text", [RSS, ATOM], ids=["RSS", "Atom"])
def test_both_readers_say_the_same(text: str) -> None:
    fast, loose = strict(text), read_loose(text.encode(), "application/xml; charset=utf-8", most=500)
    assert fast is not None
    assert (fast.title, fast.author, fast.language) == (loose.title, loose.author, loose.language)
    assert fast.link.rstrip("/") == loose.link.rstrip("/")
    assert len(fast.items) == len(loose.items) > 1
    assert [each.publisher.replace("amp;", "") for each in fast.items if each.publisher] == ["Tide & Table"]
    for one, other in zip(fast.items, loose.items, strict=True):
        for field in ("title", "markup", "plain", "guid", "author", "language", "publisher"):
            assert getattr(one, field) == getattr(other, field), field
        assert [date for date in one.dates if date][:1] == [date for date in other.dates if date][:1]
        assert {media.address for media in one.media} == {media.address for media in other.media}
        assert (*one.links, one.guid)[0] == (*other.links, other.guid)[0]


def test_xhtml_of_an_entry_is_kept_as_markup() -> None:
    content = '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One.</p><p>Two.</p></div></content>'
    found = strict(ATOM.replace("<content>3 &amp; 4</content>", content))
    assert found is not None
    assert "<p>One.</p><p>Two.</p>" in found.items[1].markup


def test_items_beyond_what_was_asked_for_are_counted() -> None:
    found = read_strict(RSS.encode(), most=2)
    assert found is not None
    assert (len(found.items), found.beyond) == (2, 1)


@pytest.mark.parametrize(
    "text",
    [
        RSS.replace("<channel>", "<chan>", 1),
        RSS.replace("One ", "One &nbsp;"),
        RSS.replace("<rss", "<!DOCTYPE rss><rss", 1),
        RSS.replace("Boat 1 came home", "Boat <b>1</b>", 1),
        ATOM.replace("<entry>", '<entry xml:base="/deep/">', 1),
        ATOM.replace("2005/Atom", "2004/Atom"),
        RSS.replace("</channel>", "").replace("<item>", "</channel><item>", 1),
        RSS.replace("<item>", "<item/></channel><channel><item>", 1),
        "<html><body>Hello</body></html>",
        "nothing",
    ],
    ids=[
        "broken",
        "HTML entity",
        "document type",
        "markup inside",
        "base",
        "old Atom",
        "beside",
        "two",
        "HTML",
        "text",
    ],
)
def test_what_is_not_plain_is_left_to_feedparser(text: str) -> None:
    assert strict(text) is None
