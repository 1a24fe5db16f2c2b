"""A message as it goes over the wire."""

from digest.web.wire import headers, message_parts

MESSAGE = (
    b"Subject: =?utf-8?q?Gr=C3=B6=C3=9Fe?=\r\nTo: A\r\n <a@b.example>\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n'
    b"--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello\r\n"
    b'--x\r\nContent-Type: image/png; name="a.png"\r\nContent-Disposition: attachment; filename="a.png"\r\n'
    b"Content-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--x--\r\n"
)


def test_a_message_is_told_by_its_parts_as_they_are_sent() -> None:
    assert [(part.name, part.bytes) for part in message_parts(MESSAGE)] == [
        ("Headers", MESSAGE.index(b"\r\n\r\n")), ("text/plain", 5), ("a.png", 4),
    ]  # fmt: skip


def test_headers_are_decoded_and_unfolded() -> None:
    assert dict(headers(MESSAGE))["Subject"] == "Größe"
    assert dict(headers(MESSAGE))["To"] == "A <a@b.example>"
