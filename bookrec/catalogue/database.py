"""The SQLite catalogue: books, their editions and names, and the readers' ratings.

Row numbers are book indices everywhere (vectors, means): 0 … M-1 are the M described works, which
may be recommended, most rated first; then works known by title and author alone; then titles that
only ratings know. The latter two count as history and are never recommended.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
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

# Of books b: the rows that only ratings know, by title; `_title_row` gives them such an id.
TITLE_ONLY = "b.book_id LIKE 't%'"


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
    """Reads a catalogue file; opens at once, changes nothing.

    Whatever is asked of it raises `UnusableError` when the file turns out to be damaged."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()

    def __enter__(self) -> Catalogue:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Rows of a read-only query.

        Raises:
            UnusableError: the file is damaged or no catalogue.
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
        """N, all books."""
        return int(self.rows("SELECT count(*) FROM books")[0][0])

    @property
    def described(self) -> int:
        """M, the books that may be recommended: indices 0 … M-1."""
        return int(self.rows("SELECT count(*) FROM books WHERE described")[0][0])

    @property
    def has_ratings(self) -> bool:
        """Whether any reader rated anything."""
        return bool(self.rows("SELECT 1 FROM ratings LIMIT 1"))

    def fact(self, name: str, default: Any = None) -> Any:
        """A value stored by `merge`, such as its report or "data"."""
        found = self.rows("SELECT value FROM facts WHERE name = ?", (name,))
        return json.loads(found[0][0]) if found else default

    def books(self, indices: Iterable[int]) -> list[Book]:
        """The books with these indices, in the order asked for."""
        wanted = [int(i) for i in indices]
        marks = ",".join("?" * len(wanted))
        found = {
            b.index: b for b in self._books(f"WHERE book IN ({marks})", wanted)
        }  # SQLite takes 250,000 parameters; a history is far below
        return [found[i] for i in wanted]

    def all_books(self) -> Iterator[Book]:
        """Every book in order of index."""
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
        """The works as `matching.Matcher` wants them: index = row number, titles and series."""
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
        """Mean rating and number of ratings of all N books, on the whole site."""
        rows = self.rows("SELECT mean_rating, ratings_count FROM books ORDER BY book")
        table = np.array(rows, dtype=np.float64).reshape(-1, 2)
        return SiteFigures(table[:, 0], table[:, 1])

    def ids(self) -> BookIds:
        """Author and series ids, and volumes, of all N books."""
        rows = self.rows("SELECT author_id, series_id, volume FROM books ORDER BY book")
        table = np.array(rows, dtype=np.float64).reshape(-1, 3)
        return BookIds(table[:, 0].astype(np.int64), table[:, 1].astype(np.int64), table[:, 2])

    def years(self) -> np.ndarray:
        """float64 (N,): years of publication, NaN unknown."""
        return self._column("year")

    def recommendable(self) -> np.ndarray:
        """bool (M,): which described books are books, and no box sets or guides to others."""
        rows = self.rows("SELECT kind FROM books WHERE described ORDER BY book")
        return np.array([kind == "book" for (kind,) in rows], dtype=bool)

    def _column(self, name: str) -> np.ndarray:
        rows = self.rows(f"SELECT {name} FROM books ORDER BY book")
        return np.array([row[0] for row in rows], dtype=np.float64)

    def genres(self) -> list[list[str]]:
        """Each book's genres (N lists), most typical first."""
        return [json.loads(row[0]) for row in self.rows("SELECT genres FROM books ORDER BY book")]

    def ratings(self) -> Ratings:
        """All ratings, sorted by reader, then book."""
        rows = self.rows("SELECT reader, book, stars FROM ratings ORDER BY reader, book")
        table = np.array(rows, dtype=np.float64).reshape(-1, 3)
        return Ratings(
            table[:, 0].astype(np.int64),
            table[:, 1].astype(np.int64),
            table[:, 2].copy(),
            self.book_keys(),
        )

    def book_keys(self) -> np.ndarray:
        """int64 (N,): a digest of each book's Goodreads id, or of its title when it has none."""
        sql = "SELECT CASE WHEN book_id GLOB '[0-9]*' THEN book_id ELSE title END FROM books"
        rows = self.rows(f"{sql} ORDER BY book")
        return np.array([zlib.crc32(row[0].encode()) for row in rows], dtype=np.int64)

    def series_of(self, index: int) -> list[Series]:
        """Every series the book is known to belong to."""
        rows = self.rows("SELECT name, key, volume FROM series WHERE book = ?", (index,))
        return [Series(*row) for row in rows]
