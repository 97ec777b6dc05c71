"""Raw cells become years and numbers, or None."""

import datetime

import pytest

from bookrec.sources.cells import parse_float, parse_year


@pytest.mark.parametrize(
    ("cell", "year"),
    [
        ("09/14/08", 2008),
        ("10/10/99", 1999),
        ("April 5th 1873", 1873),
        ("1873", 1873),
        ("-380", -380),
        ("121", 121),
        ("9999", None),
        ("0", None),
        ("", None),
        ("soon", None),
    ],
)
def test_a_year_is_read_from_dates_and_numbers(cell, year):
    assert parse_year(cell) == year


def test_a_two_digit_year_is_never_in_the_future():
    soon = datetime.date.today().year + 5
    assert parse_year(f"01/01/{soon % 100:02}") == soon - 100


def test_a_number_is_read_with_prefixes_and_separators():
    assert parse_float("total:2298124") == 2298124.0
    assert parse_float("1,234") == 1234.0
    assert parse_float("nan") is parse_float("inf") is parse_float("four") is None
