"""What MRML would pass in silence, drop, or die of is a fault with a place and a remedy."""

import pytest

from digest.compose.validate import faults


def page(inside: str = "", *, head: str = "", column: str = "<mj-text>x</mj-text>") -> str:
    body = inside or f"<mj-section><mj-column>{column}</mj-column></mj-section>"
    return f"<mjml><mj-head>{head}</mj-head><mj-body>{body}</mj-body></mjml>"


def test_sound_mjml_has_no_faults() -> None:
    head = (
        "<mj-title>A &amp; B</mj-title><mj-preview>x</mj-preview><mj-style>a > b { color: red }</mj-style>"
        '<mj-style inline="inline">.a { color: red }</mj-style><mj-breakpoint width="400px" />'
        '<mj-attributes><mj-all color="#000000" /><mj-class name="a" color="red" />'
        '<mj-text padding="0" /></mj-attributes>'
        '<mj-font name="Inter" href="https://fonts.example/inter.css" />'
    )
    column = (
        '<mj-text mj-class="a" css-class="b"><p>x <br> y<img src="a" alt=""> <a href=\'b\'>c</a></p></mj-text>'
        '<mj-image src="a" alt="a > b" /><mj-divider /><mj-button href="x">go</mj-button><mj-raw><hr></mj-raw>'
        "<mj-table><tr><td>x</td></tr></mj-table><!-- a comment -->"
        '<mj-social><mj-social-element name="web" href="x">x</mj-social-element></mj-social>'
    )
    assert faults(page(head=head, column=column)) == []


@pytest.mark.parametrize(
    ("mjml", "what", "remedy"),
    [
        (page(column="<mj-txt>x</mj-txt>"), "there is no tag <mj-txt>", "<mj-text>"),
        (page(column='<mj-text colour="red">x</mj-text>'), "'colour' has no effect in <mj-text>", "'color'"),
        (page(column='<mj-text href="x">x</mj-text>'), "'href' has no effect in <mj-text>", "it takes"),
        (page(column='<mj-text color="a" color="b">x</mj-text>'), "color stands twice", "only the last"),
        (page('<mj-section padding="10"></mj-section>'), "padding='10' is not understood", "20px"),
        (page('<mj-section padding="0 -8px"></mj-section>'), "padding='0 -8px' is not understood", "none below zero"),
        (page(column='<mj-text font-size="17 px">x</mj-text>'), "font-size='17 px' is not understood", "20px"),
        (page(column='<mj-text color="redd">x</mj-text>'), "color='redd' is not understood", "#1a2b3c"),
        (page(column='<mj-text color="#12">x</mj-text>'), "color='#12' is not understood", "#1a2b3c"),
        (page(column='<mj-text align="middle">x</mj-text>'), "align='middle' is not understood", "center"),
        (page(column='<mj-text line-height="tall">x</mj-text>'), "line-height='tall' is not understood", "number"),
        (page().replace("<mj-body>", '<mj-body width="640">'), "width='640' is not understood in <mj-body>", "20px"),
        (
            page(head='<mj-attributes><mj-all padding="1" /></mj-attributes>'),
            "padding='1' is not understood in <mj-all>",
            "20px",
        ),
        (page(column='<mj-text mj-class="loud">x</mj-text>'), "there is no mj-class 'loud'", "define it"),
        (
            page(
                head='<mj-attributes><mj-class name="loud" color="red" /></mj-attributes>',
                column='<mj-text mj-class="lowd">x</mj-text>',
            ),
            "there is no mj-class 'lowd'",
            "did you mean 'loud'?",
        ),
        (page(column="<mj-text color=red>x</mj-text>"), "color in <mj-text> has no value in quotes", 'color="…"'),
        (page(column="<mj-text color>x</mj-text>"), "color in <mj-text> has no value in quotes", 'color="…"'),
        (page(column="<mj-section></mj-section>"), "<mj-section> cannot stand in <mj-column>", "<mj-body>"),
        (page("<mj-text>x</mj-text>"), "<mj-text> cannot stand in <mj-body>", "<mj-column>"),
        (
            page("<mj-section><mj-text>x</mj-text></mj-section>"),
            "<mj-text> cannot stand in <mj-section>",
            "<mj-column>",
        ),
        (page(column="<mj-text><mj-image /></mj-text>"), "<mj-image> inside <mj-text>", "holds HTML"),
        (page(column="<mj-text><p><mj-image /></p></mj-text>"), "<mj-image> inside <p>", "end <mj-text> first"),
        (page(column="<p>x</p>"), "<p> directly in <mj-column>", "<mj-text> or <mj-raw>"),
        (page(column="<text>x</text>"), "<text> directly in <mj-column>", "<mj-text>"),
        (page(column="stray words"), "text directly in <mj-column>", "put it into <mj-text>"),
        (page(column="<mj-text>x</mj-button>"), "</mj-button> ends nothing that is open", "<mj-text>"),
        (page(column="<mj-text><b>x</mj-text>"), "<b> is not ended before </mj-text>", "write </b>"),
        (page(column="<mj-text><b><i>x</b></i></mj-text>"), "<i> is not ended before </b>", "write </i>"),
        (page(column="<mj-text>x</p></mj-text>"), "</p> ends nothing that is open", "<mj-text>"),
        (page(column="<mj-text><br></br></mj-text>"), "<br> takes no end tag", "leave </br> out"),
        (page(column="<mj-text><BR></mj-text>"), "<BR> is in capitals", "write <br>"),
        (page(column="<mj-text>1 < 2</mj-text>"), "a < that begins no tag", "&lt;"),
        (page(column='<mj-text><a href="x>y</a></mj-text>'), "a < that begins no tag", "&lt;"),
        (page(column="<mj-text><a href=x>y</a></mj-text>"), "href in <a> has a value without quotes", 'href="x"'),
        (page(column="<mj-image>x</mj-image>"), "text directly in <mj-image>", "<mj-text>"),
        (page(column='<mj-include path="/etc/passwd" />'), "<mj-include> is not used here", "{% include"),
        (page(column="<mj-text><![CDATA[x]]></mj-text>"), "a < that begins no tag", "&lt;"),
        (page(column="<!-- a -- b --><mj-text>x</mj-text>"), "-- inside a comment", "{# … #}"),
        (page(head="<mj-title>a<!-- x --></mj-title>"), "a comment in <mj-title>", "{# … #}"),
        (page(head="<mj-title><b>a</b></mj-title>"), "<b> in <mj-title>", "text only"),
        (page(head="<mj-style>a { content: '<' }</mj-style>"), "a < in CSS", "\\3c"),
        (page(head='<mj-style inline="true">a {}</mj-style>'), "inline='true' has no effect", 'inline="inline"'),
        (page(head="<mj-html-attributes></mj-html-attributes>"), "there is no tag <mj-html-attributes>", ""),
        (page(head='<mj-raw position="file-start">x</mj-raw>'), "'position' has no effect in <mj-raw>", ""),
        (page() + page(), "a second <mjml>", "an e-mail has one"),
        ("<!DOCTYPE html>" + page(), "a < that begins no tag", "&lt;"),
        ("<mjml><mj-head></mj-head></mjml>", "there is no <mj-body>", "put the content into <mj-body>"),
        ("", "there is no <mjml>", "begin with <mjml>"),
        (page(column="<mj-text>a\x0bb</mj-text>"), "a control character (U+000B)", "take it out"),
        (page(column="<mj-text>a &nbps; b</mj-text>"), "there is no character &nbps;", "did you mean &nbsp;?"),
        (page(column="<mj-text>R&Dqqzz; x</mj-text>"), "there is no character &Dqqzz;", "&amp;"),
        (page(column="<MJ-TEXT>x</MJ-TEXT>"), "<MJ-TEXT> directly in <mj-column>", "did you mean <mj-text>?"),
        (
            page(head='<mj-attributes><mj-class name="a"><mj-text color="red" /></mj-class></mj-attributes>'),
            "<mj-text> in <mj-class>",
            "write its attributes into the <mj-class /> itself",
        ),
        ("<mj-body></mj-body>", "<mj-body> outside <mjml>", "begin with <mjml>"),
        ("<mjml><mj-body>", "<mjml> is never ended", "write </mjml>"),
    ],
)
def test_a_mistake_is_found(mjml: str, what: str, remedy: str) -> None:
    found = faults(mjml)
    assert any(what in fault.what and remedy in fault.remedy for fault in found), found


