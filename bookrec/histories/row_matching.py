"""Rows of a history file to books of the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bookrec.catalogue.book import Book
from bookrec.catalogue.database import TITLE_ONLY, Catalogue
from bookrec.catalogue.lookup import describe, find
from bookrec.catalogue.people import author_matches
from bookrec.catalogue.spelling import Authors
from bookrec.catalogue.titles import parse_title
from bookrec.errors import AmbiguousTitleError, TitleError
from bookrec.histories.reading import Reading, Unmatched, item_of, one_per_book, uncatalogued_book
from bookrec.histories.rows import HistoryRow

RowMatch = tuple[Book | None, str, tuple[str, ...]]


@dataclass
class RowMatcher:
    """Finds the book of a history's row. What it reads of the catalogue, it reads once."""

    catalogue: Catalogue
    _authors: Authors | None = field(default=None, init=False)
    _known: dict[HistoryRow, RowMatch] = field(default_factory=dict, init=False)

    def match(self, row: HistoryRow) -> RowMatch:
        """(book, "", ()), or (None, "ambiguous" or "unknown", candidates)."""
        if row not in self._known:
            self._known[row] = self._match(row)
        return self._known[row]

    def _match(self, row: HistoryRow) -> RowMatch:
        if found := self._by_number(row):
            return found, "", ()
        try:
            return find(self.catalogue, row.title, row.author, spelling=False).book, "", ()
        except AmbiguousTitleError as error:
            return None, "ambiguous", error.candidates
        except TitleError:
            pass  # a slip in the title, or a title that only ratings know
        if row.author:
            self._authors = self._authors or Authors(self.catalogue)
            near = self._authors.near(row.title, row.author)
            if len(near) == 1:
                return near[0], "", ()
            if near:
                return None, "ambiguous", tuple(map(describe, near))
        by_title = self._by_title(row.title)
        return by_title, "" if by_title else "unknown", ()

    def _by_number(self, row: HistoryRow) -> Book | None:
        numbers = [("goodreads_id", row.goodreads_id)] if row.goodreads_id else []
        for column, value in [*numbers, *(("isbn", isbn) for isbn in row.isbns)]:
            sql = f"SELECT book FROM editions WHERE {column} = ? AND {column} <> ''"
            if found := self.catalogue.rows(sql, (value,)):
                book = self.catalogue.books([found[0][0]])[0]
                if _can_be(book, row):
                    return book
        return None

    def _by_title(self, title: str) -> Book | None:
        """A title that only ratings know: nobody says whose it is, but readers' stars do count."""
        full = parse_title(title).full
        rows = self.catalogue.rows(
            "SELECT DISTINCT n.book FROM names n JOIN books b ON b.book = n.book "
            f"WHERE n.full = ? AND {TITLE_ONLY}",
            (full,),
        )
        # one short word is many a book's title
        one = len(rows) == 1 and len(full) >= 8 and " " in full
        return self.catalogue.books([rows[0][0]])[0] if one else None


def _can_be(book: Book, row: HistoryRow) -> bool:
    """Whether a number has found the row's book: a wrong one in either file leads to another
    author's. A translation keeps its author, if not always their script."""
    if not row.author or not book.authors or not row.author.isascii():
        return True
    named = any(
        author_matches(row.author, a) or author_matches(a, row.author) for a in book.authors
    )
    return named or parse_title(row.title).core == parse_title(book.title).core


def match_history(
    matcher: RowMatcher, rows: Sequence[HistoryRow], newest_first: bool = False
) -> Reading:
    """RowMatch rows by Goodreads id, then ISBN, then title and author. No row is lost in silence.

    Of several rows of one book the newest opinion counts: the last, or with `newest_first` the
    first.
    """
    seen, outside, unmatched = [], [], []
    by_title = wishes = 0
    for row in rows:
        if row.use == "none":
            unmatched.append(Unmatched(row.line, row.title, row.author, row.stars, row.problem))
            continue
        book, why, candidates = matcher.match(row)
        if book is None:
            many = " / ".join(candidates)
            unmatched.append(Unmatched(row.line, row.title, row.author, row.stars, why, many))
            stranger = uncatalogued_book(row.title, row.author, row.description, row.genres)
            said = item_of(stranger, row)
            if said is not None and said.taste:
                outside.append(replace(said, own_text=bool(row.description)))
            continue
        by_title += not book.authors
        wishes += row.use == "wish"
        if (said := item_of(book, row)) is not None:
            seen.append(said)
    step = 1 if newest_first else -1
    known, strange = (one_per_book(some[::step])[::step] for some in (seen, outside))
    missed, total = tuple(unmatched), len(rows)
    return Reading(known, strange, missed, by_title=by_title, wishes=wishes, rows=total)
