"""What a reader has read, as books of the catalogue: the input of every prediction.

A history file is parsed into rows (`HistoryFile`). The rows are matched to the catalogue, which
gives items (`Reading`). `prediction.taste` turns the items into residuals. The profile is a history
file too, and seeds become items directly.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bookrec.catalogue.book import Book
from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.genres import genre_name
from bookrec.catalogue.people import author_key
from bookrec.catalogue.titles import parse_title
from bookrec.histories.rows import MILD_DISLIKE, MILD_LIKING, HistoryRow
from bookrec.text import clean_description

UNCATALOGUED = -1  # the index of a book outside the catalogue
# The catalogue's index, or the normal title, volume and author of a book outside the catalogue.
WorkKey = int | tuple[str, float | None, str]


@dataclass(frozen=True)
class HistoryItem:
    """A book that a reader has read, with the evidence it gives of their taste.

    `stars` is the rating as given, None if unrated. `loved` marks a title named without stars; it
    counts as 5. `implicit_offset` is for the other unrated books: their assumed rating, in stars
    relative to what the reader usually gives. `counts` is False for a book that is only excluded
    from the list. `has_text` is True for a book outside the catalogue with a description to encode.
    """

    book: Book
    stars: float | None
    implicit_offset: float = 0.0
    counts: bool = True
    loved: bool = False
    has_text: bool = False


@dataclass(frozen=True)
class Unmatched:
    """A row without a book of the catalogue.

    `why` is "unknown", "ambiguous" or the row's problem. `candidates` lists the books that an
    ambiguous row may refer to.
    """

    line: int
    title: str
    author: str
    stars: float | None
    why: str
    candidates: str = ""


@dataclass(frozen=True)
class Reading:
    """What a reader has read.

    `items` are books of the catalogue. `outside` are the items outside it (index `UNCATALOGUED`);
    all of them count. `unmatched` lists every row without a book of the catalogue. `notes` are
    messages for the user. `rows`, `by_title` and `wanted` are the numbers of rows in a file, of
    rows matched by title alone, and of matched books not read yet; `translated` is the number of
    rows matched under another title.
    """

    items: tuple[HistoryItem, ...]
    outside: tuple[HistoryItem, ...] = ()
    unmatched: tuple[Unmatched, ...] = ()
    notes: tuple[str, ...] = ()
    by_title: int = 0
    wanted: int = 0
    rows: int = 0
    translated: int = 0

    def __add__(self, other: Reading) -> Reading:
        """Combine two readings. If a book is in both, `self` has priority (see `one_per_book`)."""
        return Reading(
            one_per_book((*self.items, *other.items)),
            one_per_book((*self.outside, *other.outside)),
            self.unmatched + other.unmatched,
            self.notes + other.notes,
        )

    @property
    def report(self) -> str:
        """How the rows matched: "58 of 60 books found, 1 ambiguous, 1 not in the catalogue." """
        ambiguous = sum(u.why == "ambiguous" for u in self.unmatched)
        unknown = sum(u.why == "unknown" for u in self.unmatched)
        unusable = len(self.unmatched) - ambiguous - unknown
        how = [f"{self.by_title} by title alone"] if self.by_title else []
        how += [f"{self.translated} as translations"] if self.translated else []
        by_title = f" ({', '.join(how)})" if how else ""
        parts = [f"{self.rows - len(self.unmatched)} of {self.rows} books found{by_title}"]
        parts += [f"{self.wanted} of them not read yet"] if self.wanted else []
        parts += [f"{ambiguous} ambiguous"] if ambiguous else []
        parts += [f"{unknown} not in the catalogue"] if unknown else []
        parts += [f"{unusable} rows unusable"] if unusable else []
        return ", ".join(parts) + "."


def work_key(book: Book) -> WorkKey:
    """Return a key that is equal for two books if they are the same work."""
    if book.index != UNCATALOGUED:
        return book.index
    author = author_key(book.authors[0]) if book.authors else ""
    return parse_title(book.title).full, book.volume, author


def one_per_book(items: Iterable[HistoryItem]) -> tuple[HistoryItem, ...]:
    """Keep one item per book: the first with stars, else the first that counts, else the first.

    The text of a book outside the catalogue is kept, whichever of its items has it.
    """
    found: dict[WorkKey, HistoryItem] = {}
    for item in items:
        key = work_key(item.book)
        known = found.get(key, item)
        best, other = (item, known) if _strength(item) > _strength(known) else (known, item)
        lends_text = other.has_text and not best.has_text
        found[key] = replace(best, book=other.book, has_text=True) if lends_text else best
    return tuple(found.values())


def _strength(item: HistoryItem) -> int:
    return 2 if item.loved or item.stars is not None else int(item.counts)


def uncatalogued_book(
    title: str, author: str = "", description: str = "", genres: Sequence[str] = ()
) -> Book:
    """Create a book outside the catalogue from what the reader's file says about it."""
    parsed = parse_title(title)
    series = parsed.series[0] if parsed.series else None
    return Book(
        index=UNCATALOGUED,
        book_id="",
        title=parsed.shown,
        authors=(author,) if author else (),
        series=series.name if series else None,
        volume=series.volume if series else None,
        year=None,
        language="",
        pages=None,
        genres=tuple(dict.fromkeys(filter(None, map(genre_name, genres)))),
        description=clean_description(description),
        mean_rating=None,
        ratings_count=0,
        described=bool(description.strip()),
    )


def item_from_row(book: Book, row: HistoryRow) -> HistoryItem | None:
    """Create the item of a matched row; None if the reader has not read the book yet."""
    if row.use == "rated":
        return HistoryItem(book, row.stars)
    if row.use == "read":
        return HistoryItem(book, None, MILD_LIKING)
    if row.use == "abandoned":
        return HistoryItem(book, None, MILD_DISLIKE)
    return HistoryItem(book, None, counts=False) if row.use == "reading" else None


def already_read(catalogue: Catalogue, reading: Reading) -> set[int]:
    """Return the indices of the books that would repeat what was read.

    These are the books read, see `Catalogue.repeats_of`, and for a book outside the catalogue those
    of the same author that have its title, with or without subtitle.
    """
    found = {item.book.index for item in reading.items}
    for item in reading.outside:
        title = parse_title(item.book.title)
        rows = catalogue.rows(
            "SELECT n.book, b.authors FROM names n JOIN books b ON b.book = n.book "
            "WHERE n.full IN (?, ?)",
            (title.full, title.core),
        )
        own = set(map(author_key, item.book.authors))
        found |= {
            int(book)
            for book, authors in rows
            if not own or own & set(map(author_key, json.loads(authors)))
        }
    return catalogue.repeats_of(found)
