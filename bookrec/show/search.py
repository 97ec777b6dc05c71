"""The books that `search` finds, and the genres and languages there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bookrec.show.books import title_in_series
from bookrec.show.formats import ALL_COLUMNS, Columns, Format
from bookrec.show.screen import Screen

if TYPE_CHECKING:
    from bookrec.show.tables import Column
    from bookrec.stages.search import FoundBook, SearchResult

_AUTHORS = 2  # of a book in the table
_MOST = 1000  # what --limit allows


def found(
    screen: Screen, format: Format, result: SearchResult, columns: Columns = ALL_COLUMNS
) -> None:
    """Show the books, and on stderr the notes and how many more there are."""
    for note in result.notes:
        screen.say(note)
    if format is Format.TABLE and not columns.fields:
        screen.table(*_table(result.books))
    else:
        screen.records([book.as_dict() for book in result.books], format, columns)
    if result.total > len(result.books):
        longest = min(result.total, _MOST)
        screen.say(f"{len(result.books):,} of {result.total:,} books. -n {longest} lists more.")


def counted(
    screen: Screen,
    format: Format,
    what: str,
    counts: Sequence[tuple[str, int]],
    columns: Columns = ALL_COLUMNS,
) -> None:
    """Show the "genres" or "languages" and their numbers of books."""
    noun = what.removesuffix("s")
    if format is Format.TABLE and not columns.fields:
        screen.table([(noun, "left"), ("books", "right")], [[name, f"{n:,}"] for name, n in counts])
    else:
        screen.records([{noun: name, "books": n} for name, n in counts], format, columns)


def _table(books: Sequence[FoundBook]) -> tuple[list[Column], list[list[str]]]:
    """Return columns and rows; the last column only if there is something to say in it."""
    columns: list[Column] = [
        ("title", "left"),
        ("author", "left"),
        ("year", "right"),
        ("mean", "right"),
        ("ratings", "right"),
        ("", "left"),
    ]
    rows = [_cells(found) for found in books]
    if not any(row[-1] for row in rows):
        return columns[:-1], [row[:-1] for row in rows]
    return columns, rows


def _cells(found: FoundBook) -> list[str]:
    b = found.book
    remarks = [] if found.kind == "book" else [found.kind]
    remarks += [] if b.described else ["no description"]
    return [
        title_in_series(b),
        ", ".join([*b.authors[:_AUTHORS], *(["…"] if b.authors[_AUTHORS:] else [])]),
        str(b.year or ""),
        "–" if b.mean_rating is None else f"{b.mean_rating:.2f}",
        f"{b.ratings_count:,}" if b.ratings_count else "–",
        ", ".join(remarks),
    ]
