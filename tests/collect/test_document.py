"""Files of each kind give their article."""

from datetime import UTC, datetime

import pytest

from digest.collect.document import parse_document
from digest.collect.draft import Draft, Rejected
from tests.collect.conftest import NOW, WORDS, page

TEXT = "\n\n".join(WORDS)


def read(data: str | bytes, name: str) -> Draft:
    return parse_document(data.encode() if isinstance(data, str) else data, name=name, now=NOW)


def test_markdown_with_front_matter() -> None:
    front = (
        '---\ntitle: "The crane: a story"\nauthor: [Ines Okoro, Ada Moreau]\n'
        "date: 2026-11-10\nurl: https://x.example/c\n---\n"
    )
    draft = read(f"{front}\n{WORDS[0]} It [lifted](https://x.example/l) *a hull*.\n\n- one\n- two\n", "crane.md")
    assert (draft.title, draft.author, draft.url) == (
        "The crane: a story",
        "Ines Okoro, Ada Moreau",
        "https://x.example/c",
    )
    assert draft.published == datetime(2026, 11, 10, tzinfo=UTC)
    assert draft.text == f"{WORDS[0]} It lifted a hull.\none\ntwo"


def test_markdown_without_front_matter_is_named_by_its_heading() -> None:
    draft = read(f"# The `crane` & the hull\n\n{WORDS[0]}\n\n## What next\n\n{WORDS[1]}", "crane.md")
    assert (draft.title, draft.text) == ("The crane & the hull", f"{WORDS[0]}\nWhat next\n{WORDS[1]}")


def test_markup_in_markdown_is_text_or_nothing() -> None:
    draft = read(
        f"# Crane\n\n{WORDS[0]}\n\n<script>alert(1)</script>\n\n![A boat](https://x.example/b.jpg)", "crane.md"
    )
    assert draft.text == WORDS[0]
    assert (draft.image, draft.image_alt) == ("https://x.example/b.jpg", "A boat")


@pytest.mark.parametrize("name", ["crane.html", "crane.htm", "crane"])
def test_pages(name: str) -> None:
    assert read(page(), name).text == "\n".join(WORDS)


def test_a_page_that_is_plain_text_is_read_as_text() -> None:
    assert read(f"The old crane\n\n{TEXT}", "crane.html").title == "The old crane"


def mail(*, headers: str = "", body: str, kind: str = "text/plain; charset=utf-8") -> str:
    return (
        "From: =?utf-8?q?Harbour_notes_=E2=9A=93?= <notes@harbour.example.org>\r\n"
        "Subject: =?utf-8?b?Q2Fmw6k=?= news\r\n"
        f"Date: Tue, 10 Nov 2026 08:00:00 +0000\r\nMessage-ID: <1@x>\r\n{headers}Content-Type: {kind}\r\n\r\n{body}"
    )


def test_mail_as_text() -> None:
    draft = read(mail(body=TEXT), "letter.eml")
    assert (draft.title, draft.author) == ("Café news", "Harbour notes ⚓")
    assert draft.published == datetime(2026, 11, 10, 8, tzinfo=UTC)
    assert draft.text == "\n".join(WORDS)


def test_mail_prefers_its_html_part() -> None:
    body = (
        "--b\r\nContent-Type: text/plain\r\n\r\nSee the HTML part.\r\n"
        "--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        f"{page()}\r\n--b--\r\n"
    )
    draft = read(mail(body=body, kind='multipart/alternative; boundary="b"'), "letter.eml")
    assert draft.text == "\n".join(WORDS)
    assert draft.title == "Café news"


@pytest.mark.parametrize(
    "odd",
    [
        mail(body=TEXT, kind="text/plain; charset=no-such-charset"),
        mail(body=TEXT, headers="To: " + ", ".join(f"reader{n}@example.org" for n in range(20_000)) + "\r\n"),
        mail(body=TEXT, headers="X-Odd: " + "(" * 10_000 + "\r\n"),
        mail(body=TEXT, headers="Content-Transfer-Encoding: no-such-encoding\r\n"),
    ],
    ids=["unknown charset", "many addresses", "open brackets", "unknown encoding"],
)
def test_odd_mail_is_read(odd: str) -> None:
    assert WORDS[0] in read(odd, "odd.eml").text


def test_mail_nested_without_end_is_survived() -> None:
    deep = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(300))
    with pytest.raises(Rejected):
        read("Subject: deep\r\n" + deep, "deep.eml")


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.eml"])
def test_an_empty_file_says_so(name: str) -> None:
    with pytest.raises(Rejected, match="empty"):
        read(" \n", name)


def test_a_picture_called_text_is_refused() -> None:
    with pytest.raises(Rejected, match="PNG"):
        read(b"\x89PNG\r\n\x1a\n" + bytes(64), "a.txt")
