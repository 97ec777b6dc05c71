"""`search`: books by words, author, series, ISBN and filters; lists of genres and languages."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bookrec.catalogue.book import Book, describe
from bookrec.catalogue.database import TITLE_ONLY, Catalogue
from bookrec.catalogue.isbns import isbn13
from bookrec.catalogue.titles import Series, normal, series_key
from bookrec.config import Filters
from bookrec.errors import TitleError, UsageError
from bookrec.finder.asked import Found
from bookrec.finder.by_author import books_by
from bookrec.finder.filters import genre_counts, language_counts, works_passing
from bookrec.finder.lookup import edition_by, find
from bookrec.finder.near_words import respelt, taken_as
from bookrec.finder.series_volumes import volumes_called
from bookrec.finder.typed_words import Term, typed_words
from bookrec.finder.word_search import (
    books_with,
    books_with_any,
    in_names,
    series_meant,
    titled,
    with_number,
)
from bookrec.text import count
from bookrec.workspace.folder import Workspace

_LOOKED_AT = 20  # books that may explain what a word was taken as
_FEW = 5  # books with all the words, for which `--any` is named


@dataclass(frozen=True)
class Wanted:
    """What is searched for. At least one of it, or a filter, is given."""

    words: tuple[str, ...] = ()
    any: bool = False  # one of the words is enough
    author: str = ""
    series: str = ""


@dataclass(frozen=True)
class FoundBook:
    """A book of the result."""

    book: Book
    kind: str

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON object documented in docs/cli.md."""
        b = self.book
        return {
            **b.as_dict(),
            "pages": b.pages,
            "language": b.language or None,
            "kind": self.kind,
            "described": b.described,
        }


@dataclass(frozen=True)
class SearchResult:
    """The first books of the result, how many there are in all, and notes for the reader."""

    books: tuple[FoundBook, ...]
    total: int
    notes: tuple[str, ...]


def run(workspace: Workspace, wanted: Wanted, filters: Filters, limit: int) -> SearchResult:
    """Search all works of the catalogue, of any kind, with or without a description.

    Raises:
        MissingError: there is no catalogue, or it is damaged.
        TitleError: nothing is found.
        UsageError: nothing is searched for, or a filter is invalid.
    """
    if not any(map(str.strip, (*wanted.words, wanted.author, wanted.series))):
        if filters == Filters(unknown=filters.unknown):
            raise UsageError(
                "There is nothing to search for.",
                "Type words, --author, --series or a filter: `bookrec search dune`.",
            )
    with Catalogue(workspace.need("catalogue.sqlite")) as catalogue:
        return _Search(catalogue, wanted, filters).result(limit)


def listing(workspace: Workspace, what: str, words: Sequence[str] = ()) -> list[tuple[str, int]]:
    """Return the "genres" or "languages" and their numbers of books, largest first.

    With words, only those whose names contain them.

    Raises:
        MissingError: there is no catalogue, or it is damaged.
        TitleError: no name contains the words.
    """
    with Catalogue(workspace.need("catalogue.sqlite")) as catalogue:
        counts = genre_counts(catalogue) if what == "genres" else language_counts(catalogue)
    inside = normal(" ".join(words))
    found = [(name, books) for name, books in counts if inside in normal(name)]
    if not found:
        raise TitleError(
            f"There are no {what} called {' '.join(words)!r}.",
            f"`bookrec search --{what}` lists all.",
        )
    return found


def _as_volume(book: Book, series: Series | None) -> Book:
    """Return the book under its volume in this series, unless that is its main series."""
    if series is None or series_key(book.series or "") == series.key:
        return book
    return replace(book, series=series.name, volume=series.volume)


