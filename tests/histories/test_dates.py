"""Dates: a column has one order of day and month, and an ambiguous date is unknown."""

import datetime

import pytest

from bookrec.histories.dates import parse_dates

day = datetime.date


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["2024/05/11", "", "[2008-10-19]"], [day(2024, 5, 11), None, day(2008, 10, 19)]),
        (["2021/03/01-2021/03/09, 2020/06/02"], [day(2021, 3, 9)]),
        (["18/08/2015", "09/06/2019"], [day(2015, 8, 18), day(2019, 6, 9)]),
        (["5/21/2021", "5/6/21"], [day(2021, 5, 21), day(2021, 5, 6)]),
        (["5/6/2021", "7/7/2021"], [None, day(2021, 7, 7)]),  # could be May or June
        (["13/1/2021", "1/13/2021"], [None, None]),  # two orders in one column
        (["11 May 2024", "May 11, 2024", "soon"], [day(2024, 5, 11), day(2024, 5, 11), None]),
        (
            ["2024-02-30", "9999/01/01", "1 May 9999", "12/31/99", "1/2/3"],
            [None, None, None, day(1999, 12, 31), None],
        ),
    ],
)
def test_a_column_of_dates_is_read_in_one_order(cells, expected):
    assert parse_dates(cells) == expected
