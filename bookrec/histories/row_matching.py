"""Matching the rows of a history file to books of the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from bookrec.catalogue.book import Book, describe
from bookrec.catalogue.database import TITLE_ONLY, Catalogue
from bookrec.catalogue.people import author_matches
from bookrec.catalogue.titles import parse_title
from bookrec.errors import AmbiguousTitleError, TitleError
from bookrec.finder.lookup import edition_by, find
from bookrec.finder.spelling import Authors
from bookrec.histories.reading import (
    Reading,
    Unmatched,
    item_from_row,
    one_per_book,
    uncatalogued_book,
)
from bookrec.histories.rows import HistoryRow
from bookrec.histories.translations import Translations


@dataclass(frozen=True)
class RowMatch:
    """The book of a row. Without one, `why` is "unknown" or "ambiguous".

    `candidates` describes the books that an ambiguous row may refer to, best first. `translated` is
    whether the row has another title, see `Translations`.
    """

    book: Book | None
    why: str = ""
    candidates: tuple[str, ...] = ()
    translated: bool = False


@dataclass
class RowMatcher:
    """Matches rows to books, and remembers the results.

    By Goodreads id, then ISBN, then title and author, then what a translation has in common with
    its original.
    """

    catalogue: Catalogue
    _known: dict[tuple[object, ...], RowMatch] = field(default_factory=dict, init=False)

    def match(self, row: HistoryRow) -> RowMatch:
        """Find the book of a row."""
        key = (row.goodreads_id, row.isbns, row.title, row.author, row.year, row.mean_rating)
        if key not in self._known:
            self._known[key] = self._match(row)
        return self._known[key]

    def _match(self, row: HistoryRow) -> RowMatch:
        if found := self._by_number(row):
            return RowMatch(found)
        try:
            return RowMatch(find(self.catalogue, row.title, row.author, spelling=False).book)
        except AmbiguousTitleError as error:
            return RowMatch(None, "ambiguous", error.candidates)
        except TitleError:
            pass  # the title may be misspelt, or known from ratings only
        if row.author:
            near = self._by_author.near(row.title, row.author)
            if len(near) == 1:
                return RowMatch(near[0])
            if near:
                return RowMatch(None, "ambiguous", tuple(map(describe, near)))
            if translated := self._translations.find(row):
                return RowMatch(translated, translated=True)
        by_title = self._by_title(row.title)
        return RowMatch(by_title, "" if by_title else "unknown")

    @cached_property
    def _by_author(self) -> Authors:
        return Authors(self.catalogue)

    @cached_property
    def _translations(self) -> Translations:
        return Translations(self.catalogue, self._by_author)

    def _by_number(self, row: HistoryRow) -> Book | None:
        numbers = [("goodreads_id", row.goodreads_id)] if row.goodreads_id else []
        for column, value in [*numbers, *(("isbn", isbn) for isbn in row.isbns)]:
            book = edition_by(self.catalogue, column, value)
            if book is not None and _plausible(book, row):
                return book
        return None

    def _by_title(self, title: str) -> Book | None:
        """Find a book known from ratings only: it has no author to check, but its ratings help."""
        full = parse_title(title).full
        rows = self.catalogue.rows(
            "SELECT DISTINCT n.book FROM names n JOIN books b ON b.book = n.book "
            f"WHERE n.full = ? AND {TITLE_ONLY}",
            (full,),
        )
        # many books share a title of one short word
        specific = len(rows) == 1 and len(full) >= 8 and " " in full
        return self.catalogue.books([rows[0][0]])[0] if specific else None


def _plausible(book: Book, row: HistoryRow) -> bool:
    """Whether a book found by number fits the row's author or title.

    Both files contain wrong numbers, which lead to books by other authors. A translation has the
    same author, but the name may be in another script: names outside ASCII are not checked.
    """
    if not row.author or not book.authors or not row.author.isascii():
        return True
    same_author = any(
        author_matches(row.author, a) or author_matches(a, row.author) for a in book.authors
    )
    return same_author or parse_title(row.title).core == parse_title(book.title).core


def match_history(
    matcher: RowMatcher, rows: Sequence[HistoryRow], newest_first: bool = False
) -> Reading:
    """Match all rows of a history file. Rows without a book are listed in `unmatched`.

    If several rows are about one book, the newest rating counts. The newest row is the last, or
    the first with `newest_first`.
    """
    inside, outside, unmatched = [], [], []
    by_title = wanted = translated = 0
    for row in rows:
        if row.use == "unusable":
            unmatched.append(Unmatched(row.line, row.title, row.author, row.stars, row.problem))
            continue
        match = matcher.match(row)
        if match.book is None:
            listed = " / ".join(match.candidates)
            unmatched.append(
                Unmatched(row.line, row.title, row.author, row.stars, match.why, listed)
            )
            book = uncatalogued_book(row.title, row.author, row.description, row.genres)
            item = item_from_row(book, row)
            if item is not None and item.counts:
                outside.append(replace(item, has_text=bool(row.description)))
            continue
        by_title += not match.book.authors
        translated += match.translated
        wanted += row.use == "wanted"
        if (item := item_from_row(match.book, row)) is not None:
            inside.append(item)
    step = 1 if newest_first else -1  # `one_per_book` prefers the first: put the newest there
    items, uncatalogued = (one_per_book(some[::step])[::step] for some in (inside, outside))
    return Reading(
        items,
        uncatalogued,
        tuple(unmatched),
        by_title=by_title,
        wanted=wanted,
        rows=len(rows),
        translated=translated,
    )
