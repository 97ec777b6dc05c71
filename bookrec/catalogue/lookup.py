"""Find the book that a typed title means. Typos are allowed; ambiguity is an error.

The author is a filter and never raises a title's score, so a right author cannot make up for a
wrong title. The error for an ambiguous title lists the candidates.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

from bookrec.catalogue.book import Book
from bookrec.catalogue.database import TITLE_ONLY, Catalogue
from bookrec.catalogue.people import author_matches, last_name, parse_authors
from bookrec.catalogue.titles import Title, normal, parse_title, same_series
from bookrec.errors import AmbiguousTitleError, TitleError

# A title of several books means the most rated if it has this many times the ratings of the next.
TYPED_DOMINANCE = 5.0
_TYPED_RATIO = 85.0  # rapidfuzz ratio; a typed title this close to a known one is a typo
_MARGIN = 4.0  # books within this ratio of the best are candidates too
_TRANSLITERATED_RATIO = 75.0  # rapidfuzz ratio of last names: Оруэлл → Oruell → Orwell
_MAX_CANDIDATES = 8


@dataclass(frozen=True)
class Found:
    """The book found. `note` states what was assumed, if anything."""

    book: Book
    note: str = ""


def find(catalogue: Catalogue, typed: str, author: str = "", spelling: bool = True) -> Found:
    """Return the book that a typed title means; `author` may be part of a name.

    `spelling` False allows no typos. It is for imported files, where no one checks the result.

    Raises:
        TitleError: there is no such title; similar ones are suggested.
        AmbiguousTitleError: several books have the title; they are listed.
    """
    title = parse_title(typed)
    for search in (_by_full, _by_core):
        books = search(catalogue, title)
        chosen = _by_volume([b for b in books if _written_by(catalogue, b, author)], title)
        if chosen:
            return _dominant(chosen, typed, author)
        if books and author:
            raise TitleError(
                f"No {typed!r} by {author!r} in the catalogue.",
                "Type one of these titles, or leave out --author:",
                tuple(map(describe, _ranked(books)[:_MAX_CANDIDATES])),
            )
    if not author and " by " in typed:
        head, _, tail = typed.rpartition(" by ")
        try:
            return find(catalogue, head, tail, spelling)
        except TitleError as error:
            if error.candidates and spelling and not _nearest(catalogue, title.full):
                raise
    if not spelling:
        raise TitleError(f"No {typed!r} in the catalogue.")
    return _by_spelling(catalogue, typed, title, author)


def describe(book: Book) -> str:
    """Return "Title (Series, #2) by Author (1965)", for lists of candidates."""
    volume = f" ({book.series}, #{book.volume:g})" if book.volume is not None else ""
    by = f" by {book.author}" if book.authors else ""
    year = f" ({book.year})" if book.year else ""
    return f"{book.title}{volume}{by}{year}"


def _by_full(catalogue: Catalogue, title: Title) -> list[Book]:
    return _named(catalogue, "full = ?", title.full)


def _by_core(catalogue: Catalogue, title: Title) -> list[Book]:
    """Books that match once the subtitle is dropped from the book or from the typed title."""
    return _named(catalogue, "core = ?", title.full) or _named(catalogue, "full = ?", title.core)


def _named(catalogue: Catalogue, condition: str, name: str) -> list[Book]:
    rows = catalogue.rows(
        f"SELECT DISTINCT n.book FROM names n JOIN books b ON b.book = n.book WHERE n.{condition} "
        f"AND NOT {TITLE_ONLY}",
        (name,),
    )
    return catalogue.books(r[0] for r in rows)


def _by_volume(books: list[Book], title: Title) -> list[Book]:
    """Drop books whose volume differs from the one in the typed title."""
    wanted = [s for s in title.series if s.volume is not None]
    if not wanted:
        return books
    return [
        b
        for b in books
        if b.series is None
        or b.volume is None
        or not any(same_series(normal(b.series), s.key) and b.volume != s.volume for s in wanted)
    ]


def _written_by(catalogue: Catalogue, book: Book, author: str) -> bool:
    if not author.strip():
        return True
    if any(author_matches(author, a) for a in book.authors):
        return True
    several = parse_authors(author)
    if len(several) > 1:  # "Herbert, Frank", or co-authors
        return any(_written_by(catalogue, book, one) for one in several)
    if not author.isascii() and not re.search(r"[a-zA-Z]", author):
        return any(_transliterated(author, a) for a in book.authors)
    rows = catalogue.rows("SELECT authors FROM editions WHERE book = ?", (book.index,))
    names = {*book.authors, *(name for r in rows for name in json.loads(r[0]))}
    if any(author_matches(author, name) for name in names):
        return True
    last = last_name(author)
    return len(last) > 4 and any(fuzz.ratio(last, last_name(name)) >= 85 for name in names)


def _transliterated(typed: str, author: str) -> bool:
    """Whether a name in another script is close to this author's last name."""
    from anyascii import anyascii

    words = normal(anyascii(typed)).split()
    last = normal(anyascii(last_name(author)))
    return bool(words) and fuzz.ratio(words[-1], last) >= _TRANSLITERATED_RATIO


