"""The SQLite catalogue: books, their editions and titles, and the readers' ratings.

A book's row number is its index in every array. Rows 0 … M-1 are the described works, most rated
first; only they are ever recommended. Then come works without a description or an author, then
titles that only ratings name; both can occur in histories.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Sized
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from bookrec.catalogue.book import Book
from bookrec.catalogue.ids import BookIds
from bookrec.catalogue.ratings import Ratings, SiteFigures
from bookrec.catalogue.titles import Series, parse_title
from bookrec.catalogue.works import Edition, Work
from bookrec.errors import UnusableError

# SQL condition on `books b`: titles that only ratings name. `writing._title_row` sets the ids.
TITLE_ONLY = "b.book_id LIKE 't%'"


def placeholders(values: Sized) -> str:
    """Return "?,?,?" for a query with `IN`, one mark for each value.

    SQLite allows 250,000 parameters, far more than any history needs.
    """
    return ",".join("?" * len(values))


def _book(row: tuple[Any, ...]) -> Book:
    return Book(
        index=row[0],
        book_id=row[1],
        title=row[2],
        authors=tuple(json.loads(row[3])),
        series=row[4],
        volume=row[5],
        year=row[6],
        language=row[7],
        pages=row[8],
        genres=tuple(json.loads(row[9])),
        description=row[10],
        mean_rating=row[11],
        ratings_count=row[12],
        described=bool(row[13]),
    )


class Catalogue:
    """A catalogue file, opened read-only. Nothing is read before the first query.

    Every query raises `UnusableError` if the file is damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    def __enter__(self) -> Catalogue:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query.

        Raises:
            UnusableError: the file is damaged or not a catalogue.
        """
        with self._reading():
            return self.connection.execute(sql, parameters).fetchall()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise UnusableError(
                f"{self.path} cannot be read: {error}.",
                "Delete it and run `bookrec merge`, or `bookrec build`.",
            ) from error

    def __len__(self) -> int:
        """N, the number of books."""
        return int(self.rows("SELECT count(*) FROM books")[0][0])

    @property
    def described(self) -> int:
        """M, the number of described books; their indices are 0 … M-1."""
        return int(self.rows("SELECT count(*) FROM books WHERE described")[0][0])

    @property
    def has_ratings(self) -> bool:
        """Whether there are any ratings."""
        return bool(self.rows("SELECT 1 FROM ratings LIMIT 1"))

    def fact(self, name: str, default: Any = None) -> Any:
        """Return a value stored by `merge`, such as "report" or "data"."""
        found = self.rows("SELECT value FROM facts WHERE name = ?", (name,))
        return json.loads(found[0][0]) if found else default

    def books(self, indices: Iterable[int]) -> list[Book]:
        """Return the books with these indices, in the given order."""
        wanted = [int(i) for i in indices]
        marks = placeholders(wanted)
        found = {b.index: b for b in self._books(f"WHERE book IN ({marks})", wanted)}
        return [found[i] for i in wanted]

    def all_books(self) -> Iterator[Book]:
        """Yield every book in index order."""
        yield from self._books("ORDER BY book", ())

    def _books(self, clause: str, parameters: Sequence[object]) -> Iterator[Book]:
        query = (
            "SELECT book, book_id, title, authors, series, volume, year, language, pages, genres, "
            f"description, mean_rating, ratings_count, described FROM books {clause}"
        )
        with self._reading():
            for row in self.connection.execute(query, parameters):
                yield _book(row)

    def works(self) -> list[Work]:
        """Return the works in row order, for `matching.TitleMatcher`.

        Each edition gets the series of its work and lacks the fields that only `merge` needs.
        """
        series: dict[int, list[Series]] = defaultdict(list)
        for index, name, key, volume in self.rows("SELECT book, name, key, volume FROM series"):
            series[index].append(Series(name, key, volume))
        editions: dict[int, list[Edition]] = defaultdict(list)
        kinds = dict(self.rows("SELECT book, kind FROM books"))
        for index, goodreads_id, isbn, title, authors, language, count in self.rows(
            "SELECT * FROM editions"
        ):
            parsed = replace(parse_title(title), kind=kinds[index])
            known = (goodreads_id, parsed, tuple(json.loads(authors)), tuple(series[index]))
            editions[index].append(Edition(*known, "", language, isbn, (), None, None, None, count))
        return [
            Work(
                tuple(editions[b.index]),
                b.title,
                b.authors,
                next(iter(series[b.index]), None),
                b.year,
                b.language,
                b.pages,
                b.genres,
                b.description,
                b.mean_rating,
                b.ratings_count,
            )
            for b in self.all_books()
            if b.index in editions
        ]

    def site_figures(self) -> SiteFigures:
        """Return the site-wide mean rating and number of ratings of all N books."""
        rows = self.rows("SELECT mean_rating, ratings_count FROM books ORDER BY book")
        table = np.array(rows, dtype=np.float64).reshape(-1, 2)
        return SiteFigures(table[:, 0], table[:, 1])

    def ids(self) -> BookIds:
        """Return the author ids, series ids and volumes of all N books."""
        rows = self.rows("SELECT author_id, series_id, volume FROM books ORDER BY book")
        table = np.array(rows, dtype=np.float64).reshape(-1, 3)
        return BookIds(table[:, 0].astype(np.int64), table[:, 1].astype(np.int64), table[:, 2])

    def years(self) -> np.ndarray:
        """Return the years of publication: float64 (N,), NaN where unknown."""
        rows = self.rows("SELECT year FROM books ORDER BY book")
        return np.array([year for (year,) in rows], dtype=np.float64)

    def printings(self) -> np.ndarray:
        """Return int64 (N,): a group number for each book, see `printings.printings`."""
        rows = self.rows("SELECT printing FROM books ORDER BY book")
        return np.array(rows, dtype=np.int64).reshape(-1)

    def recommendable(self) -> np.ndarray:
        """Return which described books are of the kind "book": bool (M,)."""
        rows = self.rows("SELECT kind FROM books WHERE described ORDER BY book")
        return np.array([kind == "book" for (kind,) in rows], dtype=bool)

    def genres(self) -> list[list[str]]:
        """Return the genres of each of the N books, most typical first."""
        return [json.loads(row[0]) for row in self.rows("SELECT genres FROM books ORDER BY book")]

    def ratings(self) -> Ratings:
        """Return all ratings, sorted by reader, then book."""
        rows = self.rows("SELECT reader, book, stars FROM ratings ORDER BY reader, book")
        table = np.array(rows, dtype=np.float64).reshape(-1, 3)
        return Ratings(
            table[:, 0].astype(np.int64),
            table[:, 1].astype(np.int64),
            table[:, 2].copy(),
            self.book_keys(),
        )

    def book_keys(self) -> np.ndarray:
        """Return int64 (N,): the CRC-32 of each book's Goodreads id, else of its title."""
        sql = "SELECT CASE WHEN book_id GLOB '[0-9]*' THEN book_id ELSE title END FROM books"
        rows = self.rows(f"{sql} ORDER BY book")
        return np.array([zlib.crc32(row[0].encode()) for row in rows], dtype=np.int64)

    def series_of(self, index: int) -> list[Series]:
        """Return every series of the book."""
        rows = self.rows("SELECT name, key, volume FROM series WHERE book = ?", (index,))
        return [Series(*row) for row in rows]

    def kinds(self, indices: Iterable[int]) -> dict[int, str]:
        """Return "book", "set", "guide" … of the books with these indices."""
        wanted = [int(i) for i in indices]
        marks = placeholders(wanted)
        return dict(self.rows(f"SELECT book, kind FROM books WHERE book IN ({marks})", wanted))

    def parts_of(self, index: int) -> list[int]:
        """Return the indices of the books that a set contains, in the order of their volumes."""
        rows = self.rows(
            "SELECT part FROM contains JOIN books ON book = part WHERE whole = ? "
            "ORDER BY volume, year, book",
            (index,),
        )
        return [part for (part,) in rows]

    def sets_with(self, index: int) -> list[int]:
        """Return the indices of the sets that contain the book, most rated first."""
        rows = self.rows("SELECT whole FROM contains WHERE part = ? ORDER BY whole", (index,))
        return [whole for (whole,) in rows]

    def contents(self, printings: np.ndarray) -> dict[int, frozenset[int]]:
        """Return, for each printing that is a set or a part, its parts or the sets with it.

        `printings` int64 (N,) are those of `printings()`.
        """
        found: dict[int, set[int]] = defaultdict(set)
        for whole, part in self.rows("SELECT whole, part FROM contains"):
            found[int(printings[whole])].add(int(printings[part]))
            found[int(printings[part])].add(int(printings[whole]))
        return {work: frozenset(related) for work, related in found.items()}

    def contents_of(self, index: int) -> set[int]:
        """Return the parts of a book and the sets that contain it."""
        sql = "SELECT part FROM contains WHERE whole = ? UNION SELECT whole FROM contains "
        return {int(row[0]) for row in self.rows(f"{sql} WHERE part = ?", (index, index))}

    def all_parts(self, indices: Iterable[int]) -> set[int]:
        """Return the books that the sets among these contain."""
        return self._related("SELECT part FROM contains WHERE whole IN ({})", indices)

    def repeats_of(self, indices: Iterable[int]) -> set[int]:
        """Return the books that repeat some of these, and these themselves.

        That are their other printings, the sets that contain one of them, and the parts of the
        sets among them, in any printing.
        """
        read = self._printings_of(set(indices))
        parts = self.all_parts(read)
        wholes = self._related("SELECT whole FROM contains WHERE part IN ({})", read | parts)
        return read | self._printings_of(parts | wholes)

    def _printings_of(self, indices: set[int]) -> set[int]:
        own = "SELECT printing FROM books WHERE book IN ({})"
        return indices | self._related(f"SELECT book FROM books WHERE printing IN ({own})", indices)

    def _related(self, sql: str, indices: Iterable[int]) -> set[int]:
        wanted = sorted(indices)
        marks = placeholders(wanted)
        return {int(row[0]) for row in self.rows(sql.format(marks), wanted)}
