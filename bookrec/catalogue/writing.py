"""Write the SQLite catalogue: tables and indexes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from bookrec.catalogue.alternate_titles import alternate_titles
from bookrec.catalogue.people import author_key
from bookrec.catalogue.printings import printings
from bookrec.catalogue.ratings import Ratings
from bookrec.catalogue.titles import Title
from bookrec.catalogue.works import Work, all_series, titles_of

_TABLES = """
CREATE TABLE books (
  book INTEGER PRIMARY KEY, book_id TEXT NOT NULL, title TEXT NOT NULL, authors TEXT NOT NULL,
  series TEXT, volume REAL, year INTEGER, language TEXT NOT NULL, pages INTEGER,
  genres TEXT NOT NULL, description TEXT NOT NULL,
  mean_rating REAL, ratings_count INTEGER NOT NULL,
  described INTEGER NOT NULL, kind TEXT NOT NULL,
  author_id INTEGER NOT NULL, series_id INTEGER NOT NULL, printing INTEGER NOT NULL);
CREATE TABLE editions (
  book INTEGER NOT NULL, goodreads_id TEXT NOT NULL, isbn TEXT NOT NULL, title TEXT NOT NULL,
  authors TEXT NOT NULL, language TEXT NOT NULL, ratings_count INTEGER NOT NULL);
CREATE TABLE names (book INTEGER NOT NULL, full TEXT NOT NULL, core TEXT NOT NULL);
CREATE TABLE series (book INTEGER NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL, volume REAL);
CREATE TABLE ratings (reader INTEGER NOT NULL, book INTEGER NOT NULL, stars REAL NOT NULL);
CREATE TABLE contains (whole INTEGER NOT NULL, part INTEGER NOT NULL);
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE VIRTUAL TABLE words USING fts5(
  titles, authors, series, genres, description, content='',
  tokenize='porter unicode61 remove_diacritics 2');
"""
_INDEXES = """
CREATE INDEX books_brief ON books(
  book, described, kind, author_id, series_id, ratings_count, mean_rating, year, pages,
  language, volume, printing);
CREATE INDEX books_printing ON books(printing);
CREATE INDEX names_full ON names(full);
CREATE INDEX names_core ON names(core);
CREATE INDEX names_book ON names(book);
CREATE INDEX editions_book ON editions(book);
CREATE INDEX editions_goodreads ON editions(goodreads_id) WHERE goodreads_id <> '';
CREATE INDEX editions_isbn ON editions(isbn) WHERE isbn <> '';
CREATE INDEX series_key ON series(key, volume);
CREATE INDEX series_book ON series(book);
CREATE INDEX contains_whole ON contains(whole, part);
CREATE INDEX contains_part ON contains(part, whole);
CREATE VIRTUAL TABLE spelling USING fts5(full, tokenize='trigram', content='');
INSERT INTO spelling(rowid, full) SELECT rowid, full FROM names;
"""


def write_catalogue(
    path: Path,
    works: Sequence[Work],
    titles: Sequence[Title],
    ratings: Ratings,
    facts: dict[str, Any],
    contents: Iterable[tuple[int, int]] = (),
) -> None:
    """Write a new SQLite file.

    `works` start with the described ones; `titles` are those that only ratings name. `contents` are
    pairs of works by their numbers: a set, and a book that it contains.
    """
    connection = sqlite3.connect(path)
    with connection:
        connection.executescript(_TABLES)
        _insert(connection, "books", _book_rows(works, titles))
        alternates = alternate_titles(works)
        _insert(connection, "editions", _edition_rows(works))
        named = chain(
            ((i, t) for i, w in enumerate(works) for t in (*titles_of(w), *alternates.get(i, ()))),
            enumerate(titles, len(works)),
        )
        _insert(connection, "names", ((i, t.full, t.core) for i, t in named))
        in_series = chain(
            ((i, s) for i, w in enumerate(works) for s in all_series(w)),
            ((i, s) for i, t in enumerate(titles, len(works)) for s in t.series),
        )
        _insert(connection, "series", ((i, s.key, s.name, s.volume) for i, s in in_series))
        _insert(connection, "ratings", _rating_rows(ratings))
        _insert(connection, "contains", contents)
        _insert(connection, "facts", ((k, json.dumps(v)) for k, v in facts.items()))
        connection.executemany(
            "INSERT INTO words (rowid, titles, authors, series, genres, description) "
            "VALUES (?,?,?,?,?,?)",
            (_words_row(i, w) for i, w in enumerate(works)),
        )
        connection.executescript(_INDEXES)
    connection.execute("PRAGMA optimize")
    connection.close()


def _insert(connection: sqlite3.Connection, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert rows that have a value for every column of the table."""
    columns = len(connection.execute(f"PRAGMA table_info({table})").fetchall())
    connection.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * columns)})", rows)


def _book_rows(works: Sequence[Work], titles: Sequence[Title]) -> Iterator[tuple[Any, ...]]:
    author_id, series_id = _Ids(), _Ids()
    for i, (work, printing) in enumerate(zip(works, printings(works).tolist(), strict=True)):
        author = author_id(author_key(work.authors[0]) if work.authors else "")
        series = series_id(work.series.key if work.series else "")
        yield *_work_row(i, work), author, series, printing
    for i, title in enumerate(titles, len(works)):
        series = series_id(title.series[0].key if title.series else "")
        yield *_title_row(i, title), -1, series, i


def _rating_rows(ratings: Ratings) -> Iterable[tuple[int, int, float]]:
    return zip(
        ratings.readers.tolist(), ratings.books.tolist(), ratings.stars.tolist(), strict=True
    )


def _words_row(index: int, work: Work) -> tuple[Any, ...]:
    """Return the texts of a work that `search.matching` looks in."""
    titles = dict.fromkeys([work.title, *(e.title.shown for e in work.editions)])
    authors = dict.fromkeys([*work.authors, *(a for e in work.editions for a in e.authors)])
    series = dict.fromkeys(s.name for s in all_series(work))
    texts = (titles, authors, series, work.genres)
    return (index, *("; ".join(names) for names in texts), work.description)


class _Ids:
    """Numbers keys in order of first use. The empty key is -1, for unknown."""

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
        int(work.described),
        work.kind,
    )


def _title_row(index: int, title: Title) -> tuple[Any, ...]:
    series = title.series[0] if title.series else None
    named = (series.name, series.volume) if series else (None, None)
    known = (index, f"t{index}", title.shown, "[]", *named)
    return (*known, None, "", None, "[]", "", None, 0, 0, title.kind)


def _edition_rows(works: Sequence[Work]) -> Iterator[tuple[Any, ...]]:
    for index, work in enumerate(works):
        yield from dict.fromkeys(
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
        )
