"""Find the book that a typed text means: a title in many forms, a series, a volume, a number.

What is not the obvious reading is said in a note. Typos are allowed; ambiguity is an error that
lists the candidates. So is an author without a title.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bookrec.catalogue.alternate_titles import usual_titles
from bookrec.catalogue.author_lookup import (
    author_error,
    books_by,
    books_by_similar,
    full_name_matches,
)
from bookrec.catalogue.book import Book
from bookrec.catalogue.book import describe as describe
from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.isbns import isbn13
from bookrec.catalogue.named import (
    MAX_CANDIDATES,
    Match,
    chosen,
    dominates,
    fits_volume,
    fitting,
    named,
    written_by,
)
from bookrec.catalogue.near_titles import Near, near_titles
from bookrec.catalogue.series_lookup import NamedSeries, series_like, series_named
from bookrec.catalogue.titles import Title, parse_title, same_series, series_key
from bookrec.catalogue.typed_forms import (
    cleaned,
    run_together,
    typed_volume,
    with_author,
    without_year,
)
from bookrec.errors import AmbiguousTitleError, TitleError

_GOODREADS_PAGE = re.compile(r"goodreads\.com/(?:\w+/)?book/show/(\d+)")
# A book this many times less read than a series' first volume, or than an author's best-read book,
# is not what their name means: a biography, a companion.
_HARDLY_READ = 20
_MARGIN = 4.0  # books within this ratio of the best are candidates too
_WELL_KNOWN = 50_000  # ratings; one word of a title can mean only a well-known book
_SUGGESTIONS = 5


@dataclass(frozen=True)
class Found:
    """The book found. `note` states what was assumed, if anything."""

    book: Book
    note: str = ""


@dataclass(frozen=True)
class _Asked:
    """What was typed: as it is, without quotes and year, and parsed."""

    catalogue: Catalogue
    typed: str
    plain: str
    title: Title
    author: str
    year: int | None

    def taken_as(self, book: Book) -> Found:
        return Found(book, f"{self.typed!r} is taken as {describe(book)}.")


def find(catalogue: Catalogue, typed: str, author: str = "", spelling: bool = True) -> Found:
    """Return the book that a typed title means; `author` may be part of a name.

    Understood too: an ISBN, the address of a book's page on Goodreads, "Dune (1965)", a line of
    `describe`, a title with its author ("Dune - Frank Herbert"), a series ("discworld": its first
    volume), a volume ("Foundation 2"), a title with typos.

    `spelling` False takes titles as they are. It is for imported files, where no one checks the
    result.

    Raises:
        TitleError: there is no such title; similar ones are suggested. Or it is an author.
        AmbiguousTitleError: several books have the title; they are listed.
    """
    if numbered := _by_number(catalogue, typed):
        return Found(numbered, f"{typed!r} is {describe(numbered)}.")
    plain, year = without_year(cleaned(typed) if spelling else typed)
    asked = _Asked(catalogue, typed, plain, parse_title(plain), author, year)
    if not spelling:
        return _imported(asked)
    try:
        return _understood(asked)
    except TitleError as error:
        error.typed = typed
        raise


def edition_by(catalogue: Catalogue, column: str, value: str) -> Book | None:
    """Return the book of the edition whose "goodreads_id" or "isbn" has this value."""
    sql = f"SELECT book FROM editions WHERE {column} = ? AND {column} <> ''"
    rows = catalogue.rows(sql, (value,))
    return catalogue.books(rows[0])[0] if rows else None


def of_author(catalogue: Catalogue, author: str) -> TitleError:
    """Return the error for an author given without a title: it lists the best-read books."""
    books = books_by(catalogue, author) or books_by_similar(catalogue, author)
    if books:
        return author_error(author, books)
    return TitleError(f"No author {author!r} in the catalogue.", "Name a title.")


def _by_number(catalogue: Catalogue, typed: str) -> Book | None:
    if page := _GOODREADS_PAGE.search(typed):
        return edition_by(catalogue, "goodreads_id", page[1])
    isbn = isbn13(typed)
    return edition_by(catalogue, "isbn", isbn) if isbn else None


def _imported(asked: _Asked) -> Found:
    """Find the title of a row, as it is or without its subtitle, or "Title by Author"."""
    catalogue, title, author = asked.catalogue, asked.title, asked.author
    for name in dict.fromkeys((title.full, title.core)):
        if matches := fitting(catalogue, named(catalogue, name), title, author, asked.year):
            return Found(chosen(matches, asked.typed)[0].book)
    if not author and " by " in asked.plain:
        head, _, tail = asked.plain.rpartition(" by ")
        return find(catalogue, head, tail, spelling=False)
    raise TitleError(f"No {asked.typed!r} in the catalogue.")


def _understood(asked: _Asked) -> Found:
    """Try the readings of what was typed, the obvious ones first.

    Raises:
        TitleError: none fits.
    """
    all_named = named(asked.catalogue, asked.title.full)
    matches = fitting(asked.catalogue, all_named, asked.title, asked.author, asked.year)
    same_line = [m for m in matches if describe(m.book) == asked.typed.strip()]
    if matches:
        return _titled(asked, same_line or matches)
    readings: tuple[Callable[[_Asked], Found | None], ...] = (
        _with_author,
        _as_volume,
        _as_series,
        _without_subtitle,
        _run_together,
    )
    for reading in readings:
        if found := reading(asked):
            return found
    if asked.author and all_named:
        raise TitleError(
            f"No {asked.typed!r} by {asked.author!r} in the catalogue.",
            "Type one of these titles, or leave out --author:",
            _lines(m.book for m in sorted(all_named, key=lambda m: m.rank)),
        )
    if not asked.author and (books := books_by(asked.catalogue, asked.plain)):
        raise author_error(asked.typed, books)
    return _nearly(asked)


def _titled(asked: _Asked, matches: list[Match]) -> Found:
    """Choose among the books of the typed title, unless it rather names a series or an author."""
    try:
        match, others = chosen(matches, asked.typed)
    except AmbiguousTitleError:
        series = _series(asked)
        if series and (first := series.first):
            if all(dominates(Match(first, "book"), m) for m in matches if m.book != first):
                return _first_of(asked, series, first)
        raise
    if not asked.title.series and (series := _series(asked)) and (first := series.first):
        book = match.book
        later = book.volume is not None and book.volume > 1 and book in series.in_order
        little = book.ratings_count * _HARDLY_READ <= first.ratings_count
        if match.kind != "book" or little or (later and _more_read(first, book)):
            return _first_of(asked, series, first)
    if not asked.author and (books := books_by(asked.catalogue, asked.plain)):
        if match.book.ratings_count * _HARDLY_READ <= books[0].ratings_count:
            raise author_error(asked.typed, [*books[: MAX_CANDIDATES - 1], match.book])
    if match.kind != "book" or (others and not asked.author):
        return asked.taken_as(match.book)
    return Found(match.book)


def _more_read(first: Book, second: Book) -> bool:
    return first.ratings_count >= second.ratings_count


def _with_author(asked: _Asked) -> Found | None:
    """Find "Dune by Frank Herbert", "Dune - Frank Herbert", "Frank Herbert: Dune"."""
    if asked.author:
        return None
    if " by " in asked.plain:
        head, _, tail = asked.plain.rpartition(" by ")
        if found := _by_this_author(asked, head, tail):
            return found
    return _of_splits(asked, with_author(asked.plain))


def _by_this_author(asked: _Asked, title: str, author: str) -> Found | None:
    """Find a title by an author, if there is such an author at all."""
    catalogue = asked.catalogue
    parsed = parse_title(title)
    exact = fitting(catalogue, named(catalogue, parsed.full), parsed, author, asked.year)
    same_line = [m for m in exact if describe(m.book) == asked.typed.strip()]
    if exact:
        return Found(chosen(same_line or exact, asked.typed)[0].book)
    if not books_by(catalogue, author):
        return None
    found = _understood(_Asked(catalogue, title, title, parsed, author, asked.year))
    return asked.taken_as(found.book)


def _run_together(asked: _Asked) -> Found | None:
    """Find "Dune Frank Herbert", "frank herbert dune"."""
    return None if asked.author else _of_splits(asked, run_together(asked.plain))


def _of_splits(asked: _Asked, splits: Iterable[tuple[str, str]]) -> Found | None:
    """Return the book that one of the splits into title and author names in full."""
    catalogue, found = asked.catalogue, []
    for text, author in splits:
        title = parse_title(text)
        for match in fitting(catalogue, named(catalogue, title.full), title, "", asked.year):
            if any(full_name_matches(author, name) for name in match.book.authors):
                found.append(match)
    return asked.taken_as(chosen(found, asked.typed)[0].book) if found else None


def _series(asked: _Asked) -> NamedSeries | None:
    names = [asked.plain, *usual_titles(asked.title.full)]
    return series_named(asked.catalogue, names, asked.author)


def _as_series(asked: _Asked) -> Found | None:
    """Find the first volume of "discworld"."""
    series = _series(asked)
    return _start(asked, series) if series else None


def _start(asked: _Asked, series: NamedSeries) -> Found:
    if first := series.first:
        return _first_of(asked, series, first)
    raise TitleError(
        f"{asked.typed!r} is a series, and its first volume is not in the catalogue.",
        "Name one of its books:",
        _lines(series.in_order),
    )


def _first_of(asked: _Asked, series: NamedSeries, first: Book) -> Found:
    note = f"{asked.typed!r} is a series; taken as its first volume, {describe(first)}."
    return Found(first, note)


def _as_volume(asked: _Asked) -> Found | None:
    """Find the second volume for "Foundation 2".

    Raises:
        TitleError: the catalogue has the series, but not this volume.
    """
    volume = typed_volume(asked.plain)
    if volume is None:
        return None
    names = [volume.series, *usual_titles(parse_title(volume.series).full)]
    series = series_named(asked.catalogue, names, asked.author)
    if series is None:
        return None
    if book := series.volumes.get(volume.volume):
        said = f"{asked.typed!r} is taken as volume {volume.volume:g} of {series.name}, "
        return Found(book, f"{said}{describe(book)}.")
    if not volume.marked and len(series.volumes) == 1:
        return None  # "Apollo 13" is not a volume of "Apollo"
    raise TitleError(
        f"No volume {volume.volume:g} of {series.name} in the catalogue.",
        "Name one of these:",
        _lines(series.in_order),
    )


def _without_subtitle(asked: _Asked) -> Found | None:
    """Find "Dune" for "Dune: The Desert Planet"."""
    title = asked.title
    if title.core == title.full:
        return None
    known = [m for m in named(asked.catalogue, title.core) if m.exact and m.kind == title.kind]
    matches = fitting(asked.catalogue, known, title, asked.author, asked.year)
    # "Star Wars: Dark Disciple" is not "Star Wars", nor another volume of that series
    own = [m for m in matches if not _names_series(m.book, title.core)]
    return asked.taken_as(chosen(own, asked.typed)[0].book) if own else None


def _names_series(book: Book, core: str) -> bool:
    return book.series is not None and same_series(series_key(core), series_key(book.series))


def _nearly(asked: _Asked) -> Found:
    """Find a title or series with typos, or part of a title.

    Raises:
        TitleError: nothing is near enough; what is near is suggested.
    """
    catalogue, author = asked.catalogue, asked.author
    near = [
        n
        for n in near_titles(catalogue, asked.title.full)
        if written_by(catalogue, n.match.book, author)
    ]
    best = _best(asked, near)
    series = series_like(catalogue, asked.plain, author)
    if series and (first := series.first):
        if best is None or best.kind != "book" or _more_read(first, best.book):
            return _first_of(asked, series, first)
    books = [] if author else books_by_similar(catalogue, asked.plain)
    if books and (best is None or best.book.ratings_count * _HARDLY_READ < books[0].ratings_count):
        raise author_error(asked.typed, books)
    if best is not None:
        return asked.taken_as(best.book)
    by = f" by {author!r}" if author else ""
    lines = _lines((n.match.book for n in near if n.suggested), _SUGGESTIONS)
    if not lines and author:
        lines = _lines(books_by(catalogue, author), _SUGGESTIONS)
    raise TitleError(
        f"No {asked.typed!r}{by} in the catalogue.",
        "Did you mean one of these?"
        if lines
        else "For a book outside the catalogue, give --description and --genres.",
        lines,
    )


def _best(asked: _Asked, near: list[Near]) -> Match | None:
    """Return the book that is meant in spite of typos or missing words, None if it is unclear.

    Raises:
        AmbiguousTitleError: several are equally near.
    """
    near = [n for n in near if fits_volume(n.match.book, asked.title)]
    misspelt = [n for n in near if n.misspelt]
    if misspelt:
        top = max(n.ratio for n in misspelt)
        close = [n.match for n in misspelt if n.ratio >= top - _MARGIN]
        return chosen(close, asked.typed)[0]
    parts = sorted((n.match for n in near if n.part), key=lambda m: m.rank)
    if not parts or (len(parts) > 1 and not dominates(parts[0], parts[1])):
        return None
    one_word = " " not in asked.title.full
    return parts[0] if not one_word or parts[0].book.ratings_count >= _WELL_KNOWN else None


def _lines(books: Iterable[Book], limit: int = MAX_CANDIDATES) -> tuple[str, ...]:
    """Return lines that describe the books, each once."""
    return tuple(dict.fromkeys(map(describe, books)))[:limit]
