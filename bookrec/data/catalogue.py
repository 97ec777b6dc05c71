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
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from bookrec.data.people import author_key
from bookrec.data.sources import Edition
from bookrec.data.titles import Series, Title, parse_title
from bookrec.data.works import Work, all_series, titles_of
from bookrec.errors import UnusableError

_TABLES = """
CREATE TABLE books (
  book INTEGER PRIMARY KEY, book_id TEXT NOT NULL, title TEXT NOT NULL, authors TEXT NOT NULL,
  series TEXT, volume REAL, year INTEGER, language TEXT NOT NULL, pages INTEGER,
  genres TEXT NOT NULL, description TEXT NOT NULL,
  mean_rating REAL, ratings_count INTEGER NOT NULL,
  local_sum REAL NOT NULL DEFAULT 0, local_count INTEGER NOT NULL DEFAULT 0,
  described INTEGER NOT NULL, kind TEXT NOT NULL,
  author_id INTEGER NOT NULL, series_id INTEGER NOT NULL);
CREATE TABLE editions (
  book INTEGER NOT NULL, goodreads_id TEXT NOT NULL, isbn TEXT NOT NULL, title TEXT NOT NULL,
  authors TEXT NOT NULL, language TEXT NOT NULL, ratings_count INTEGER NOT NULL);
CREATE TABLE names (book INTEGER NOT NULL, full TEXT NOT NULL, core TEXT NOT NULL);
CREATE TABLE series (book INTEGER NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL, volume REAL);
CREATE TABLE ratings (reader INTEGER NOT NULL, book INTEGER NOT NULL, stars REAL NOT NULL);
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_INDICES = """
CREATE INDEX books_brief ON books(
  book, described, kind, author_id, series_id, ratings_count, mean_rating, year, pages, language,
  local_sum, local_count);
CREATE INDEX names_full ON names(full);
CREATE INDEX names_core ON names(core);
CREATE INDEX names_book ON names(book);
CREATE INDEX editions_book ON editions(book);
CREATE INDEX editions_goodreads ON editions(goodreads_id) WHERE goodreads_id <> '';
CREATE INDEX editions_isbn ON editions(isbn) WHERE isbn <> '';
CREATE INDEX series_key ON series(key, volume);
CREATE INDEX series_book ON series(book);
CREATE VIRTUAL TABLE spelling USING fts5(full, tokenize='trigram', content='');
INSERT INTO spelling(rowid, full) SELECT rowid, full FROM names;
"""
# Of books b: the rows that only ratings know, by title; `_title_row` gives them such an id.
ONLY_A_TITLE = "b.book_id LIKE 't%'"


@dataclass(frozen=True)
class Book:
    """A row of the catalogue. `index` is its row in every array."""

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
    described: bool

    @property
    def author(self) -> str:
        """The authors as printed, ", " between them."""
        return ", ".join(self.authors)


@dataclass(frozen=True)
class Ratings:
    """R ratings as parallel arrays, sorted by reader, then book; no pair twice.

    `readers` and `books` are int64 (R,), `stars` float64 (R,). `book_keys` int64 (N,) are numbers
    that stay a book's own when the catalogue is made anew, empty when there are none.
    """

    readers: np.ndarray
    books: np.ndarray
    stars: np.ndarray
    book_keys: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @property
    def keys(self) -> np.ndarray:
        """int64 (R,): the lasting number of each rating's book; its index when it has none."""
        return self.book_keys[self.books] if len(self.book_keys) else self.books

    def __len__(self) -> int:
        return len(self.stars)

    @classmethod
    def folded(cls, readers: ArrayLike, books: ArrayLike, stars: ArrayLike) -> Ratings:
        """Of ratings (R,) in any order: what one reader gave one book counts once, as its mean."""
        import pandas as pd

        given = pd.DataFrame({"reader": readers, "book": books, "stars": stars})
        mean = given.groupby(["reader", "book"], as_index=False)["stars"].mean()
        return cls(
            np.array(mean["reader"], dtype=np.int64),
            np.array(mean["book"], dtype=np.int64),
            np.array(mean["stars"], dtype=np.float64),
        )


