"""Ratings in the order of time: dated histories, and ratings files whose rows stand in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.ratings import Ratings
from bookrec.errors import UsageError
from bookrec.evaluation.cases import LEAST
from bookrec.evaluation.unseen import found_rows
from bookrec.histories.row_matching import RowMatcher
from bookrec.histories.rows import HistoryRow, read_history

_HISTORIES = {".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".xls"}  # in a folder
_DATES = (
    "A date is that of reading: Goodreads' Date Read, StoryGraph's Last Date Read, or a column "
    "`date` beside title,author,rating."
)


@dataclass(frozen=True)
class Dated:
    """R ratings, of each reader the earliest first; `days` int64 (R,) ascend within a reader: days
    from the year 1, or places where only the order is known. `notes` say what was left out."""

    ratings: Ratings
    days: np.ndarray
    notes: tuple[str, ...] = ()


@dataclass
class _Counts:
    """Of one history's rows: all, with stars, with a date too, found in the catalogue too."""

    name: str
    rows: int
    rated: int = 0
    dated: int = 0
    books: dict[int, tuple[int, float]] = field(default_factory=dict)  # to (day, stars)

    @property
    def said(self) -> str:
        return (
            f"{self.rows:,} rows, {self.rated:,} with stars, {self.dated:,} of those with a date, "
            f"{len(self.books):,} of those of books that the catalogue holds"
        )


def read_histories(catalogue: Catalogue, path: Path) -> Dated:
    """The dated ratings of one history, or of every history of a folder: a file, a reader.

    A book counts at its earliest date; titles outside the catalogue are left out.

    Raises:
        UsageError: no such file; one that is no history; none with enough dated ratings.
    """
    if not path.exists():
        raise UsageError(f"There is no {path}.", "Name a reading history, or a folder of them.")
    matcher, found, notes = RowMatcher(catalogue), [], []
    for file in _files(path):
        try:
            history = read_history(file.read_bytes(), file.name)
        except UsageError as error:
            if not path.is_dir():
                raise
            notes.append(f"Left out: {error.message}")
            continue
        found.append(_counted(matcher, file.name, history.rows))
    if not any(len(one.books) >= LEAST for one in found):
        raise _too_few(path, found)
    return _dated(catalogue, found, notes)


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return sorted(
        p
        for p in path.iterdir()
        if p.is_file() and not p.name.startswith(".") and p.suffix.lower() in _HISTORIES
    )


def _counted(matcher: RowMatcher, name: str, rows: Sequence[HistoryRow]) -> _Counts:
    counts = _Counts(name, len(rows))
    for row in rows:
        if row.use != "rated" or row.stars is None:
            continue
        counts.rated += 1
        if row.day is None:
            continue
        counts.dated += 1
        book = matcher.match(row).book
        if book is not None:
            said = (row.day.toordinal(), row.stars)
            counts.books[book.index] = min(said, counts.books.get(book.index, said))
    return counts


def _dated(catalogue: Catalogue, found: Sequence[_Counts], notes: Sequence[str]) -> Dated:
    rows = [
        (reader, book, stars, day)
        for reader, one in enumerate(found)
        for book, (day, stars) in sorted(one.books.items(), key=lambda item: (item[1][0], item[0]))
    ]
    table = np.array(rows, dtype=np.float64).reshape(-1, 4)
    readers, books, days = (table[:, i].astype(np.int64) for i in (0, 1, 3))
    ratings = Ratings(readers, books, table[:, 2].copy(), catalogue.book_keys())
    return Dated(ratings, days, tuple(notes))


def _too_few(path: Path, found: Sequence[_Counts]) -> UsageError:
    if not found:
        return UsageError(f"{path} holds no reading history.", "Name an export, or a folder.")
    best = max(found, key=lambda one: len(one.books))
    who = f"{best.name} has" if len(found) == 1 else f"The best of {len(found)}, {best.name}, has"
    return UsageError(
        f"Predicting forward in time takes {LEAST} dated ratings of books that the catalogue "
        f"holds. {who} {len(best.books)}.",
        f"It has {best.said}.\n{_DATES}",
    )


def read_in_order(catalogue: Catalogue, path: Path) -> Dated:
    """Ratings of a file, or of the files of a folder, whose rows of a reader stand in the order of
    time; of a book that a reader rates twice the earlier row counts.

    Raises:
        UsageError: no such file, or none with the columns ID,Name,Rating.
    """
    rows = found_rows(catalogue, path).drop_duplicates(["reader", "book"])
    rows = rows.sort_values("reader", kind="stable")
    ratings = Ratings(
        np.array(rows["reader"], dtype=np.int64),
        np.array(rows["book"], dtype=np.int64),
        np.array(rows["stars"], dtype=np.float64),
        catalogue.book_keys(),
    )
    return Dated(ratings, np.array(rows.groupby("reader").cumcount(), dtype=np.int64))
