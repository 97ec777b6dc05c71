"""`history`: import a file into the user's history, add a book, remove one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bookrec.catalogue.book import describe
from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.genres import parse_genres
from bookrec.errors import TitleError
from bookrec.finder.lookup import find
from bookrec.histories import profile
from bookrec.histories.entries import EntriesByBook, entries_named
from bookrec.histories.profile import Entry
from bookrec.histories.reading import Unmatched
from bookrec.histories.row_matching import RowMatcher, match_history
from bookrec.histories.rows import read_history
from bookrec.workspace.folder import Workspace


@dataclass(frozen=True)
class ImportResult:
    """The result of an import. The numbers count entries; `total` is the size of the history.

    `report` says how the rows matched the catalogue; `unmatched` lists those that did not.
    """

    format: str
    report: str
    added: int
    updated: int
    unchanged: int
    unusable: int
    total: int
    unmatched: tuple[Unmatched, ...]


def import_file(
    library: Workspace, home: Workspace, data: bytes, name: str, afresh: bool = False
) -> ImportResult:
    """Merge a history file into the user's history; ratings of the file win.

    `library` has the catalogue, `home` the history. `afresh` discards the present history. Books
    outside the catalogue are kept too, as another catalogue may have them.

    Raises:
        MissingError: there is no catalogue.
        UsageError: the file, or the present history, cannot be read.
    """
    parsed = read_history(data, name)
    usable = [Entry.from_row(row) for row in parsed.rows if row.use != "unusable"]
    with Catalogue(library.need("catalogue.sqlite")) as catalogue, profile.changing(home):
        matcher = RowMatcher(catalogue)
        matched = match_history(matcher, parsed.rows, parsed.newest_first)
        books = EntriesByBook(matcher, [] if afresh else profile.load(home))
        changes = books.update(usable[::-1] if parsed.newest_first else usable)
        profile.save(home, books.entries)
    added = sum(before is None for before, _ in changes)
    updated = sum(before not in (None, now) for before, now in changes)
    return ImportResult(
        parsed.format,
        matched.report,
        added,
        updated,
        len(changes) - added - updated,
        len(parsed.rows) - len(usable),
        len(books.entries),
        matched.unmatched,
    )


@dataclass(frozen=True)
class AddResult:
    """The entry after the change and before it (None if it is new).

    `note` says which book the title was taken as; `total` is the number of entries.
    """

    entry: Entry
    before: Entry | None
    note: str
    total: int


def add(library: Workspace, home: Workspace, entry: Entry, anyway: bool = False) -> AddResult:
    """Add a book to the history, or update its entry.

    `anyway` accepts a book outside the catalogue.

    Raises:
        MissingError: there is no catalogue.
        TitleError: the title is unknown or ambiguous.
        UsageError: the present history cannot be read.
    """
    with Catalogue(library.need("catalogue.sqlite")) as catalogue, profile.changing(home):
        entry, note = _resolved(catalogue, entry, anyway)
        books = EntriesByBook(RowMatcher(catalogue), profile.load(home))
        ((before, now),) = books.update([entry], Entry.updated_by)
        profile.save(home, books.entries)
    return AddResult(now, before, note, len(books.entries))


def remove(home: Workspace, title: str, author: str = "") -> tuple[Entry, ...]:
    """Remove all entries of one book from the history. Return them.

    Raises:
        TitleError: the history has no such book, or several.
        UsageError: the history cannot be read.
    """
    with profile.changing(home):
        entries = profile.load(home)
        found = entries_named(entries, title, author)
        profile.save(home, [e for e in entries if e not in found])
    return tuple(found)


def _resolved(catalogue: Catalogue, entry: Entry, anyway: bool) -> tuple[Entry, str]:
    """Return the entry under its title in the catalogue, and a note on how it was found."""
    try:
        found = find(catalogue, entry.title, entry.author, spelling=not anyway)
    except TitleError as error:
        if anyway:
            genres = ", ".join(parse_genres(entry.genres))
            return replace(entry, genres=genres), f"{entry.title!r} is not in the catalogue."
        hint = error.hint if error.candidates else "Check the spelling, or leave out --author."
        raise TitleError(
            error.message,
            f"{hint} --anyway adds it as a book outside the catalogue.",
            error.candidates,
            error.typed,
        ) from error
    book = found.book
    goodreads_id = book.book_id if book.book_id.isdigit() else ""
    author = book.authors[0] if book.authors else entry.author
    named = replace(entry, title=book.title, author=author, goodreads_id=goodreads_id)
    resolved = replace(named, description="", genres="")  # the catalogue has its own
    return resolved, found.note or f"Taken as {describe(book)}."
