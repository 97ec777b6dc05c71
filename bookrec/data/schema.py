"""Column names and value ranges, spelt once.

A raw file is told by its header (`Kind`); what is out of range becomes unknown (None), never a
guess.
"""

from __future__ import annotations

import datetime
from enum import Enum

# The five phrases of the ratings shards, in stars.
STARS_OF_PHRASE = {
    "it was amazing": 5.0,
    "really liked it": 4.0,
    "liked it": 3.0,
    "it was ok": 2.0,
    "did not like it": 1.0,
}
NO_RATING = "this user doesn't have any rating"
MIN_STARS, MAX_STARS = 1.0, 5.0

MIN_YEAR = -3000  # the oldest texts anybody rates
MAX_PAGES = 6000  # beyond it, it is a set or a slip of the keyboard


class Kind(Enum):
    """The three kinds of raw file, by the columns that only they have."""

    BEST_BOOKS = frozenset({"bookid", "title", "author", "description"})
    METADATA = frozenset({"id", "name", "authors", "ratingdisttotal"})
    RATINGS = frozenset({"id", "name", "rating"})

    @classmethod
    def of(cls, header: list[str]) -> Kind | None:
        """The kind whose columns the header has, in any order and case; None for another file."""
        have = {column.strip().lower() for column in header}
        return next((kind for kind in cls if kind.value <= have), None)


def stars_in_range(value: float | None) -> float | None:
    """A mean of stars, or None when it cannot be one (0 means that nobody rated)."""
    return value if value is not None and MIN_STARS <= value <= MAX_STARS else None


def year_in_range(value: int | None) -> int | None:
    """A year of publication up to next year, or None."""
    latest = datetime.date.today().year + 1
    return value if value is not None and value != 0 and MIN_YEAR <= value <= latest else None


def pages_in_range(value: float | None) -> int | None:
    """A number of pages, or None."""
    return int(value) if value is not None and 0 < value <= MAX_PAGES else None
