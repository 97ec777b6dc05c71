"""Parsing the date column of a history file, which uses one order of day and month throughout."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?!\d)")
_WORDS = re.compile(r"\d{1,2} [A-Za-z]{3,9}\.? \d{4}|[A-Za-z]{3,9}\.? \d{1,2},? \d{4}")
_WORD_FORMS = ("%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y")


def parse_dates(cells: Sequence[str]) -> list[datetime.date | None]:
    """Return the latest date in each cell, None for a cell without a valid one.

    Accepted forms are `2024/05/11`, `[2008-10-19]`, `2021/03/01-2021/03/09, 2022/06/02`,
    `18/08/2015`, `5/21/21` and `11 May 2024`. The order of day and month is inferred from the
    whole column. If that fails, a date such as `5/6/2021` is None: a wrong guess would leak later
    ratings into an evaluation in time order.
    """
    day_first = _day_comes_first(cells)
    return [_latest(cell, day_first) for cell in cells]


def _day_comes_first(cells: Sequence[str]) -> bool | None:
    """Infer the order of day and month; None if there is no evidence or if it conflicts."""
    found = [m for cell in cells if not _YEAR_FIRST.search(cell) for m in _YEAR_LAST.findall(cell)]
    day_first = any(int(first) > 12 for first, _, _ in found)
    month_first = any(int(second) > 12 for _, second, _ in found)
    return None if day_first == month_first else day_first


def _latest(cell: str, day_first: bool | None) -> datetime.date | None:
    if found := _YEAR_FIRST.findall(cell):
        dates = [_valid_date(int(y), int(m), int(d)) for y, m, d in found]
    elif found := _YEAR_LAST.findall(cell):
        dates = [_year_last(int(a), int(b), y, day_first) for a, b, y in found]
    else:
        dates = [_in_words(text) for text in _WORDS.findall(cell)]
    return max((date for date in dates if date is not None), default=None)


def _year_last(first: int, second: int, year: str, day_first: bool | None) -> datetime.date | None:
    if day_first is None and first != second:
        return None
    day, month = (first, second) if day_first else (second, first)
    full = int(year) if len(year) == 4 else 2000 + int(year)
    if full > datetime.date.today().year:
        full -= 100 if len(year) == 2 else 0
    return _valid_date(full, month, day)


def _in_words(text: str) -> datetime.date | None:
    plain = re.sub(r"[.,]", "", text)
    for form in _WORD_FORMS:
        try:
            found = datetime.datetime.strptime(plain, form)
        except ValueError:
            continue
        return _valid_date(found.year, found.month, found.day)
    return None


def _valid_date(year: int, month: int, day: int) -> datetime.date | None:
    """Return the date, or None if it does not exist, lies in the future or is before 1901."""
    try:
        found = datetime.date(year, month, day)
    except ValueError:
        return None
    return found if found <= datetime.date.today() and year > 1900 else None
