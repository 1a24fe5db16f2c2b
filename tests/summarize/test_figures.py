from decimal import Decimal

import pytest

from digest.summarize.figures import read_figures, readings


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("14 people came", "14", "peopl"),
        ("$3.5m was paid", "3500000", ""),
        ("3.5 million euros", "3500000", "euros"),
        ("two hundred and fifty-three votes", "253", "votes"),
        ("one hundred thousand votes", "100000", "votes"),
        ("12,50,000 rupees", "1250000", "rupee"),
        ("1.234,5 Liter", "1234.5", "liter"),
        ("the 3rd time", "3", "time"),
        ("١٢ سفينة", "12", "سفينة"),
    ],
)
def test_a_number_is_read_with_what_it_counts(text: str, value: str, unit: str) -> None:
    [figure] = read_figures(text).figures
    assert figure.values == {Decimal(value)}
    assert not unit or figure.unit == unit


def test_what_may_be_read_in_two_ways_is() -> None:
    assert readings("1.250") == {Decimal(1250), Decimal("1.25")}
    assert readings("31-12") == {Decimal(31), Decimal(12)}


@pytest.mark.parametrize(
    ("text", "language", "days"),
    [
        ("on Nov. 3", "en", {(11, 3)}),
        ("3 and 4 November", "en", {(11, 3), (11, 4)}),
        ("the 14th of March", "en", {(3, 14)}),
        ("2026-11-03", "en", {(11, 3)}),
        ("am 3. Mai", "de", {(5, 3)}),
        ("it may be late", "en", set()),
    ],
)
def test_a_date_is_known_however_it_is_written(text: str, language: str, days: set[tuple[int, int]]) -> None:
    assert read_figures(text, language).days == days


def test_weekdays_and_months_need_their_capital() -> None:
    read = read_figures("They march in May, and sat on Sat. and Tuesday.")
    assert (read.months, read.weekdays) == ({5}, {1, 5})


@pytest.mark.parametrize("numeral", ["1" * 1_200_000, "1-" * 600_000 + "1", "123," * 300_000 + "123"])
def test_a_numeral_without_end_is_read_like_any_other(numeral: str) -> None:
    read = read_figures(f"{numeral} people came, and 14 dogs.")
    assert Decimal(14) in read.figures[-1].values
    assert all(value.is_finite() for figure in read.figures for value in figure.values)
