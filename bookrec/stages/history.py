"""The reader's own history: import a file into it, add a book, take one out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bookrec.data import profile
from bookrec.data.catalogue import Catalogue
from bookrec.data.clean import parse_genres
from bookrec.data.histories import HistoryRow, read_history
from bookrec.data.lookup import describe, find
from bookrec.data.people import author_key, author_matches
from bookrec.data.profile import Entry
from bookrec.data.readers import Matcher, Unmatched, match_history
from bookrec.data.titles import parse_title
from bookrec.errors import AmbiguousTitleError, TitleError
from bookrec.workspace import Workspace

Key = tuple[str, str] | int  # the catalogue's index, or title and author


@dataclass(frozen=True)
class ImportResult:
    """What an import did: `total` books are in the history now."""

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
    """Merge a history file into the reader's own; of a book in both, the file's opinion wins.

    Books that the catalogue does not hold are kept too: another catalogue may.

    Raises:
        MissingError: there is no catalogue.
        UsageError: the file cannot be read.
    """
    parsed = read_history(data, name)
    with Catalogue(library.need("catalogue.sqlite")) as catalogue, profile.changing(home):
        matcher = Matcher(catalogue)
        matched = match_history(matcher, parsed.rows)
        old = [] if afresh else profile.load(home)
        known = dict(zip(_keys(matcher, profile.as_rows(old)), old, strict=True))
        before = dict(known)
        usable = [row for row in parsed.rows if row.use != "none"]
        for key, row in zip(_keys(matcher, usable), usable, strict=True):
            entry = Entry.of(row)
            known[key] = known[key].with_opinion(entry) if key in known else entry
        profile.save(home, known.values())
    touched = [key for key in before if known[key] != before[key]]
    added = len(known) - len(before)
    return ImportResult(
        parsed.format,
        matched.report,
        added,
        len(touched),
        len(usable) - added - len(touched),
        len(parsed.rows) - len(usable),
        len(known),
        matched.unmatched,
    )


@dataclass(frozen=True)
class AddResult:
    """The entry as it stands now, the one it replaced, and what the title was taken as."""

    entry: Entry
    before: Entry | None
    note: str
    total: int


def add(library: Workspace, home: Workspace, entry: Entry, anyway: bool = False) -> AddResult:
    """Put one book into the history, or change what is said of it.

    `anyway` keeps a book that the catalogue does not hold.

    Raises:
        MissingError: there is no catalogue.
        TitleError: no such title, or several.
    """
    with Catalogue(library.need("catalogue.sqlite")) as catalogue, profile.changing(home):
        entry, note = _resolved(catalogue, entry, anyway)
        matcher = Matcher(catalogue)
        old = profile.load(home)
        known = dict(zip(_keys(matcher, profile.as_rows(old)), old, strict=True))
        key = _keys(matcher, profile.as_rows([entry]))[0]
        before = known.get(key)
        known[key] = before.with_opinion(entry) if before else entry
        profile.save(home, known.values())
    return AddResult(known[key], before, note, len(known))


def remove(home: Workspace, title: str, author: str = "") -> Entry:
    """Take one book out of the history.

    Raises:
        TitleError: it is not there, or there are several.
    """
    with profile.changing(home):
        entries = profile.load(home)
        typed = parse_title(title)
        found = [e for e in entries if typed.full in _names(e)] or [
            e for e in entries if typed.core in _names(e)
        ]
        if author:
            found = [e for e in found if author_matches(author, e.author)]
        if not found:
            raise TitleError(f"No {title!r} in your history.", "See `bookrec history list`.")
        if len(found) > 1:
            lines = tuple(f"{e.title} by {e.author}" if e.author else e.title for e in found)
            raise AmbiguousTitleError(
                f"{title!r} could be one of {len(found)}.", "Say --author:", lines
            )
        profile.save(home, [e for e in entries if e is not found[0]])
    return found[0]


def _resolved(catalogue: Catalogue, entry: Entry, anyway: bool) -> tuple[Entry, str]:
    """The entry under the catalogue's title; what it was taken as."""
    try:
        found = find(catalogue, entry.title, entry.author, spelling=not anyway)
    except TitleError as error:
        if anyway:
            genres = ", ".join(parse_genres(entry.genres))
            return replace(entry, genres=genres), f"{entry.title!r} is not in the catalogue."
        hint = error.hint if error.candidates else "Check the spelling, or leave --author away."
        raise TitleError(
            error.message,
            f"{hint} --anyway keeps it as a book outside the catalogue.",
            error.candidates,
        ) from error
    book = found.book
    goodreads = book.book_id if book.book_id.isdigit() else ""
    author = book.authors[0] if book.authors else entry.author
    named = replace(entry, title=book.title, author=author, goodreads_id=goodreads)
    resolved = replace(named, description="", genres="")  # the catalogue's own are better
    return resolved, found.note or f"Taken as {describe(book)}."


def _keys(matcher: Matcher, rows: tuple[HistoryRow, ...] | list[HistoryRow]) -> list[Key]:
    """What makes two rows one book: the catalogue's index, else title and author."""
    found: list[Key] = []
    for row in rows:
        book, _, _ = matcher.match(row)
        title = parse_title(row.title)
        found.append(book.index if book else (title.full, author_key(row.author)))
    return found


def _names(entry: Entry) -> set[str]:
    title = parse_title(entry.title)
    return {title.full, title.core}
