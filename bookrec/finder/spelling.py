"""Books with a misspelt title, when the author is known."""

from __future__ import annotations

import json
from collections import defaultdict

from rapidfuzz import fuzz

from bookrec.catalogue.book import Book
from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.people import author_matches, last_name
from bookrec.catalogue.titles import parse_title, same_series

_ROW_RATIO = 88.0  # rapidfuzz ratio; stricter than for a typed title, as no one checks the match
_MARGIN = 4.0  # books within this ratio of the best are returned with it


class Authors:
    """An index of books by their authors' last names. The catalogue is read once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._books: dict[str, list[int]] = defaultdict(list)
        for book, authors in catalogue.rows(
            "SELECT book, authors FROM books WHERE authors <> '[]'"
        ):
            for name in json.loads(authors):
                self._books[last_name(name)].append(book)

    def books_by(self, author: str) -> list[Book]:
        """Return the books of an author."""
        return [
            b
            for b in self._catalogue.books(self._books.get(last_name(author), ()))
            if any(author_matches(author, a) or author_matches(a, author) for a in b.authors)
        ]

    def near(self, typed: str, author: str) -> list[Book]:
        """Return the author's books whose titles differ from `typed` only by typos.

        Several are returned if they fit about equally well. A different number in the title or a
        different volume rules a book out.
        """
        title = parse_title(typed)
        scores: list[tuple[float, Book]] = []
        for book in self.books_by(author):
            known = parse_title(book.title)
            other_volume = any(
                s.volume is not None
                and book.volume is not None
                and s.volume != book.volume
                and same_series(s.key, parse_title(book.series or "").full)
                for s in title.series
            )
            if known.digits == title.digits and known.number == title.number and not other_volume:
                score = max(fuzz.ratio(title.full, known.full), fuzz.ratio(title.core, known.full))
                scores.append((score, book))
        close = [(score, b) for score, b in scores if score >= _ROW_RATIO]
        top = max((score for score, _ in close), default=0.0)
        return [b for score, b in close if score >= top - _MARGIN]
