"""Readings of a typed text as a series, or as a volume of one."""

from __future__ import annotations

from dataclasses import replace

from bookrec.catalogue.alternate_titles import usual_titles
from bookrec.catalogue.book import Book, describe, lines
from bookrec.catalogue.titles import Title, parse_title
from bookrec.errors import TitleError
from bookrec.finder.asked import Asked, Found
from bookrec.finder.named import Match, dominates, fitting, named
from bookrec.finder.series_lookup import NamedSeries, series_named
from bookrec.finder.typed_forms import typed_volume

# A book this many times less read than a series' first volume is not what its name means.
_HARDLY_READ = 20
_VOLUMES = 3  # a book without a volume, titled like a series of so many, is a collection of them


def less_read(first: Book, match: Match) -> bool:
    """Whether a series' first volume rather is meant than a book with the series' name."""
    return match.kind != "book" or dominates(Match(first, "book"), match)


def means_series(match: Match, series: NamedSeries, first: Book) -> bool:
    """Whether a series is meant by its name, though a book has the name too.

    The book is a set or guide, hardly read, a later volume ("The Dark Tower"), or a collection.
    """
    book = match.book
    same_author = bool({*book.authors} & {*first.authors})
    later = book.volume is not None and book.volume > 1 and book in series.in_order
    collection = book.volume is None and same_author and len(series.volumes) >= _VOLUMES
    return (
        match.kind != "book"
        or book.ratings_count * _HARDLY_READ <= first.ratings_count
        or ((later or collection) and more_read(first, book))
    )


def more_read(first: Book, second: Book) -> bool:
    """Whether the first book has at least as many ratings as the second."""
    return first.ratings_count >= second.ratings_count


def series_of(asked: Asked) -> NamedSeries | None:
    """Return the series whose name was typed."""
    names = [asked.plain, *usual_titles(asked.title.full)]
    series = series_named(asked.catalogue, names, asked.author)
    one = _numbered_one(asked)
    if one is None or (series and series.first and more_read(series.first, one)):
        return series
    if series is None:
        return NamedSeries(asked.plain, {1.0: one}, one.ratings_count)
    return replace(series, volumes={**series.volumes, 1.0: one})


def _numbered_one(asked: Asked) -> Book | None:
    """Return the most rated "The Walking Dead, Vol. 1", which may name no series."""
    title = replace(asked.title, full=f"{asked.title.full} 1")
    matches = fitting(asked.catalogue, named(asked.catalogue, title.full), title, asked.author)
    books = [m for m in matches if m.kind == "book" and parse_title(m.book.title).number == 1]
    return min(books, key=lambda m: m.rank).book if books else None


def as_series(asked: Asked) -> Found | None:
    """Find the first volume of "discworld".

    Raises:
        TitleError: the catalogue has the series, but not its first volume.
    """
    series = series_of(asked)
    if series is None:
        return None
    if first := series.first:
        return first_of(asked, series, first)
    raise TitleError(
        f"{asked.typed!r} is a series, and its first volume is not in the catalogue.",
        "Name one of its books:",
        lines(series.in_order),
    )


def first_of(asked: Asked, series: NamedSeries, first: Book) -> Found:
    """Return the first volume, with a note that says so."""
    note = f"{asked.typed!r} is a series; taken as its first volume, {describe(first)}."
    return Found(first, note)


def as_volume(asked: Asked) -> Found | None:
    """Find the second volume for "Foundation 2".

    Raises:
        TitleError: the catalogue has the series, but not this volume.
    """
    volume = typed_volume(asked.plain)
    if volume is None:
        return None
    title = parse_title(volume.series)
    names = [volume.series, *usual_titles(title.full)]
    series = series_named(asked.catalogue, names, asked.author) or _series_of(asked, title)
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
        lines(series.in_order),
    )


def _series_of(asked: Asked, title: Title) -> NamedSeries | None:
    """Return the series of a title: "Wolf Hall 2" is the sequel of "Wolf Hall"."""
    matches = fitting(asked.catalogue, named(asked.catalogue, title.full), title, asked.author)
    best = min((m for m in matches if m.exact), key=lambda m: m.rank, default=None)
    if best is None or best.book.series is None or best.book.volume != 1:
        return None
    return series_named(asked.catalogue, [best.book.series], best.book.authors[0])
