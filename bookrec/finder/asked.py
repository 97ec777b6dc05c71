"""What was typed, and what was found for it."""

from __future__ import annotations

from dataclasses import dataclass

from bookrec.catalogue.book import Book, describe
from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.titles import Title


@dataclass(frozen=True)
class Found:
    """The book found. `note` states what was assumed, if anything."""

    book: Book
    note: str = ""


@dataclass(frozen=True)
class Asked:
    """What was typed: as it is, without quotes and year, and parsed."""

    catalogue: Catalogue
    typed: str
    plain: str
    title: Title
    author: str
    year: int | None

    def taken_as(self, book: Book) -> Found:
        """Return the book with a note that says what it is."""
        return Found(book, f"{self.typed!r} is taken as {describe(book)}.")
