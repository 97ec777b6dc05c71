"""A book of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

MAX_CANDIDATES = 8  # books listed for a text that is unclear


@dataclass(frozen=True)
class Book:
    """A row of the catalogue. `index` is the book's row in every array."""

    index: int
    book_id: str
    title: str
    authors: tuple[str, ...]
    series: str | None
    volume: float | None
    year: int | None
    language: str
    pages: int | None
    genres: tuple[str, ...]
    description: str
    mean_rating: float | None  # stars, site-wide
    ratings_count: int  # site-wide
    described: bool  # has a description and an author

    @property
    def author(self) -> str:
        """The authors' names, separated by commas."""
        return ", ".join(self.authors)

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON keys that every command gives of a book, see docs/cli.md."""
        return {
            "book_id": self.book_id,
            "title": self.title,
            "author": self.author,
            "series": self.series,
            "volume": self.volume,
            "year": self.year,
            "genres": list(self.genres),
            "mean_rating": self.mean_rating,
            "ratings_count": self.ratings_count,
        }


def describe(book: Book) -> str:
    """Return "Title (Series, #2) by Author (1965)", for lists of candidates."""
    volume = f" ({book.series}, #{book.volume:g})" if book.volume is not None else ""
    by = f" by {book.author}" if book.authors else ""
    year = f" ({book.year})" if book.year else ""
    return f"{book.title}{volume}{by}{year}"


def lines(books: Iterable[Book], limit: int = MAX_CANDIDATES) -> tuple[str, ...]:
    """Return lines that describe the books, each once."""
    return tuple(dict.fromkeys(map(describe, books)))[:limit]
