"""Pictures go along in the same message, and change nothing for those without any."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

import pytest

from digest.config import Settings
from digest.deliver.message import MessageTemplate, Recipient
from digest.model import FrozenIssue, Picture
from tests.deliver.test_message import NOW, frozen

HTML = '<p>slotnameX7</p><img src="cid:aa@digest" alt="A quay"><img src="cid:bb@digest" alt="">\n'
# Bytes that would end a message or a part, were they not encoded.
FIRST = Picture(
    cid="aa@digest", content_type="image/jpeg", data=b"\r\n.\r\n--=_" * 400, url="https://x.example/", width=9
)
SECOND = Picture(cid="bb@digest", content_type="image/png", data=bytes(range(256)), url="https://x.example/", width=9)
READER = Recipient(subscriber_id=7, address="ann@example.org", name="Ann", token="t0k3n")


def issue(*pictures: Picture) -> FrozenIssue:
    from dataclasses import replace

    made = frozen(html=HTML)
    return replace(made, rendered=replace(made.rendered, pictures=pictures))


def letter(*pictures: Picture) -> bytes:
    return MessageTemplate(issue(*pictures), Settings(), date=NOW).letter(READER).content


def read(content: bytes) -> EmailMessage:
    message = cast("EmailMessage", message_from_bytes(content, policy=policy.default))
    assert not [part.defects for part in message.walk() if part.defects]
    return message


def test_the_html_and_its_pictures_are_one_part_beside_the_text() -> None:
    message = read(letter(FIRST, SECOND))
    assert message.get_content_type() == "multipart/alternative"
    text, together = message.iter_parts()
    assert text.get_content_type() == "text/plain"
    assert together.get_content_type() == "multipart/related"
    assert together.get_param("type") == "text/html"
    html, first, second = together.iter_parts()  # type: ignore[attr-defined]  # an EmailMessage, by the policy
    assert "<p>Ann</p>" in html.get_content()
    assert (first.get_content_type(), second.get_content_type()) == ("image/jpeg", "image/png")
    assert (first["Content-ID"], second["Content-ID"]) == ("<aa@digest>", "<bb@digest>")
    assert (first.get_content(), second.get_content()) == (FIRST.data, SECOND.data)
    assert first.get_content_disposition() == "inline"
    assert first.get_filename() == "aa.jpeg"


def test_the_best_body_is_still_the_html() -> None:
    body = read(letter(FIRST)).get_body(("related", "html", "plain"))
    assert body is not None
    assert body.get_content_type() == "multipart/related"


def test_lines_are_short_ended_by_both_characters_and_need_no_dots() -> None:
    content = letter(FIRST, SECOND)
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 78
    assert not any(line.startswith(b".") for line in lines)
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert content.endswith(b"\r\n")


def test_neither_boundary_begins_with_the_other() -> None:
    message = read(letter(FIRST))
    outer, inner = message.get_boundary(), next(reversed(list(message.iter_parts()))).get_boundary()
    assert outer is not None
    assert inner is not None
    assert not inner.startswith(outer)
    assert not outer.startswith(inner)


def test_without_pictures_there_is_no_such_part() -> None:
    message = read(letter())
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert b"related" not in letter()


@pytest.mark.parametrize("count", [1, 40])
def test_a_letter_costs_no_more_for_its_pictures_than_their_bytes(count: int) -> None:
    many = [
        Picture(cid=f"{n}@digest", content_type="image/png", data=b"x" * 3000, url=str(n), width=1)
        for n in range(count)
    ]
    assert len(letter(*many)) - len(letter()) < count * 3000 * 1.6
