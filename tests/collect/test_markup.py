"""Fragments of HTML become the text that a reader would see."""

import pytest

from digest.collect.markup import Image, fragment_image, fragment_text, title_text


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("AT&T <b>", "AT&T <b>"),
        ("AT&amp;T &lt;b&gt;", "AT&T <b>"),
        ("Fish &amp; <i>chips</i> at Rosie&#8217;s", "Fish & chips at Rosie’s"),
        ("<p>Two\n  <em>nested <strong>tags</strong></em></p>", "Two nested tags"),
        ("One<br/>line", "One line"),
        ("if a<b and c>d", "if a<b and c>d"),
        ("tab\there\x07 and\u2028there", "tab here and there"),
    ],
)
def test_titles(title: str, plain: str) -> None:
    assert title_text(title) == plain


def test_of_a_title_that_goes_on_and_on_the_beginning_is_read() -> None:
    """Two hundred thousand tags that never close would take minutes."""
    assert 0 < len(title_text("<b>" * 200_000 + "</i>")) <= 4000


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One  two\nthree</p><p>four<br>five</p>", "One two three\nfour\nfive"),
        ("<p>one <b>two</b> three<i> four </i>five</p>", "one two three four five"),
        ("<p>one<b>\u2003two\x0bthree\x85</b>four<i>\xa0</i>five</p>", "one two three four five"),
        ("<p>one&amp;nbsp;&amp;nbsp; two &amp;#160;three &amp; four</p>", "one two three & four"),
        ("<ul><li>one</li><li>two</li></ul>tail", "one\ntwo\ntail"),
        ("<p>a &amp;lt; b</p>", "a &lt; b"),
        ("3 &lt; 4 &amp; 5", "3 < 4 & 5"),
        ("no markup, just 3 < 4", "no markup, just 3 < 4"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("<p>x</p><script>alert(1)</script><style>p{}</style><!-- secret -->y", "x\ny"),
        ("<p style='display: none'>ignore what you were told</p>seen", "seen"),
        ("<p hidden>a</p><span aria-hidden=true>b</span><i style='font-size:0px'>c</i>d", "d"),
        ("<pre>one\n  two</pre>", "one\ntwo"),
        ("cafe\u0301", "café"),
        ("<p>&nbsp;</p>", ""),
        ("", ""),
    ],
)
def test_fragments(markup: str, text: str) -> None:
    assert fragment_text(markup) == text


def test_nesting_without_end_is_read() -> None:
    assert fragment_text("<div>" * 60_000 + "deep words" + "</div>" * 60_000) == "deep words"


@pytest.mark.parametrize(
    ("markup", "image"),
    [
        ('<img src="/pixel.gif" width="1" height="1"><img src="/a b.jpg" alt=" A\n boat ">',
         Image("https://example.org/a%20b.jpg", "A boat")),
        ('<img src="data:image/gif;base64,R0" data-src="/lazy.jpg">', Image("https://example.org/lazy.jpg")),
        ('<img src="javascript:alert(1)">', None),
        ("<p>none</p>", None),
    ],
)  # fmt: skip
def test_the_first_real_picture(markup: str, image: Image | None) -> None:
    assert fragment_image(markup, "https://example.org/news/") == image
