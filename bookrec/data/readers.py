"""A reader's history → books of the catalogue with stars, and a report on what was not found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bookrec.config import LOVED
from bookrec.data.catalogue import Book, Catalogue
from bookrec.data.histories import MILD_DISLIKE, MILD_LIKING, HistoryRow
from bookrec.data.lookup import find
from bookrec.data.titles import parse_title
from bookrec.errors import TitleError


@dataclass(frozen=True)
class Seen:
    """A book of the reader's. `stars` as given, None without; `loved`: named without stars, which
    counts as the most there is; `lean`: what a book read without stars counts for, in stars from
    the reader's mean; `taste` False: only not to be recommended again."""

    book: Book
    stars: float | None
    lean: float = 0.0
    taste: bool = True
    loved: bool = False


@dataclass(frozen=True)
class Unmatched:
    """A row that found no book: `why` is "unknown", "ambiguous" or what is wrong with it."""

    line: int
    title: str
    author: str
    stars: float | None
    why: str


@dataclass(frozen=True)
class Reading:
    """What a reader has read: matched books, and rows that found none."""

    seen: tuple[Seen, ...]
    unmatched: tuple[Unmatched, ...]
    notes: tuple[str, ...] = ()

    @property
    def report(self) -> str:
        """ "58 of 60 rows matched, 1 ambiguous, 1 unknown." """
        total = len(self.seen) + len(self.unmatched)
        ambiguous = sum(u.why == "ambiguous" for u in self.unmatched)
        unknown = sum(u.why == "unknown" for u in self.unmatched)
        unusable = len(self.unmatched) - ambiguous - unknown
        parts = [f"{len(self.seen)} of {total} books found"]
        parts += [f"{ambiguous} ambiguous"] if ambiguous else []
        parts += [f"{unknown} not in the catalogue"] if unknown else []
        parts += [f"{unusable} rows unusable"] if unusable else []
        return ", ".join(parts) + "."


def seeds(catalogue: Catalogue, titles: Sequence[tuple[str, float | None]], author: str) -> Reading:
    """The books a reader names on the command line.

    Raises:
        TitleError: one of them is not there, or could be several.
    """
    seen, notes = [], []
    for typed, stars in titles:
        found = find(catalogue, typed, author if len(titles) == 1 else "")
        seen.append(Seen(found.book, stars, loved=stars is None))
        notes += [found.note] if found.note else []
    return Reading(tuple(seen), (), tuple(notes))


def match_history(catalogue: Catalogue, rows: Sequence[HistoryRow]) -> Reading:
    """Match rows by Goodreads id, then ISBN, then title and author. No row is lost in silence."""
    seen: dict[int, Seen] = {}
    unmatched = []
    for row in rows:
        if row.use == "none":
            unmatched.append(Unmatched(row.line, row.title, row.author, row.stars, row.problem))
            continue
        book, why = _match(catalogue, row)
        if book is None:
            unmatched.append(Unmatched(row.line, row.title, row.author, row.stars, why))
            continue
        known = seen.get(book.index)
        now = _seen(book, row)
        if now is not None and (known is None or known.stars is None):
            seen[book.index] = now
    return Reading(tuple(seen.values()), tuple(unmatched))


def _seen(book: Book, row: HistoryRow) -> Seen | None:
    """How a row counts; None for a wish, which may be recommended and says nothing of taste."""
    if row.use == "rating":
        return Seen(book, row.stars)
    if row.use == "mild":
        return Seen(book, None, MILD_LIKING)
    if row.use == "dislike-mild":
        return Seen(book, None, MILD_DISLIKE)
    return Seen(book, None, taste=False) if row.use == "seen" else None


def _match(catalogue: Catalogue, row: HistoryRow) -> tuple[Book | None, str]:
    if row.goodreads_id:
        found = catalogue.rows(
            "SELECT book FROM editions WHERE goodreads_id = ? AND goodreads_id <> ''",
            (row.goodreads_id,),
        )
        if found:
            return catalogue.books([found[0][0]])[0], ""
    for isbn in row.isbns:
        found = catalogue.rows("SELECT book FROM editions WHERE isbn = ? AND isbn <> ''", (isbn,))
        if found:
            return catalogue.books([found[0][0]])[0], ""
    try:
        found_book = find(catalogue, row.title, row.author, spelling=bool(row.author))
        return found_book.book, ""
    except TitleError as error:
        return None, "ambiguous" if "could be one of" in error.message else "unknown"


def same_title_elsewhere(catalogue: Catalogue, reading: Reading) -> set[int]:
    """Books that are another edition of one seen, should the catalogue hold it twice."""
    found: set[int] = set()
    for s in reading.seen:
        title = parse_title(s.book.title)
        rows = catalogue.rows(
            "SELECT n.book, b.authors FROM names n JOIN books b ON b.book = n.book "
            "WHERE n.full IN (?, ?)",
            (title.full, title.core),
        )
        found |= {
            int(book)
            for book, authors in rows
            if not s.book.authors or any(a in authors for a in s.book.authors)
        }
    return found | {s.book.index for s in reading.seen}


def residual_parts(reading: Reading, means: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Book indices int64 (H,) and stars float64 (H,) of the books that speak of taste.

    A book read without stars leans from what the reader usually gives.
    """
    spoken = [s for s in reading.seen if s.taste]
    rated = [s.stars - means[s.book.index] for s in spoken if s.stars is not None]
    usual = float(np.mean(rated)) if rated else 0.0

    def counts_as(seen: Seen) -> float:
        if seen.stars is not None:
            return seen.stars
        return LOVED if seen.loved else float(means[seen.book.index]) + usual + seen.lean

    books = np.array([s.book.index for s in spoken], dtype=np.int64)
    return books, np.array([counts_as(s) for s in spoken], dtype=np.float64)
