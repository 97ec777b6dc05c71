"""What a reader has read: books with stars, and a report on the rows that found no book."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bookrec.catalogue.book import Book
from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.people import author_key
from bookrec.catalogue.titles import parse_title
from bookrec.histories.rows import MILD_DISLIKE, MILD_LIKING, HistoryRow
from bookrec.text import clean_description

UNCATALOGUED = -1  # the index of a book that is not in the catalogue
Key = int | tuple[str, float | None, str]


@dataclass(frozen=True)
class HistoryItem:
    """A book of the reader's. `stars` as given, None without; `loved`: named without stars, which
    counts as the most there is; `lean`: what a book read without stars counts for, in stars from
    the reader's mean; `taste` False: only not to be recommended again; `own_text`: outside the
    catalogue, and told enough about to be compared."""

    book: Book
    stars: float | None
    implicit_offset: float = 0.0
    taste: bool = True
    loved: bool = False
    own_text: bool = False


@dataclass(frozen=True)
class Unmatched:
    """A row that found no book: `why` is "unknown", "ambiguous" or what is wrong with it;
    `candidates` are the books an ambiguous one could be."""

    line: int
    title: str
    author: str
    stars: float | None
    why: str
    candidates: str = ""


@dataclass(frozen=True)
class Reading:
    """What a reader has read. `seen`: books of the catalogue; `outside`: books with an opinion that
    the catalogue does not hold (index `UNCATALOGUED`); `unmatched`: the rows that found none;
    `by_title`: how many were found by a title that only ratings know; `wishes`: how many are on a
    list to be read."""

    seen: tuple[HistoryItem, ...]
    outside: tuple[HistoryItem, ...] = ()
    unmatched: tuple[Unmatched, ...] = ()
    notes: tuple[str, ...] = ()
    by_title: int = 0
    wishes: int = 0
    rows: int = 0

    def __add__(self, other: Reading) -> Reading:
        """Both; of a book in both the first one's opinion stands, see `one_per_book`."""
        return Reading(
            one_per_book((*self.seen, *other.seen)),
            one_per_book((*self.outside, *other.outside)),
            self.unmatched + other.unmatched,
            self.notes + other.notes,
        )

    @property
    def report(self) -> str:
        """ "58 of 60 books found (2 by title alone), 1 ambiguous, 1 not in the catalogue." """
        ambiguous = sum(u.why == "ambiguous" for u in self.unmatched)
        unknown = sum(u.why == "unknown" for u in self.unmatched)
        unusable = len(self.unmatched) - ambiguous - unknown
        by_title = f" ({self.by_title} by title alone)" if self.by_title else ""
        parts = [f"{self.rows - len(self.unmatched)} of {self.rows} books found{by_title}"]
        parts += [f"{self.wishes} of them still to be read"] if self.wishes else []
        parts += [f"{ambiguous} ambiguous"] if ambiguous else []
        parts += [f"{unknown} not in the catalogue"] if unknown else []
        parts += [f"{unusable} rows unusable"] if unusable else []
        return ", ".join(parts) + "."


def work_key(book: Book) -> Key:
    """What makes two books one: the catalogue's index; outside it title, volume and author."""
    if book.index != UNCATALOGUED:
        return book.index
    author = author_key(book.authors[0]) if book.authors else ""
    return parse_title(book.title).full, book.volume, author


def one_per_book(opinions: Iterable[HistoryItem]) -> tuple[HistoryItem, ...]:
    """One opinion a book: the first that has stars, else the first of taste, else the first.

    What is told of a book outside the catalogue is kept, whichever row tells it.
    """
    found: dict[Key, HistoryItem] = {}
    for s in opinions:
        key = work_key(s.book)
        known = found.get(key, s)
        best, other = (s, known) if _strength(s) > _strength(known) else (known, s)
        told = other.own_text and not best.own_text
        found[key] = replace(best, book=other.book, own_text=True) if told else best
    return tuple(found.values())


def _strength(seen: HistoryItem) -> int:
    return 2 if seen.loved or seen.stars is not None else int(seen.taste)


def uncatalogued_book(
    title: str, author: str = "", description: str = "", genres: Sequence[str] = ()
) -> Book:
    """A book that is not in the catalogue, as far as a reader can tell of it."""
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
        genres=tuple(genres),
        description=clean_description(description),
        mean_rating=None,
        ratings_count=0,
        described=bool(description.strip()),
    )


def item_of(book: Book, row: HistoryRow) -> HistoryItem | None:
    """How a row counts; None for a wish, which may be recommended and says nothing of taste."""
    if row.use == "rating":
        return HistoryItem(book, row.stars)
    if row.use == "mild":
        return HistoryItem(book, None, MILD_LIKING)
    if row.use == "dislike-mild":
        return HistoryItem(book, None, MILD_DISLIKE)
    return HistoryItem(book, None, taste=False) if row.use == "seen" else None


def already_read(catalogue: Catalogue, reading: Reading) -> set[int]:
    """Return the indices of the books read and of their other printings in the catalogue.

    A printing has an author in common with the book read, if that has any, and its full title is
    a title of that book, with or without subtitle. `catalogue.printings` applies almost the same
    rule to all books.
    """
    found: set[int] = set()
    for s in (*reading.seen, *reading.outside):
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
