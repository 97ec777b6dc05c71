"""`show`: what the catalogue knows of one book."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from bookrec.catalogue.book import Book
from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.titles import Series
from bookrec.finder.lookup import find
from bookrec.finder.series_volumes import Volume, volumes_beside
from bookrec.workspace.folder import Workspace


@dataclass(frozen=True)
class ShownEdition:
    """An edition. Unknown texts are empty."""

    title: str
    authors: tuple[str, ...]
    language: str
    isbn: str
    goodreads_id: str
    ratings_count: int

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON object documented in docs/cli.md."""
        return {
            "title": self.title,
            "author": ", ".join(self.authors),
            "language": self.language or None,
            "isbn": self.isbn or None,
            "goodreads_id": self.goodreads_id or None,
            "ratings_count": self.ratings_count,
        }


@dataclass(frozen=True)
class ShownBook:
    """A book and what belongs to it.

    `series` maps each series of the book to its volumes in order, `editions` come most rated first.
    `contains` are the parts of a set, `also_in` the sets with the book. `ratings_here` is the
    number of ratings in this catalogue, `mean_here` their mean in stars.
    """

    book: Book
    kind: str
    series: tuple[tuple[Series, tuple[Volume, ...]], ...]
    editions: tuple[ShownEdition, ...]
    contains: tuple[Book, ...]
    also_in: tuple[Book, ...]
    ratings_here: int
    mean_here: float | None
    notes: tuple[str, ...]

    @property
    def goodreads(self) -> str | None:
        """Address of the book's page on Goodreads."""
        ids = [self.book.book_id, *(e.goodreads_id for e in self.editions)]
        known = next((i for i in ids if i.isascii() and i.isdigit()), None)
        return f"https://www.goodreads.com/book/show/{known}" if known else None

    @property
    def isbn(self) -> str | None:
        """ISBN of the most rated edition that has one."""
        return next((e.isbn for e in self.editions if e.isbn), None)

    @property
    def open_library(self) -> str | None:
        """Address of that edition's page on Open Library."""
        return f"https://openlibrary.org/isbn/{self.isbn}" if self.isbn else None

    def main_fields(self) -> dict[str, Any]:
        """Return what fits in one row."""
        b = self.book
        return {
            **b.as_dict(),
            "pages": b.pages,
            "language": b.language or None,
            "mean_rating_here": self.mean_here,
            "ratings_here": self.ratings_here,
            "kind": self.kind,
            "described": b.described,
            "isbn": self.isbn,
            "goodreads": self.goodreads,
            "open_library": self.open_library,
            "description": b.description or None,
        }

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON object documented in docs/cli.md."""
        return {
            **self.main_fields(),
            "all_series": [
                {
                    "name": series.name,
                    "volume": series.volume,
                    "volumes": [
                        {"volume": v.number, **_brief(v.book), "this": v.book == self.book}
                        for v in volumes
                    ],
                }
                for series, volumes in self.series
            ],
            "contains": [_brief(b) for b in self.contains],
            "also_in": [_brief(b) for b in self.also_in],
            "editions": [e.as_dict() for e in self.editions],
        }


def run(workspace: Workspace, title: str, author: str = "") -> ShownBook:
    """Show a book that is found as `recommend` finds it.

    Raises:
        MissingError: there is no catalogue, or it is damaged.
        TitleError: the title is unknown or ambiguous.
    """
    with Catalogue(workspace.need("catalogue.sqlite")) as catalogue:
        found = find(catalogue, title, author)
        book = found.book
        count, mean = catalogue.rows(
            "SELECT count(*), avg(stars) FROM ratings WHERE book = ?", (book.index,)
        )[0]
        return ShownBook(
            book,
            catalogue.kinds([book.index])[book.index],
            _series(catalogue, book),
            _editions(catalogue, book),
            tuple(catalogue.books(catalogue.parts_of(book.index))),
            tuple(catalogue.books(catalogue.sets_with(book.index))),
            int(count),
            None if mean is None else round(mean, 2),
            (found.note,) if found.note else (),
        )


def _brief(book: Book) -> dict[str, Any]:
    return {"book_id": book.book_id, "title": book.title, "author": book.author, "year": book.year}


def _series(catalogue: Catalogue, book: Book) -> tuple[tuple[Series, tuple[Volume, ...]], ...]:
    """Return each series of the book once; a set has ranges of volumes, which are unknown here."""
    series: dict[str, Series] = {}
    for one in catalogue.series_of(book.index):
        if one.key not in series or series[one.key].volume is None:
            series[one.key] = one
    main_first = sorted(series.values(), key=lambda s: s.name != book.series)
    return tuple((s, tuple(volumes_beside(catalogue, book, s))) for s in main_first)


def _editions(catalogue: Catalogue, book: Book) -> tuple[ShownEdition, ...]:
    rows = catalogue.rows(
        "SELECT title, authors, language, isbn, goodreads_id, ratings_count FROM editions "
        "WHERE book = ? ORDER BY ratings_count DESC, rowid",
        (book.index,),
    )
    return tuple(
        ShownEdition(title, tuple(json.loads(authors)), *others) for title, authors, *others in rows
    )