def write_catalogue(
    path: Path,
    works: Sequence[Work],
    titles: Sequence[Title],
    ratings: Ratings,
    facts: dict[str, Any],
) -> None:
    """Write works (described ones first), rating-only titles and ratings to a new SQLite file."""
    connection = sqlite3.connect(path)
    author_id, series_id = _Ids(), _Ids()
    with connection:
        connection.executescript(_TABLES)
        rows = [
            *(
                (
                    *_work_row(i, w),
                    author_id(author_key(w.authors[0]) if w.authors else ""),
                    series_id(w.series.key if w.series else ""),
                )
                for i, w in enumerate(works)
            ),
            *(
                (*_title_row(len(works) + i, t), -1, series_id(t.series[0].key if t.series else ""))
                for i, t in enumerate(titles)
            ),
        ]
        connection.executemany(f"INSERT INTO books VALUES ({','.join('?' * 19)})", rows)
        for i, work in enumerate(works):
            _insert_names(connection, i, work)
        connection.executemany(
            "INSERT INTO names VALUES (?,?,?)",
            ((len(works) + i, t.full, t.core) for i, t in enumerate(titles)),
        )
        connection.executemany(
            "INSERT INTO series VALUES (?,?,?,?)",
            (
                (len(works) + i, s.key, s.name, s.volume)
                for i, t in enumerate(titles)
                for s in t.series
            ),
        )
        connection.executemany(
            "INSERT INTO ratings VALUES (?,?,?)",
            zip(
                ratings.readers.tolist(),
                ratings.books.tolist(),
                ratings.stars.tolist(),
                strict=True,
            ),
        )
        connection.execute(
            "UPDATE books SET local_sum = t.s, local_count = t.n FROM (SELECT book AS b, "
            "sum(stars) AS s, count(*) AS n FROM ratings GROUP BY book) AS t WHERE book = t.b"
        )
        connection.executemany(
            "INSERT INTO facts VALUES (?,?)", ((k, json.dumps(v)) for k, v in facts.items())
        )
        connection.executescript(_INDICES)
    connection.execute("PRAGMA optimize")
    connection.close()


class _Ids:
    """Numbers keys in order of first use; the empty key is -1, unknown."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def __call__(self, key: str) -> int:
        return self._known.setdefault(key, len(self._known)) if key else -1


def _work_row(index: int, work: Work) -> tuple[Any, ...]:
    series = work.series
    return (
        index,
        next((e.goodreads_id for e in work.editions if e.goodreads_id), f"b{index}"),
        work.title,
        json.dumps(work.authors, ensure_ascii=False),
        series.name if series else None,
        series.volume if series else None,
        work.year,
        work.language,
        work.pages,
        json.dumps(work.genres, ensure_ascii=False),
        work.description,
        work.mean_rating,
        work.ratings_count,
        0.0,
        0,
        int(work.described),
        work.kind,
    )


def _title_row(index: int, title: Title) -> tuple[Any, ...]:
    series = title.series[0] if title.series else None
    named = (series.name, series.volume) if series else (None, None)
    known = (index, f"t{index}", title.shown, "[]", *named)
    return (*known, None, "", None, "[]", "", None, 0, 0.0, 0, 0, title.kind)


def _insert_names(connection: sqlite3.Connection, index: int, work: Work) -> None:
    connection.executemany(
        "INSERT INTO editions VALUES (?,?,?,?,?,?,?)",
        dict.fromkeys(
            (
                index,
                e.goodreads_id,
                e.isbn,
                e.title.shown,
                json.dumps(e.authors, ensure_ascii=False),
                e.language,
                e.ratings_count,
            )
            for e in work.editions
        ),
    )
    connection.executemany(
        "INSERT INTO names VALUES (?,?,?)", ((index, t.full, t.core) for t in titles_of(work))
    )
    connection.executemany(
        "INSERT INTO series VALUES (?,?,?,?)",
        ((index, s.key, s.name, s.volume) for s in all_series(work)),
    )


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

    def figures(self) -> dict[str, np.ndarray]:
        """Arrays over all N books: `site_mean` (NaN unknown), `site_count`, `local_sum`,
        `local_count`; float64."""
        rows = self.rows(
            "SELECT mean_rating, ratings_count, local_sum, local_count FROM books ORDER BY book"
        )
        table = np.array(rows, dtype=np.float64).reshape(-1, 4)
        names = ("site_mean", "site_count", "local_sum", "local_count")
        return {name: table[:, i] for i, name in enumerate(names)}

    def kin(self) -> np.ndarray:
        """int64 (N, 2): ids of each book's first author and main series, -1 unknown."""
        rows = self.rows("SELECT author_id, series_id FROM books ORDER BY book")
        return np.array(rows, dtype=np.int64).reshape(-1, 2)

    def years(self) -> np.ndarray:
        """float64 (N,): years of publication, NaN unknown."""
        return self._column("year")

    def recommendable(self) -> np.ndarray:
        """bool (M,): which described books are books, and no box sets or guides to others."""
        rows = self.rows("SELECT kind FROM books WHERE described ORDER BY book")
        return np.array([kind == "book" for (kind,) in rows], dtype=bool)

    def volumes(self) -> np.ndarray:
        """float64 (N,): each book's volume of its main series, NaN unknown."""
        return self._column("volume")

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
