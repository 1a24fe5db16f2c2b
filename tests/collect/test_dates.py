"""Dates are read for certain or not at all."""

from datetime import UTC, datetime

import pytest

from digest.collect.dates import parse_date

NOW = datetime(2026, 3, 10, tzinfo=UTC)
TEN = datetime(2026, 3, 2, 10, tzinfo=UTC)
DAY = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        ("Mon, 02 Mar 2026 10:00:00 GMT", TEN), ("Mon, 02 Mar 2026 11:00:00 CET", TEN),
        ("Mon, 02 Mar 2026 15:30:00 IST", TEN), ("Mon, 2 Mar 2026 15:30:00 +0530", TEN),
        ("02 Mar 26 10:00:00 UT", TEN), ("Mon, 02 Mar 2026 10:00:00 +0000 (UTC)", TEN),
        ("2026-03-02T10:00:00Z", TEN), ("2026-03-02T05:00:00-05:00", TEN), ("2026-03-02 10:00:00.123456 UTC", TEN),
        ("20260302T100000Z", TEN), ("1772445600", TEN), ("1772445600000", TEN), ("2026-03-02", DAY),
        ("2026年3月2日", DAY), ("2026년 3월 2일", DAY), ("02.03.2026", DAY), ("2026/3/2", DAY), ("March 2, 2026", DAY),
        ("2nd March 2026", DAY), ("Mar 2, 2026 5:00 am EST", TEN), ("2 March 2026 at 10:00", TEN),
    ],
)  # fmt: skip
def test_known_forms(raw: str, moment: datetime) -> None:
    found = parse_date(raw, now=NOW)
    assert found is not None
    assert found.replace(microsecond=0) == moment


@pytest.mark.parametrize(
    "raw",
    [
        None, "", "yesterday", "2026", "2026-03", "03/02/2026", "Mon, 30 Feb 2026 10:00:00 GMT", "1989-12-31",
        "2026-03-13", "0000-00-00", "12345", "Mon, 02 Mar 2026 10:00:00 XYZ", "99999999999999", "10:00", "x" * 100,
    ],
)  # fmt: skip
def test_what_is_not_certain_stays_unknown(raw: str | None) -> None:
    assert parse_date(raw, now=NOW) is None


def test_a_little_ahead_is_a_wrong_clock_and_believed() -> None:
    assert parse_date("2026-03-11T12:00:00Z", now=NOW) == datetime(2026, 3, 11, 12, tzinfo=UTC)