def _ranked(books: Iterable[Book]) -> list[Book]:
    return sorted(books, key=lambda b: (not b.described, -b.ratings_count, b.index))


def _dominant(books: list[Book], typed: str, author: str) -> Found:
    """Return the best-ranked book if it dominates. Raises AmbiguousTitleError if not."""
    ranked = _ranked(books)
    first, others = ranked[0], ranked[1:]
    # a book without a description is a weaker basis for recommendations, so it is no rival
    rivals = [b for b in others if b.described or not first.described]
    if not rivals or first.ratings_count >= TYPED_DOMINANCE * max(1, rivals[0].ratings_count):
        note = f"{typed!r} is taken as {describe(first)}." if rivals and not author else ""
        return Found(first, note)
    raise AmbiguousTitleError(
        f"{typed!r} could be one of {len(ranked)} books.",
        "Name the author with --author, or type the full title:",
        tuple(map(describe, ranked[:_MAX_CANDIDATES])),
    )


def _by_spelling(catalogue: Catalogue, typed: str, title: Title, author: str) -> Found:
    near = _nearest(catalogue, title.full)
    near = [(score, b) for score, b in near if _written_by(catalogue, b, author)]
    close = [(score, b) for score, b in near if score >= _TYPED_RATIO and _by_volume([b], title)]
    best = [b for score, b in close if score >= close[0][0] - _MARGIN] if close else []
    if best and len(title.full) >= 4:
        found = _dominant(best, typed, author)
        return Found(found.book, f"{typed!r} is taken as {describe(found.book)}.")
    raise TitleError(
        f"No {typed!r}{f' by {author!r}' if author else ''} in the catalogue.",
        "Did you mean one of these?"
        if near
        else "For a book outside the catalogue, give --description and --genres.",
        tuple(describe(b) for _, b in near[:5]),
    )


def _nearest(catalogue: Catalogue, full: str) -> list[tuple[float, Book]]:
    """Described books with similar titles, best first: trigrams select, rapidfuzz ranks."""
    grams = {full[i : i + 3] for i in range(len(full) - 2)}
    if not grams:
        return []
    query = " OR ".join('"' + g.replace('"', "") + '"' for g in sorted(grams))
    rows = catalogue.rows(
        "SELECT n.book, n.full FROM spelling s JOIN names n ON n.rowid = s.rowid JOIN books b "
        "ON b.book = n.book WHERE spelling MATCH ? AND b.described ORDER BY rank LIMIT 300",
        (query,),
    )
    scores: dict[int, float] = {}
    for book, name in rows:
        scores[book] = max(scores.get(book, 0.0), fuzz.ratio(full, name))
    best = sorted(scores, key=lambda b: (-scores[b], b))[:20]
    ranked = [(scores[b.index], b) for b in catalogue.books(best) if scores[b.index] >= 55]
    return sorted(ranked, key=lambda pair: (-pair[0], -pair[1].ratings_count))
