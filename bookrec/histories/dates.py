"""When a book was read, from a column of a history file: one file, one order of day and month."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?!\d)")
_WORDS = re.compile(r"\d{1,2} [A-Za-z]{3,9}\.? \d{4}|[A-Za-z]{3,9}\.? \d{1,2},? \d{4}")
_WORD_FORMS = ("%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y")


def parse_dates(cells: Sequence[str]) -> list[datetime.date | None]:
    """The last day that each cell names, None where it names none.

    Read are `2024/05/11`, `[2008-10-19]`, `2021/03/01-2021/03/09, 2022/06/02`, `18/08/2015`,
    `5/21/21` and `11 May 2024`. Whether `5/6/2021` is in May or in June the other cells of the
    column tell; where they do not, such a day is unknown: a guess would let the future speak.
    """
    day_first = _order(cells)
    return [_last(cell, day_first) for cell in cells]


def _order(cells: Sequence[str]) -> bool | None:
    """Whether days come before months; None when nothing tells, or the column has both."""
    found = [m for cell in cells if not _YEAR_FIRST.search(cell) for m in _YEAR_LAST.findall(cell)]
    day_first = any(int(first) > 12 for first, _, _ in found)
    month_first = any(int(second) > 12 for _, second, _ in found)
    return None if day_first == month_first else day_first


def _last(cell: str, day_first: bool | None) -> datetime.date | None:
    if found := _YEAR_FIRST.findall(cell):
        days = [_day(int(y), int(m), int(d)) for y, m, d in found]
    elif found := _YEAR_LAST.findall(cell):
        days = [_written(int(a), int(b), y, day_first) for a, b, y in found]
    else:
        days = [_in_words(text) for text in _WORDS.findall(cell)]
    return max((day for day in days if day is not None), default=None)


def _written(first: int, second: int, year: str, day_first: bool | None) -> datetime.date | None:
    if day_first is None and first != second:
        return None
    day, month = (first, second) if day_first else (second, first)
    full = int(year) if len(year) == 4 else 2000 + int(year)
    if full > datetime.date.today().year:
        full -= 100 if len(year) == 2 else 0
    return _day(full, month, day)


def _in_words(text: str) -> datetime.date | None:
    plain = re.sub(r"[.,]", "", text)
    for form in _WORD_FORMS:
        try:
            return datetime.datetime.strptime(plain, form).date()
        except ValueError:
            continue
    return None


def _day(year: int, month: int, day: int) -> datetime.date | None:
    """A day that was; None for one that the calendar does not have, or that is still to come."""
    try:
        found = datetime.date(year, month, day)
    except ValueError:
        return None
    return found if found <= datetime.date.today() and year > 1900 else None
