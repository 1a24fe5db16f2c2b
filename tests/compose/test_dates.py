"""Dates are in the language and the time zone of the newsletter."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from digest.compose.dates import is_rtl, long_date, plain_date, short_date

LATE = datetime(2025, 11, 22, 23, 30, tzinfo=UTC)


def test_a_date_is_that_of_the_time_zone() -> None:
    assert long_date(LATE, "en", ZoneInfo("UTC")) == "Saturday, November 22, 2025"
    assert long_date(LATE, "en", ZoneInfo("Asia/Tokyo")) == "Sunday, November 23, 2025"


@pytest.mark.parametrize(
    ("language", "date"),
    [("de", "22. Nov."), ("fr", "22 nov."), ("pt-BR", "22 de nov."), ("ja", "11月22日"), ("xx", "Nov 22")],
)
def test_a_short_date_is_in_the_language(language: str, date: str) -> None:
    assert short_date(LATE, language, ZoneInfo("UTC"), of_year=2025) == date


def test_a_date_of_another_year_names_it() -> None:
    assert short_date(LATE, "en", ZoneInfo("UTC"), of_year=2026) == plain_date(LATE, "en", ZoneInfo("UTC"))


def test_a_year_ends_where_the_reader_is() -> None:
    eve = datetime(2025, 12, 31, 23, 0, tzinfo=UTC)
    assert short_date(eve, "en", ZoneInfo("Europe/Berlin"), of_year=2026) == "Jan 1"


@pytest.mark.parametrize(
    ("language", "rtl"), [("ar", True), ("he-IL", True), ("fa", True), ("en", False), ("zh", False)]
)
def test_direction_follows_the_language(language: str, rtl: bool) -> None:
    assert is_rtl(language) is rtl