@pytest.mark.parametrize(
    "given",
    [
        'padding="10px 5%"',
        'padding="0"',
        'padding="0 1.5em"',
        'color="rgb(1, 2, 3)"',
        'color="RebeccaPurple"',
        'container-background-color="#abcd"',
        'font-size="0.9em"',
        'line-height="1.5"',
        'line-height="24px"',
        'letter-spacing="0.05em"',
        'align="justify"',
        'height="100px"',
    ],
)
def test_values_that_mjml_understands_are_no_faults(given: str) -> None:
    assert faults(page(column=f"<mj-text {given}>x</mj-text>")) == []


def test_characters_by_name_and_plain_ampersands_are_no_faults() -> None:
    assert faults(page(column="<mj-text>&nbsp;&eacute;&hellip;&#233;&#xe9; Q & A &amp;bogus;</mj-text>")) == []


def test_every_mistake_is_found_at_its_place() -> None:
    mjml = page(column='<mj-txt>x</mj-txt>\n<mj-text colour="red">x</mj-text>')
    assert [fault.offset for fault in faults(mjml)] == [mjml.index("<mj-txt"), mjml.index("<mj-text c")]


def test_what_stands_in_an_unknown_tag_is_not_told_too() -> None:
    assert len(faults(page(column="<mj-colum>x <p>y</p> <mj-text>z</mj-text></mj-colum>"))) == 1


@pytest.mark.parametrize("tag", ["b", "mj-section"])
def test_a_hundred_thousand_nested_tags_are_refused(tag: str) -> None:
    deep = f"<{tag}>" * 100_000
    found = faults(page(column=f"<mj-text>{deep}</mj-text>"))
    assert any("nested more than 200 deep" in fault.what for fault in found)


def test_tags_without_end_are_read_in_linear_time() -> None:
    assert faults(page(column="<mj-text " + "a='" * 100_000))
    assert faults("<a " * 100_000)
