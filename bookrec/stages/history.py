"""The reader's own history: import a file into it, add a book, take one out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.genres import parse_genres
from bookrec.catalogue.lookup import describe, find
from bookrec.catalogue.people import author_key, author_matches
from bookrec.catalogue.titles import parse_title
from bookrec.errors import AmbiguousTitleError, TitleError
from bookrec.histories import profile
from bookrec.histories.profile import Entry
from bookrec.histories.reading import Key, Unmatched, uncatalogued_book, work_key
from bookrec.histories.row_matching import RowMatcher, match_history
from bookrec.histories.rows import read_history
from bookrec.workspace.folder import Workspace

Name = tuple[str, str, float | None]  # normal title, key of the author, volume


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
    usable = [Entry.of(row) for row in parsed.rows if row.use != "none"]
    with Catalogue(library.need("catalogue.sqlite")) as catalogue, profile.changing(home):
        matcher = RowMatcher(catalogue)
        matched = match_history(matcher, parsed.rows, parsed.newest_first)
        books = _EntriesByBook(matcher, [] if afresh else profile.load(home))
        changes = books.put(usable[::-1] if parsed.newest_first else usable)
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
        books = _EntriesByBook(RowMatcher(catalogue), profile.load(home))
        ((before, now),) = books.put([entry], Entry.with_opinion)
        profile.save(home, books.entries)
    return AddResult(now, before, note, len(books.entries))


def remove(home: Workspace, title: str, author: str = "") -> tuple[Entry, ...]:
    """Take one book out of the history: all the rows that name it alike.

    Raises:
        TitleError: it is not there, or there are several.
    """
    with profile.changing(home):
        entries = profile.load(home)
        typed = parse_title(title)
        found = (
            [e for e in entries if typed.full == _name(e)[0]]
            or [e for e in entries if typed.full in _names(e)]
            or [e for e in entries if typed.core in _names(e)]
        )
        if author:
            found = [e for e in found if author_matches(author, e.author)]
        if not found:
            raise TitleError(f"No {title!r} in your history.", "See `bookrec history list`.")
        if not _one_book(found):
            found = [e for e in found if e.title == title] or found
        if not _one_book(found):
            lines = tuple(f"{e.title} by {e.author}" if e.author else e.title for e in found)
            raise AmbiguousTitleError(
                f"{title!r} could be one of {len(found)}.",
                "Type one of these titles in full, or say --author:",
                lines,
            )
        profile.save(home, [e for e in entries if e not in found])
    return tuple(found)


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


class _EntriesByBook:
    """The rows of a history by the book they are about.

    Which rows are one book is for a catalogue to say, and another may say otherwise. So rows of one
    book stay rows unless they name it alike, the newest stars last: on reading, those count
    (`match_history`). A row that nothing new is said of stays as it is.
    """

    def __init__(self, matcher: RowMatcher, entries: Sequence[Entry]) -> None:
        self._matcher = matcher
        self._books: dict[Key, dict[Name, Entry]] = defaultdict(dict)
        self.put(entries)

    @property
    def entries(self) -> list[Entry]:
        """All rows, those of one book together."""
        return [entry for rows in self._books.values() for entry in rows.values()]

    def put(
        self,
        entries: Sequence[Entry],
        fold: Callable[[Entry, Entry], Entry] = Entry.fold,
    ) -> list[tuple[Entry | None, Entry]]:
        """Take opinions in, the newest last: each row that was spoken of, as it was and is."""
        of_book: dict[Key, list[Entry]] = defaultdict(list)
        for row, entry in zip(profile.as_rows(entries), entries, strict=True):
            book = self._matcher.match(row)[0] or uncatalogued_book(row.title, row.author)
            of_book[work_key(book)].append(entry)
        before: dict[tuple[Key, Name], Entry | None] = {}
        for key, some in of_book.items():
            rows = self._books[key]
            taken = {_name(entry) for entry in some}
            for entry in some:
                name = _row_for(_name(entry), rows, taken)
                old = rows.get(name)
                if entry.rating is not None or (old and old.rating is None):
                    rows.pop(name, None)  # to stand last
                rows[name] = fold(old, entry) if old else entry
                before.setdefault((key, name), old)
        return [(old, self._books[key][name]) for (key, name), old in before.items()]


def _row_for(name: Name, rows: Mapping[Name, Entry], taken: set[Name]) -> Name:
    """The row of a book that an opinion belongs to: the one of its name, else one that is not
    `taken` by another opinion's (which this one then does), else a new one."""
    if name in rows:
        return name
    free = [other for other in rows if other not in taken]
    alike = [other for other in free if _alike(other, name)]
    alone = [other for other in free if not any(_alike(other, one) for one in taken)]
    found = (alike or alone or [name])[-1]
    taken.add(found)
    return found


def _name(entry: Entry) -> Name:
    title = parse_title(entry.title)
    volumes = [s.volume for s in title.series if s.volume is not None]
    return title.full, author_key(entry.author), volumes[0] if volumes else None


def _alike(one: Name, other: Name) -> bool:
    """The same title and author, and no two volumes."""
    return one[:2] == other[:2] and (one[2] == other[2] or None in (one[2], other[2]))


def _one_book(entries: Sequence[Entry]) -> bool:
    return all(_alike(_name(a), _name(b)) for a, b in combinations(entries, 2))


def _names(entry: Entry) -> set[str]:
    title = parse_title(entry.title)
    return {title.full, title.core}
