"""The readings of a typed text, the obvious ones first.

A title; a title with its author; a volume of a series; a series, which means its first volume; a
title without its subtitle; an author, which is an error that lists their books; a title with typos
or a part of one. An unclear text is an error that lists candidates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from bookrec.catalogue.book import MAX_CANDIDATES, describe, lines
from bookrec.catalogue.titles import parse_title
from bookrec.errors import AmbiguousTitleError, TitleError
from bookrec.finder.asked import Asked, Found
from bookrec.finder.author_lookup import (
    author_error,
    authors_of_editions,
    books_by,
    books_by_similar,
    full_name_matches,
    without_lead,
)
from bookrec.finder.named import (
    Match,
    chosen,
    fitting,
    named,
    without_subtitle,
    written_by,
)
from bookrec.finder.near_titles import meant, near_titles
from bookrec.finder.series_lookup import series_like
from bookrec.finder.series_readings import (
    as_series,
    as_volume,
    first_of,
    less_read,
    means_series,
    more_read,
    series_of,
)
from bookrec.finder.typed_forms import run_together, with_author

# A book this many times less read than an author's best-read book is not what their name means,
# but a biography or companion.
_HARDLY_READ = 20
_SUGGESTIONS = 5
_WELL_KNOWN = 100_000  # ratings; "Sapiens" alone means the well-known book, whatever its subtitle


def understood(asked: Asked) -> Found:
    """Return the book of the first reading that fits.

    Raises:
        TitleError: none fits.
    """
    all_named = named(asked.catalogue, asked.title.full)
    matches = fitting(asked.catalogue, all_named, asked.title, asked.author, asked.year)
    same_line = [m for m in matches if describe(m.book) == asked.typed.strip()]
    if matches:
        return _titled(asked, same_line or matches)
    readings: tuple[Callable[[Asked], Found | None], ...] = (
        _with_author,
        as_volume,
        as_series,
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
            lines(m.book for m in sorted(all_named, key=lambda m: m.rank)),
        )
    if not asked.author and (books := books_by(asked.catalogue, asked.plain)):
        raise author_error(asked.typed, books)
    return _nearly(asked)


def _titled(asked: Asked, matches: list[Match]) -> Found:
    """Choose among the books of the typed title, unless it rather names a series or an author."""
    series = None if asked.title.series else series_of(asked)
    first = series.first if series else None
    try:
        match, others = chosen(matches, asked.typed)
    except AmbiguousTitleError:
        if series and first and all(less_read(first, m) for m in matches):
            return first_of(asked, series, first)
        _refuse_author(asked, min(matches, key=lambda m: m.rank))
        raise
    if series and first and means_series(match, series, first):
        return first_of(asked, series, first)
    _refuse_author(asked, match)
    known = parse_title(match.book.title)
    other_title = asked.title.full not in (known.full, known.core)
    longer = not match.exact and match.book.ratings_count < _WELL_KNOWN
    if match.kind != "book" or other_title or longer or (others and not asked.author):
        return asked.taken_as(match.book)
    return Found(match.book)


def _refuse_author(asked: Asked, match: Match) -> None:
    """Raise TitleError if an author's name was typed, and the match is a biography or companion."""
    if not asked.author and (books := books_by(asked.catalogue, asked.plain)):
        if match.book.ratings_count * _HARDLY_READ <= books[0].ratings_count:
            raise author_error(asked.typed, [*books[: MAX_CANDIDATES - 1], match.book])


def _with_author(asked: Asked) -> Found | None:
    """Find "Dune by Frank Herbert", "Dune - Frank Herbert", "Frank Herbert: Dune"."""
    if asked.author:
        return None
    if " by " in asked.plain:
        head, _, tail = asked.plain.rpartition(" by ")
        if found := _by_this_author(asked, head, tail):
            return found
    return _of_splits(asked, with_author(asked.plain))


def _by_this_author(asked: Asked, title: str, author: str) -> Found | None:
    """Find a title by an author, if there is such an author at all."""
    catalogue = asked.catalogue
    if without_lead(asked.plain) == author and (books := books_by(catalogue, author)):
        raise author_error(asked.typed, books)
    parsed = parse_title(title)
    exact = fitting(catalogue, named(catalogue, parsed.full), parsed, author, asked.year)
    same_line = [m for m in exact if describe(m.book) == asked.typed.strip()]
    if exact:
        return Found(chosen(same_line or exact, asked.typed)[0].book)
    if not books_by(catalogue, author):
        return None
    found = understood(replace(asked, typed=title, plain=title, title=parsed, author=author))
    return asked.taken_as(found.book)


def _run_together(asked: Asked) -> Found | None:
    """Find "Dune Frank Herbert", "frank herbert dune"."""
    return None if asked.author else _of_splits(asked, run_together(asked.plain))


def _of_splits(asked: Asked, splits: Iterable[tuple[str, str]]) -> Found | None:
    """Return the book that one of the splits into title and author names in full."""
    catalogue, found = asked.catalogue, []
    for text, author in splits:
        title = parse_title(text)
        matches = fitting(catalogue, named(catalogue, title.full), title, "", asked.year)
        names = authors_of_editions(catalogue, [m.book for m in matches])
        for match in matches:
            known = (*match.book.authors, *names[match.index])
            if any(full_name_matches(author, name) for name in known):
                found.append(match)
    return asked.taken_as(chosen(found, asked.typed)[0].book) if found else None


def _without_subtitle(asked: Asked) -> Found | None:
    """Find a book whose title goes without the subtitle that was typed."""
    matches = without_subtitle(asked.catalogue, asked.title, asked.author, asked.year)
    return asked.taken_as(chosen(matches, asked.typed)[0].book) if matches else None


def _nearly(asked: Asked) -> Found:
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
    best = meant(near, asked.title, asked.typed)
    series = series_like(catalogue, asked.plain, author)
    if series and (first := series.first):
        if best is None or best.kind != "book" or more_read(first, best.book):
            return first_of(asked, series, first)
    books = [] if author else books_by_similar(catalogue, asked.plain)
    if books and (best is None or best.book.ratings_count * _HARDLY_READ < books[0].ratings_count):
        raise author_error(asked.typed, books)
    if best is not None:
        return asked.taken_as(best.book)
    by = f" by {author!r}" if author else ""
    listed = lines((n.match.book for n in near if n.suggested), _SUGGESTIONS)
    if not listed and author:
        listed = lines(books_by(catalogue, author), _SUGGESTIONS)
    raise TitleError(
        f"No {asked.typed!r}{by} in the catalogue.",
        "Did you mean one of these?"
        if listed
        else "For a book outside the catalogue, give --description and --genres.",
        listed,
    )
