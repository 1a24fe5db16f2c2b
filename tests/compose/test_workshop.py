"""An issue becomes an e-mail in which nothing of an article is anything but text."""

import hypothesis
import pytest
from hypothesis import HealthCheck
from hypothesis import strategies as st
from lxml import html as lxml_html

from digest.compose import fill, render
from digest.compose.clean import one_line
from digest.model import Rendered, Section, Slot
from tests.compose.conftest import MakeArticle, MakeEntry, MakeIssue, MakeSettings, WriteTheme

HOSTILE = [
    "<script>alert(1)</script>",
    "</mj-text></mj-column><mj-raw><iframe src='//x'></iframe></mj-raw>",
    "<mj-include path='/etc/passwd' />",
    "{{ 7 * 7 }} {% for x in y %} {# c #}",
    "{{ recipient.address }}",
    '" onmouseover="alert(1)" x=\'',
    "--> <!-- ]]> <![CDATA[ <!DOCTYPE x>",
    "&lt;b&gt; &amp;amp; &nbsp; &#x3c;",
    "a\r\n.\r\nBcc: x@y.example",
    "back\\slash \\u{94d} \\n C:\\new",
    "नमस्ते दुनिया",
    "❤️ 👩‍🚀 🏳️‍🌈",
    "مرحبا بالعالم",
    "a\u00a0b été Ωx",
    "%s %(name)s %d ${x}",
    "w" * 5000,
]


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_it_stands(
    text: str, issue: MakeIssue, entry: MakeEntry, article: MakeArticle, settings: MakeSettings
) -> None:
    also = (article(text, source=text, url="https://herald.example/a"),)
    story = entry(text, text, author=text, source=text, image="https://x.example/a.jpg", image_alt=text, also=also)
    made = issue(story, subject=text, preheader=text, sections=(Section(title=text, entries=(story, story)),))
    rendered = render(made, settings(newsletter={"address": text, "name": "Morning"}))

    tree = lxml_html.document_fromstring(rendered.html)
    assert not [e for e in tree.iter("script", "iframe", "object", "form") if isinstance(e.tag, str)]
    assert not [name for e in tree.iter() for name in e.attrib if str(name).startswith("on")]
    shown = words(text)[:60]
    assert shown in words(tree.text_content())
    assert words(tree.findtext(".//title") or "").startswith(shown)
    assert all(words(image.get("alt") or "").startswith(shown) for image in tree.iter("img"))
    assert shown in words(rendered.text)


PIECES = st.one_of(
    st.sampled_from([*HOSTILE[:-1], "<", "{{", "%}", "\\u{1}", "\x01", "\u2028", "]]>"]), st.text(max_size=4)
)
TEXTS = st.lists(PIECES, max_size=6).map("".join)


@hypothesis.settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@hypothesis.given(title=TEXTS, other=TEXTS)
def test_any_text_is_shown_as_it_stands(
    title: str, other: str, issue: MakeIssue, entry: MakeEntry, settings: MakeSettings
) -> None:
    story = entry(title, other, source=other, image="https://x.example/a.jpg", image_alt=title)
    rendered = render(issue(story, subject=other), settings())

    def bare(text: str) -> str:
        return "".join(text.split())

    tree = lxml_html.document_fromstring(rendered.html)
    assert not list(tree.iter("script", "iframe", "object"))
    for text in map(one_line, (title, other)):
        assert bare(text) in bare(tree.text_content())
        assert bare(text) in bare(rendered.text)
    if one_line(title):
        assert {bare(image.get("alt") or "") for image in tree.iter("img")} == {bare(one_line(title))}


def test_controls_never_reach_either_part(issue: MakeIssue, entry: MakeEntry, settings: MakeSettings) -> None:
    bad = "a\x00b\x01c\x1b[31m\u202ed\ud800e\ufefff"
    story = entry(bad, bad, author=bad, source=bad, image="https://x.example/a.jpg", image_alt=bad)
    rendered = render(issue(story, subject=bad, preheader=bad), settings())
    for part in (rendered.html, rendered.text, rendered.subject, rendered.preheader):
        assert not set(part) & set("\x00\x01\x1b\u202e\ud800\ufeff")
        part.encode("utf-8")


def test_the_same_issue_and_slots_give_the_same_bytes(
    issue: MakeIssue, entry: MakeEntry, settings: MakeSettings
) -> None:
    first = render(issue(entry()), settings())
    assert render(issue(entry()), settings(), slots=first.slots) == first


def test_tokens_are_letters_and_digits_and_never_the_same(issue: MakeIssue, settings: MakeSettings) -> None:
    first, second = (render(issue(), settings()).slots for _ in range(2))
    tokens = [*first.values(), *second.values()]
    assert set(first) == set(Slot)
    assert len(set(tokens)) == 6
    assert all(token.isascii() and token.isalnum() and len(token) > 20 for token in tokens)


def test_a_token_survives_in_a_link_as_it_is(issue: MakeIssue, settings: MakeSettings) -> None:
    rendered = render(issue(), settings())
    token = rendered.slots[Slot.UNSUBSCRIBE_URL]
    assert f'href="{token}"' in rendered.html
    assert f"\n{token}\n" in rendered.text


def test_values_are_filled_in_once_and_escaped_in_html(theme: WriteTheme, issue: MakeIssue) -> None:
    rendered = render(issue(), theme())
    values = {
        Slot.NAME: f"<b>O'Neil\r\nBcc: x</b> {rendered.slots[Slot.ADDRESS]}",
        Slot.ADDRESS: "a&b@x.example",
        Slot.UNSUBSCRIBE_URL: 'https://x.example/?a=1&b="2"',
    }
    html, text = fill(rendered, values)
    tree = lxml_html.document_fromstring(html)
    assert f"<b>O'Neil Bcc: x</b> {rendered.slots[Slot.ADDRESS]} a&b@x.example" in words(tree.text_content())
    assert [link.get("href") for link in tree.iter("a") if link.text == "Leave"] == ['https://x.example/?a=1&b="2"']
    assert text.rstrip().endswith('a&b@x.example https://x.example/?a=1&b="2"')


def test_what_no_slot_stands_in_is_left_as_it_is() -> None:
    rendered = Rendered(issue_id="i", subject="s", preheader="p", html="<p>x</p>", text="x")
    assert fill(rendered, {Slot.NAME: "Ada"}) == ("<p>x</p>", "x")


def test_the_text_part_has_no_entities_and_no_ragged_space(
    issue: MakeIssue, entry: MakeEntry, settings: MakeSettings
) -> None:
    text = render(issue(entry("Q&A: <now>"), entry()), settings()).text
    assert "Q&A: <now>" in text
    assert "\n\n\n" not in text
    assert not [line for line in text.split("\n") if line != line.rstrip()]
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


def test_rendering_reads_no_file_but_the_themes_and_no_network(
    issue: MakeIssue, entry: MakeEntry, settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    def refuse(*_: object) -> None:
        raise AssertionError("rendering opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    story = entry(image="https://x.example/a.jpg", url="https://x.example/")
    assert "https://x.example/a.jpg" in render(issue(story), settings()).html
