"""What the bytes of an e-mail are spent on."""

from digest.web.sizes import headers, html_parts, message_parts

HTML = (
    '<!doctype html><style type="text/css">p { margin: 0 }</style><!--[if mso]><b>x</b><![endif]-->'
    '<p style="color: red" class="a">Größe</p><a href="https://news.example/">more</a>'
)
MESSAGE = (
    b"Subject: =?utf-8?q?Gr=C3=B6=C3=9Fe?=\r\nTo: A\r\n <a@b.example>\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n'
    b"--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello\r\n"
    b'--x\r\nContent-Type: image/png; name="a.png"\r\nContent-Disposition: attachment; filename="a.png"\r\n'
    b"Content-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--x--\r\n"
)


def test_the_parts_of_the_html_sum_up_to_its_size() -> None:
    parts = {part.name: part.bytes for part in html_parts(HTML)}
    assert sum(parts.values()) == len(HTML.encode())
    assert parts["Text"] == len("Größemore".encode())
    assert parts["Inline styles"] == len(' style="color: red"')
    assert parts["Addresses of links and images"] == len(' href="https://news.example/"')
    assert parts["Comments that only Outlook reads"] == len("<!--[if mso]><b>x</b><![endif]-->")
    assert parts["Style sheets in the head"] == len('<style type="text/css">p { margin: 0 }</style>')


def test_the_largest_part_comes_first() -> None:
    sizes = [part.bytes for part in html_parts(HTML)]
    assert sizes == sorted(sizes, reverse=True)


def test_a_message_is_told_by_its_parts_as_they_are_sent() -> None:
    assert [(part.name, part.bytes) for part in message_parts(MESSAGE)] == [
        ("Headers", MESSAGE.index(b"\r\n\r\n")), ("text/plain", 5), ("a.png", 4),
    ]  # fmt: skip


def test_headers_are_decoded_and_unfolded() -> None:
    assert dict(headers(MESSAGE))["Subject"] == "Größe"
    assert dict(headers(MESSAGE))["To"] == "A <a@b.example>"
