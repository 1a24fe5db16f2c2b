from datetime import timedelta

import pytest

from digest.config.values import parse_duration, parse_mailbox, parse_rate, parse_zone


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("36h", timedelta(hours=36)),
        ("7d", timedelta(days=7)),
        ("90m", timedelta(minutes=90)),
        ("2w", timedelta(weeks=2)),
        (" 1.5 H ", timedelta(minutes=90)),
        ("99999999d", timedelta(days=36500)),
    ],
)
def test_durations_are_read(text: str, span: timedelta) -> None:
    assert parse_duration(text) == span


@pytest.mark.parametrize("text", ["", "7", "7 days", "-1d", "0h", "d", "1d2h", 7, None, True, "9" * 400 + "d", "٣d x"])
def test_what_is_no_duration_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match=r"must be|too long"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("value", "rate"),
    [(0, 0.0), (2, 2.0), (0.5, 0.5), ("600/min", 10.0), ("3600/h", 1.0), ("5/s", 5.0), ("86400/day", 1)],
)
def test_rates_are_messages_a_second(value: object, rate: float) -> None:
    assert parse_rate(value) == rate


@pytest.mark.parametrize("value", [-1, True, "fast", "10", "10/week", None, float("nan"), float("inf")])
def test_what_is_no_rate_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="messages a second"):
        parse_rate(value)


@pytest.mark.parametrize(
    "text",
    [
        "a@example.org",
        "Ada Lovelace <ada@example.org>",
        '"Doe, Jane" <j@example.org>',
        "Mein Brief <b@bücher.example>",
        "x@localhost",
    ],
)
def test_mailboxes_are_kept_as_written(text: str) -> None:
    assert parse_mailbox(text) == text


@pytest.mark.parametrize(
    "text", ["", "nobody", "a@", "@example.org", "a b@example.org", "a@example.org\nBcc: b@example.org"]
)
def test_what_is_no_mailbox_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"e-mail address|line breaks"):
        parse_mailbox(text)


@pytest.mark.parametrize("name", ["", "Mars/Base", "/etc/passwd", "../../etc/passwd", "Europe"])
def test_what_is_no_time_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is not a time zone"):
        parse_zone(name)
