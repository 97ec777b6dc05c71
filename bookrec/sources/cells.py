"""Parsing raw cells into numbers. A value out of range becomes None."""

from __future__ import annotations

import datetime
import re

MIN_YEAR = -3000  # the oldest texts with ratings
MAX_PAGES = 6000  # above it: box sets and typing errors


def year_in_range(value: int | None) -> int | None:
    """Return a year of publication, or None if it is before `MIN_YEAR` or after next year."""
    latest = datetime.date.today().year + 1
    return value if value is not None and value != 0 and MIN_YEAR <= value <= latest else None


def pages_in_range(value: float | None) -> int | None:
    """Return a number of pages from 1 to `MAX_PAGES`, or None."""
    return int(value) if value is not None and 0 < value <= MAX_PAGES else None


def parse_year(*cells: str) -> int | None:
    """Return the earliest year in the cells, or None.

    A cell that is only a number is that year ("-19", "121"). Otherwise a year has four digits, or
    a minus sign. If there is none, a date with a two-digit year ("09/14/08") is parsed: it is in
    this century, unless that is in the future.
    """
    for cell in cells:
        if re.fullmatch(r"-?\d{1,4}", cell.strip()):
            return year_in_range(int(cell))
    years = [int(y) for cell in cells for y in re.findall(r"(?<![\d/])-?\d{3,4}(?!\d)", cell)]
    good = [y for y in map(year_in_range, years) if y is not None and (y >= 1000 or y < 0)]
    if good:
        return min(good)
    for cell in cells:
        if short := re.fullmatch(
            r"\d{1,2}[/-]\w{1,3}[/-](\d{2})|\d{1,2}-[A-Za-z]{3}-(\d{2})", cell
        ):
            two = int(short[1] or short[2])
            return year_in_range(2000 + two) or 1900 + two
    return None


def parse_float(cell: str) -> float | None:
    """Parse a finite number, or None. Of "total:2298124" and "5:1546466" the last part counts."""
    try:
        value = float(cell.rsplit(":", 1)[-1].replace(",", ""))
    except ValueError:
        return None
    return value if value == value and abs(value) != float("inf") else None
