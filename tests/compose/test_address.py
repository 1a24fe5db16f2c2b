"""Only addresses that a mail client may open reach an e-mail."""

import pytest

from digest.compose.address import safe_image, safe_link


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "java\nscript:alert(1)",
        " \tjavascript:alert(1)",
        "data:text/html,<script>",
        "file:///etc/passwd",
        "ftp://files.example/a",
        "vbscript:x",
        "//news.example/a",
        "/a",
        "a",
        "",
        None,
        "http://",
        "https:///a",
        "https://[::1",
        "https://news.example:port/",
        "https://news.example/a b",
        "https://news.example/\u202etxt",
        "https://news.example/\x00",
        "https://news.example/\r\nBcc: x",
        "https://ne<ws.example/",
        'https://news"onload="x.example/',
        "https://news.example/" + "a" * 3000,
        "mailto:nobody",
    ],
)
def test_an_address_that_is_not_of_the_web_is_dropped(url: str | None) -> None:
    assert safe_link(url) is None


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://news.example/a?b=c&d=e#f", "https://news.example/a?b=c&d=e#f"),
        ("HTTP://News.Example/A", "http://news.example/A"),
        ("https://news.example/b%20c", "https://news.example/b%20c"),
        ("https://news.example/straße", "https://news.example/stra%C3%9Fe"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://user:pass@news.example/", "https://news.example/"),
        ("https://news.example:8443/a", "https://news.example:8443/a"),
        ("https://[::1]:80/a", "https://[::1]:80/a"),
        ('https://news.example/"><script>', "https://news.example/%22%3E%3Cscript%3E"),
        ("https://news.example/{{x}}\\", "https://news.example/%7B%7Bx%7D%7D%5C"),
        ("mailto:editor@news.example", "mailto:editor@news.example"),
        ("mailto:a@b.example?bcc=c@d.example", "mailto:a@b.example"),
    ],
)
def test_an_address_of_the_web_is_kept_in_ascii(url: str, kept: str) -> None:
    assert safe_link(url) == kept


def test_a_picture_is_never_a_mail_address() -> None:
    assert safe_image("mailto:editor@news.example") is None
    assert safe_image("https://news.example/a.jpg") == "https://news.example/a.jpg"
