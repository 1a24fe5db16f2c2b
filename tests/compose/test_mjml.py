"""MJML becomes HTML without the faults of the library that does it."""

import html as html_library
from collections.abc import Iterator

import pytest
from lxml import html as lxml_html

from digest.compose.mjml import MjmlError, to_html
from digest.compose.schema import ATTRIBUTES
from tests.compose.test_validate import page

AWKWARD = "नमस्ते ❤️ a\u00a0b c:\\new\\u{94d} 'x' été \u200d🚀"


@pytest.mark.parametrize(
    "column",
    [
        '<mj-image src="https://x.example/" alt="{}" />',
        '<mj-text><img src="https://x.example/" alt="{}"></mj-text>',
        '<mj-text><p><img\n src="https://x.example/"\n alt="{}" /></p></mj-text>',
    ],
)
def test_attributes_come_out_as_they_went_in(column: str) -> None:
    made = to_html(page(column=column.format(html_library.escape(AWKWARD))))
    (image,) = lxml_html.document_fromstring(made).iter("img")
    assert image.get("alt") == AWKWARD
    assert "\\u{" not in made.replace("c:\\new\\u{94d}", "")


def test_attributes_in_single_quotes_keep_double_ones() -> None:
    made = to_html(page(column="""<mj-text><p title='say "नमस्ते"'>x</p></mj-text>"""))
    (paragraph,) = (p for p in lxml_html.document_fromstring(made).iter("p") if p.get("title"))
    assert paragraph.get("title") == 'say "नमस्ते"'


def test_markup_in_an_attribute_stays_in_it() -> None:
    made = to_html(page(column='<mj-image src="x" alt="&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;" />'))
    tree = lxml_html.document_fromstring(made)
    assert not list(tree.iter("script"))
    assert [image.get("alt") for image in tree.iter("img")] == ['"><script>alert(1)</script>']


def test_the_title_and_the_text_keep_every_character() -> None:
    text = "नमस्ते ❤️ \\ été &amp; &lt;b&gt;"
    made = to_html(page(head=f"<mj-title>{text}</mj-title>", column=f"<mj-text>{text}</mj-text>"))
    tree = lxml_html.document_fromstring(made)
    assert tree.findtext(".//title") == "नमस्ते ❤️ \\ été & <b>"
    assert "नमस्ते ❤️ \\ été & <b>" in tree.text_content()


def test_inline_styles_reach_the_elements_and_media_queries_stay() -> None:
    head = (
        '<mj-style inline="inline">.loud { color: #123456; }</mj-style>'
        "<mj-style>@media (max-width: 400px) { .loud { color: #654321; } }</mj-style>"
    )
    made = to_html(page(head=head, column='<mj-text><p class="loud">x</p></mj-text>'))
    (paragraph,) = lxml_html.document_fromstring(made).find_class("loud")
    assert "#123456" in paragraph.get("style")
    assert "@media (max-width: 400px)" in made
    assert "#654321" in made
    assert "<!--[if mso | IE]>" in made


def test_a_conditional_comment_of_a_template_stays() -> None:
    head = '<mj-style inline="inline">p { color: red; }</mj-style>'
    column = "<mj-raw><!--[if mso]><p>Outlook</p><![endif]--></mj-raw>"
    assert "<!--[if mso]><p>Outlook</p><![endif]-->" in to_html(page(head=head, column=column))


@pytest.mark.parametrize("space", [" ", "   ", "\t", " \n", "\r\n", "\n  ", "\n\n"])
def test_any_white_space_may_stand_between_tags(space: str) -> None:
    tight = page(head="<mj-title>a</mj-title><mj-style>b {}</mj-style><!-- c -->", column="<mj-text>a</mj-text>")
    loose = tight.replace("<mj-", f"{space}<mj-").replace("</mj-", f"{space}</mj-").replace("<!--", f"{space}<!--")
    assert "a" in lxml_html.document_fromstring(to_html(loose)).text_content()


def test_a_font_of_a_third_party_is_not_loaded_for_being_named() -> None:
    made = to_html(page(column='<mj-text font-family="Roboto, Open Sans">x</mj-text>'))
    assert "fonts.googleapis" not in made


def test_a_font_that_the_theme_asks_for_is_loaded() -> None:
    font = '<mj-font name="Inter" href="https://fonts.example/inter.css" />'
    assert "https://fonts.example/inter.css" in to_html(
        page(head=font, column='<mj-text font-family="Inter">x</mj-text>')
    )


def test_depth_ends_in_an_error_and_not_in_the_end_of_the_process() -> None:
    deep = "<b>" * 20_000 + "</b>" * 20_000
    with pytest.raises(MjmlError, match="nested more than 200 deep"):
        to_html(page(column=f"<mj-text>{deep}</mj-text>"))


def test_a_depth_that_is_allowed_is_rendered() -> None:
    assert to_html(page(column="<mj-text>" + "<b>" * 190 + "x" + "</b>" * 190 + "</mj-text>"))


def attributes_without_effect() -> Iterator[tuple[str, str]]:
    yield "mj-section", "gap"
    yield "mj-wrapper", "gap"
    yield "mj-image", "sizes"


@pytest.mark.parametrize(("tag", "name"), list(attributes_without_effect()))
def test_what_the_library_drops_is_not_in_the_schema(tag: str, name: str) -> None:
    assert name not in ATTRIBUTES[tag]


@pytest.mark.parametrize(
    ("padding", "width"),
    [
        ('padding="0 44px"', 512),
        ("padding='38px 44px 0'", 512),
        ('padding="1px 20px 3px 80px"', 500),
        ('padding="50px"', 500),
        ('padding="0 44px" padding-left="0"', 556),
        ("", 600),
    ],
)
def test_outlook_is_told_a_width_that_fits_within_the_padding(padding: str, width: int) -> None:
    mjml = (
        f'<mjml><mj-body width="600px"><mj-section {padding}><mj-column><mj-text>x</mj-text></mj-column></mj-section>'
        "</mj-body></mjml>"
    )
    assert f'<td style="vertical-align:top;width:{width}px;">' in to_html(mjml)


def test_padding_on_a_tag_counts_more_than_that_in_the_defaults() -> None:
    mjml = (
        '<mjml><mj-head><mj-attributes><mj-section padding="0 44px" /></mj-attributes></mj-head><mj-body width="600px">'
        '<mj-section padding="0"><mj-column><mj-text>x</mj-text></mj-column></mj-section></mj-body></mjml>'
    )
    made = to_html(mjml)
    assert "vertical-align:top;width:600px" in made
    assert "44px" not in made
