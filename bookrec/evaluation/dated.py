"""Ratings in order of time, from dated histories or from ratings files in chronological order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.ratings import Ratings
from bookrec.errors import UsageError
from bookrec.evaluation.cases import MIN_DATED_RATINGS
from bookrec.evaluation.unseen import matched_rows
from bookrec.histories.row_matching import RowMatcher
from bookrec.histories.rows import HistoryRow, read_history

_HISTORY_SUFFIXES = {".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".xls"}
_DATE_HINT = (
    "The date is the day the book was read: Date Read in a Goodreads export, Last Date Read in a "
    "StoryGraph export, or a column `date` beside title,author,rating."
)


@dataclass(frozen=True)
class DatedRatings:
    """R ratings sorted by reader, then by time.

    `days` int64 (R,) ascend within a reader. They are proleptic ordinals (`date.toordinal`), or
    0, 1, 2, … where only the order is known. `notes` name the files that could not be read.
    """

    ratings: Ratings
    days: np.ndarray
    notes: tuple[str, ...] = ()


@dataclass
class _MatchedHistory:
    """One reader's dated ratings of books in the catalogue, and the rows left at each step."""

    name: str
    rows: int
    rated: int = 0
    dated: int = 0
    books: dict[int, tuple[int, float]] = field(default_factory=dict)  # book → (day, stars)

    @property
    def summary(self) -> str:
        return (
            f"{self.rows:,} rows, {self.rated:,} with stars, {self.dated:,} of those with a date, "
            f"{len(self.books):,} of those in the catalogue"
        )


def read_histories(catalogue: Catalogue, path: Path) -> DatedRatings:
    """Read the dated ratings of one history, or of every history in a folder.

    Each file is one reader. A book read twice counts at its earliest date. Books outside the
    catalogue are dropped.

    Raises:
        UsageError: there is no such file, it is not a history, or no reader has enough dated
            ratings.
    """
    if not path.exists():
        raise UsageError(f"There is no {path}.", "Give a reading history, or a folder of them.")
    matcher, found, notes = RowMatcher(catalogue), [], []
    for file in _files(path):
        try:
            history = read_history(file.read_bytes(), file.name)
        except UsageError as error:
            if not path.is_dir():
                raise
            notes.append(f"Skipped a file: {error.message}")
            continue
        found.append(_match(matcher, file.name, history.rows))
    if not any(len(one.books) >= MIN_DATED_RATINGS for one in found):
        raise _too_few(path, found)
    return _dated_ratings(catalogue, found, notes)


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return sorted(
        p
        for p in path.iterdir()
        if p.is_file() and not p.name.startswith(".") and p.suffix.lower() in _HISTORY_SUFFIXES
    )


def _match(matcher: RowMatcher, name: str, rows: Sequence[HistoryRow]) -> _MatchedHistory:
    history = _MatchedHistory(name, len(rows))
    for row in rows:
        if row.use != "rated" or row.stars is None:
            continue
        history.rated += 1
        if row.day is None:
            continue
        history.dated += 1
        book = matcher.match(row).book
        if book is not None:
            rating = (row.day.toordinal(), row.stars)
            history.books[book.index] = min(rating, history.books.get(book.index, rating))
    return history


def _dated_ratings(
    catalogue: Catalogue, found: Sequence[_MatchedHistory], notes: Sequence[str]
) -> DatedRatings:
    rows = [
        (reader, book, stars, day)
        for reader, one in enumerate(found)
        for book, (day, stars) in sorted(one.books.items(), key=lambda item: (item[1][0], item[0]))
    ]
    table = np.array(rows, dtype=np.float64).reshape(-1, 4)
    readers, books, days = (table[:, i].astype(np.int64) for i in (0, 1, 3))
    ratings = Ratings(readers, books, table[:, 2].copy(), catalogue.book_keys())
    return DatedRatings(ratings, days, tuple(notes))


def _too_few(path: Path, found: Sequence[_MatchedHistory]) -> UsageError:
    if not found:
        return UsageError(
            f"{path} holds no reading history.", "Give an export, or a folder of exports."
        )
    best = max(found, key=lambda one: len(one.books))
    most = f"{best.name} has {len(best.books)}."
    if len(found) > 1:
        most = f"Of {len(found)} histories, {best.name} has the most, {len(best.books)}."
    return UsageError(
        f"Predicting forward in time needs {MIN_DATED_RATINGS} dated ratings of books in the "
        f"catalogue. {most}",
        f"{best.name} has {best.summary}.\n{_DATE_HINT}",
    )


def read_in_order(catalogue: Catalogue, path: Path) -> DatedRatings:
    """Read ratings whose rows are in chronological order for each reader, from a file or a folder.

    If a reader rated a book twice, the earlier row counts.

    Raises:
        UsageError: there is no such file, or none with the columns ID,Name,Rating.
    """
    rows = matched_rows(catalogue, path).drop_duplicates(["reader", "book"])
    rows = rows.sort_values("reader", kind="stable")
    ratings = Ratings(
        np.array(rows["reader"], dtype=np.int64),
        np.array(rows["book"], dtype=np.int64),
        np.array(rows["stars"], dtype=np.float64),
        catalogue.book_keys(),
    )
    return DatedRatings(ratings, np.array(rows.groupby("reader").cumcount(), dtype=np.int64))
