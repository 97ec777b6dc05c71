"""A reader's history → books of the catalogue with stars, and a report on what was not found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from bookrec.data.catalogue import ONLY_A_TITLE, Book, Catalogue
from bookrec.data.clean import clean_description
from bookrec.data.histories import MILD_DISLIKE, MILD_LIKING, HistoryRow
from bookrec.data.lookup import describe, find
from bookrec.data.people import author_key, author_matches
from bookrec.data.spelling import Authors
from bookrec.data.titles import parse_title
from bookrec.errors import AmbiguousTitleError, TitleError, UsageError

OUTSIDE = -1  # the index of a book that is not in the catalogue
Key = int | tuple[str, float | None, str]


@dataclass(frozen=True)
class Seen:
    """A book of the reader's. `stars` as given, None without; `loved`: named without stars, which
    counts as the most there is; `lean`: what a book read without stars counts for, in stars from
    the reader's mean; `taste` False: only not to be recommended again; `own_text`: outside the
    catalogue, and told enough about to be compared."""

    book: Book
    stars: float | None
    lean: float = 0.0
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
    the catalogue does not hold (index `OUTSIDE`); `unmatched`: the rows that found none;
    `by_title`: how many were found by a title that only ratings know; `wishes`: how many are on a
    list to be read."""

    seen: tuple[Seen, ...]
    outside: tuple[Seen, ...] = ()
    unmatched: tuple[Unmatched, ...] = ()
    notes: tuple[str, ...] = ()
    by_title: int = 0
    wishes: int = 0
    rows: int = 0

    def __add__(self, other: Reading) -> Reading:
        """Both; of a book in both the first one's opinion stands, see `fold`."""
        return Reading(
            fold((*self.seen, *other.seen)),
            fold((*self.outside, *other.outside)),
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
    if book.index != OUTSIDE:
        return book.index
    author = author_key(book.authors[0]) if book.authors else ""
    return parse_title(book.title).full, book.volume, author


def fold(opinions: Iterable[Seen]) -> tuple[Seen, ...]:
    """One opinion a book: the first that has stars, else the first of taste, else the first.

    What is told of a book outside the catalogue is kept, whichever row tells it.
    """
    found: dict[Key, Seen] = {}
    for s in opinions:
        key = work_key(s.book)
        known = found.get(key, s)
        best, other = (s, known) if _says(s) > _says(known) else (known, s)
        told = other.own_text and not best.own_text
        found[key] = replace(best, book=other.book, own_text=True) if told else best
    return tuple(found.values())


def _says(seen: Seen) -> int:
    return 2 if seen.loved or seen.stars is not None else int(seen.taste)


def seeds(catalogue: Catalogue, titles: Sequence[tuple[str, float | None]], author: str) -> Reading:
    """The books a reader names on the command line.

    Raises:
        TitleError: one of them is not there, or could be several.
        UsageError: an author for several titles.
    """
    if author and len(titles) > 1:
        raise UsageError(
            "--author goes with one title.", 'Of several, say it in each: "Dune by Frank Herbert".'
        )
    seen, notes = [], []
    for typed, stars in titles:
        found = find(catalogue, typed, author)
        seen.append(Seen(found.book, stars, loved=stars is None))
        notes += [found.note] if found.note else []
    return Reading(fold(seen), notes=tuple(notes))


def left_out(catalogue: Catalogue, titles: Sequence[str]) -> Reading:
    """Books that are not to be recommended and say nothing of taste.

    Raises:
        TitleError: one of them is not there, or could be several.
    """
    found = [find(catalogue, typed) for typed in titles]
    notes = tuple(f.note for f in found if f.note)
    return Reading(tuple(Seen(f.book, None, taste=False) for f in found), notes=notes)


def outsider(
    title: str, author: str = "", description: str = "", genres: Sequence[str] = ()
) -> Book:
    """A book that is not in the catalogue, as far as a reader can tell of it."""
    parsed = parse_title(title)
    series = parsed.series[0] if parsed.series else None
    return Book(
        index=OUTSIDE,
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


Match = tuple[Book | None, str, tuple[str, ...]]


@dataclass
class Matcher:
    """Finds the book of a history's row. What it reads of the catalogue, it reads once."""

    catalogue: Catalogue
    _authors: Authors | None = field(default=None, init=False)
    _known: dict[HistoryRow, Match] = field(default_factory=dict, init=False)

    def match(self, row: HistoryRow) -> Match:
        """(book, "", ()), or (None, "ambiguous" or "unknown", candidates)."""
        if row not in self._known:
            self._known[row] = self._match(row)
        return self._known[row]

    def _match(self, row: HistoryRow) -> Match:
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
            f"WHERE n.full = ? AND {ONLY_A_TITLE}",
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
    matcher: Matcher, rows: Sequence[HistoryRow], newest_first: bool = False
) -> Reading:
    """Match rows by Goodreads id, then ISBN, then title and author. No row is lost in silence.

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
            stranger = outsider(row.title, row.author, row.description, row.genres)
            said = opinion_of(stranger, row)
            if said is not None and said.taste:
                outside.append(replace(said, own_text=bool(row.description)))
            continue
        by_title += not book.authors
        wishes += row.use == "wish"
        if (said := opinion_of(book, row)) is not None:
            seen.append(said)
    step = 1 if newest_first else -1
    known, strange = (fold(some[::step])[::step] for some in (seen, outside))
    missed, total = tuple(unmatched), len(rows)
    return Reading(known, strange, missed, by_title=by_title, wishes=wishes, rows=total)


def opinion_of(book: Book, row: HistoryRow) -> Seen | None:
    """How a row counts; None for a wish, which may be recommended and says nothing of taste."""
    if row.use == "rating":
        return Seen(book, row.stars)
    if row.use == "mild":
        return Seen(book, None, MILD_LIKING)
    if row.use == "dislike-mild":
        return Seen(book, None, MILD_DISLIKE)
    return Seen(book, None, taste=False) if row.use == "seen" else None


def same_title_elsewhere(catalogue: Catalogue, reading: Reading) -> set[int]:
    """The books seen, and their other editions, should the catalogue hold one twice."""
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