class _Search:
    """One search. Each step narrows `books`, the indices found so far, best first."""

    def __init__(self, catalogue: Catalogue, wanted: Wanted, filters: Filters) -> None:
        self.catalogue = catalogue
        self.notes: list[str] = []
        self.text = " ".join(" ".join(wanted.words).split())
        self.any = wanted.any
        self.author, self.series = wanted.author.strip(), wanted.series.strip()
        self.books = self._by_text() if self.text else self._all()
        if self.series:
            self._of_series()
        if self.author:
            self._of_author()
        self._filtered(filters)

    def result(self, limit: int) -> SearchResult:
        """Return the first books, as volumes of the series that was asked for if they are."""
        shown = self.books[:limit]
        kinds = self.catalogue.kinds(shown)
        series = series_meant(self.catalogue, shown, f"{self.text} {self.series}")
        books = tuple(
            FoundBook(_as_volume(b, series.get(b.index)), kinds[b.index])
            for b in self.catalogue.books(shown)
        )
        return SearchResult(books, len(self.books), tuple(filter(None, self.notes)))

    def _all(self) -> list[int]:
        """Return all works, most rated first."""
        sql = f"SELECT b.book FROM books b WHERE NOT {TITLE_ONLY}"
        return [book for (book,) in self.catalogue.rows(f"{sql} ORDER BY ratings_count DESC, book")]

    def _by_text(self) -> list[int]:
        numbered, rest = self._by_numbers()
        if not numbered:
            return self._by_words(self.text)
        self.books = list(dict.fromkeys(numbered))
        if rest:
            those = self._by_words(" ".join(rest))
            self._keep(those, f"has {' '.join(rest)!r}", "Leave out the other words.", "")
        return self.books

    def _by_numbers(self) -> tuple[list[int], list[str]]:
        """Return the books of ISBNs and addresses among the words, and the other words."""
        if book := edition_by(self.catalogue, "isbn", isbn13(self.text.replace(" ", ""))):
            return self._taken(self.text, book), []
        found: list[int] = []
        rest = []
        for word in self.text.split():
            book = None
            if isbn := isbn13(word):
                book = edition_by(self.catalogue, "isbn", isbn)
            elif "goodreads.com" in word and (meant := self._meant(word)):
                book = meant.book
            found += self._taken(word, book) if book else []
            rest += [] if book else [word]
        return found, rest

    def _taken(self, word: str, book: Book) -> list[int]:
        self.notes.append(f"{word!r} is {describe(book)}.")
        return [book.index]

    def _meant(self, text: str) -> Found | None:
        """Return the book that `recommend` would take the text for."""
        try:
            return find(self.catalogue, text, self.author, spelling=False)
        except TitleError:
            return None

    def _by_words(self, text: str) -> list[int]:
        words = typed_words(text)
        found, named = self._with_all(text, words)
        if text.isdigit() and not named:
            if book := edition_by(self.catalogue, "goodreads_id", text):
                found = [*self._taken(text, book), *found]
        if self.any:
            found += books_with_any(self.catalogue, words)
        elif 0 < len(found) < _FEW and len(words) > 1 and not named:
            self.notes.append("--any also lists books that have only some of the words.")
        if found:
            return list(dict.fromkeys(found))
        near, changed = respelt(self.catalogue, words)
        found = books_with(self.catalogue, text, near)
        if not found and len(words) > 1:
            others, instead = respelt(self.catalogue, words, known_too=True)
            if in_names(self.catalogue, others):
                near, changed = others, instead
                found = books_with(self.catalogue, text, near)
        if not found and len(words) > 1:
            found = books_with_any(self.catalogue, near, math.ceil(len(words) / 2))
            self.notes.append("No book has all the words. These have the most of them.")
        if found:
            self.notes.append(taken_as(self.catalogue, changed, found[:_LOOKED_AT]))
            return found
        raise TitleError(
            f"Nothing found for {text!r}.",
            "The catalogue has no edition with this ISBN. Search for the title or the author."
            if isbn13(text)
            else "Check the spelling, or type a word of the title or the author's last name.",
        )

    def _with_all(self, text: str, words: Sequence[Term]) -> tuple[list[int], bool]:
        """Return the books with all words, perhaps twice, and whether one of them is named so.

        The book that `recommend` would take is added in front, if it is another.
        """
        found = books_with(self.catalogue, text, words)
        numbered = with_number(self.catalogue, text)
        named = titled(self.catalogue, text) or in_names(self.catalogue, words)
        in_order = [*found, *numbered] if named else [*numbered, *found]
        meant = self._meant(text)
        if meant and meant.book.index not in in_order:
            self.notes.append(meant.note)
            in_order.insert(0, meant.book.index)
        return in_order, bool(named or numbered or meant)

    def _of_series(self) -> None:
        volumes, note = volumes_called(self.catalogue, self.series)
        if not volumes:
            raise TitleError(
                f"There is no series {self.series!r} in the catalogue.",
                "Check the spelling, or search for a word of its name without --series.",
            )
        own = [v.book.index for v in volumes]
        self._keep(own, f"is in the series {self.series!r}", "Leave out --series.", note)
        if not self.text:
            self.books = own

    def _of_author(self) -> None:
        own, note = books_by(self.catalogue, self.author)
        if not own:
            raise TitleError(
                f"There is no author {self.author!r} in the catalogue.",
                "Check the spelling, or type the last name alone.",
            )
        self._keep(own, f"is by {self.author!r}", "Leave out --author.", note)

    def _filtered(self, filters: Filters) -> None:
        if filters == Filters():
            return
        passing = works_passing(self.catalogue, filters)
        unknown = sum(b in passing.unknown for b in self.books)
        left_out = f"The filters left out {count(unknown, 'book')} with no known value"
        note = f"{left_out}; --unknown lets them in." if unknown else ""
        hint = "Loosen the filters: a wider --year, no --genre."
        self._keep(passing.works, "passes the filters", f"{hint} {note}".strip(), note)

    def _keep(self, those: Collection[int], what: str, hint: str, note: str) -> None:
        """Narrow the books.

        Raises:
            TitleError: none is left.
        """
        allowed = set(those)
        kept = [b for b in self.books if b in allowed]
        if not kept:
            number = len(self.books)
            found = f"{count(number, 'book')} found, but none" if self.text else "No book"
            raise TitleError(f"{found} {what}.", hint)
        self.books = kept
        self.notes.append(note)
