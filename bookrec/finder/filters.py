"""Filters on the books that may be recommended.

A filter leaves out a book that it knows nothing of, for example `--pages` a book of unknown length,
unless `Filters.unknown` lets it in. `--not-genre` lets it in: a book without genres is not known to
be of the unwanted genre.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bookrec.catalogue.database import TITLE_ONLY, Catalogue
from bookrec.catalogue.kinds import BOOK
from bookrec.catalogue.languages import language_name
from bookrec.catalogue.people import author_matches
from bookrec.config import Filters, Span
from bookrec.errors import UsageError
from bookrec.finder.typed_genres import genres_meant
from bookrec.text import count

# Whether a value passes a filter; None when the value is unknown.
Predicate = Callable[[Any], bool | None]
_NOT_GENRE = "not-genre"
_TRANSLATION = "translation"  # a kind that `--language` lets in
_SIMILAR = 70  # rapidfuzz score from which a genre is suggested


@dataclass(frozen=True)
class Allowed:
    """The effect of the filters on the M described books.

    `keep` is bool (M,): the books that pass every filter. `excluded` maps each filter to bool
    (M,): the books that it leaves out. `unknown` maps each filter to bool (M,): the books of which
    it knows nothing. `notes` are sentences for the reader: how many books are affected by an
    unknown value.
    """

    keep: np.ndarray
    excluded: dict[str, np.ndarray]
    unknown: dict[str, np.ndarray]
    notes: tuple[str, ...]


def allowed(catalogue: Catalogue, filters: Filters) -> Allowed:
    """Apply every filter that is set to the described books.

    Kinds other than books are excluded unless the filters name them; naming a language lets in
    translations too.

    Raises:
        UsageError: no book has the genre or the language, or a genre is both wanted and unwanted.
    """
    kinds = _column(catalogue, "kind")
    wanted = {BOOK, *filters.kinds, *([_TRANSLATION] if filters.languages else [])}
    excluded = {"kind": np.array([kind not in wanted for kind in kinds], dtype=bool)}
    unknown: dict[str, np.ndarray] = {}
    failed = excluded["kind"].copy()  # what is known of the book fails a filter
    for name, column, passes in _predicates(catalogue, filters):
        answers = [passes(value) for value in _column(catalogue, column)]
        fails = np.array([answer is False for answer in answers], dtype=bool)
        unknown[name] = np.array([answer is None for answer in answers], dtype=bool)
        excluded[name] = fails if _lets_in(name, filters) else fails | unknown[name]
        failed |= fails
    keep = ~np.any(list(excluded.values()), axis=0)
    notes = [*_strangers(catalogue, filters), *_unknown_values(excluded, unknown, failed, keep)]
    return Allowed(keep, excluded, unknown, tuple(notes))


@dataclass(frozen=True)
class Passing:
    """Works that pass the filters, as indices.

    `unknown` are those left out only because a filter knows nothing of them.
    """

    works: frozenset[int]
    unknown: frozenset[int]


def works_passing(catalogue: Catalogue, filters: Filters) -> Passing:
    """Apply every filter that is set to all works, of any kind, described or not.

    Raises:
        UsageError: as `allowed`.
    """
    works = _column_of_works(catalogue, "book")
    fails, unknown = set[int](), set[int]()
    for name, column, passes in _predicates(catalogue, filters):
        let_in = _lets_in(name, filters)
        for book, value in zip(works, _column_of_works(catalogue, column), strict=True):
            answer = passes(value)
            if answer is False:
                fails.add(book)
            elif answer is None and not let_in:
                unknown.add(book)
    return Passing(frozenset(works) - fails - unknown, frozenset(unknown - fails))


def _lets_in(name: str, filters: Filters) -> bool:
    """Whether a filter lets in the books that it knows nothing of."""
    return filters.unknown or name == _NOT_GENRE


def _unknown_values(
    excluded: Mapping[str, np.ndarray],
    unknown: Mapping[str, np.ndarray],
    failed: np.ndarray,
    keep: np.ndarray,
) -> Iterable[str]:
    """Say how many books each filter left out or let in because their value is unknown.

    Books that fail another filter anyway are not counted.
    """
    for name, rows in unknown.items():
        left_out, let_in = (np.sum(rows & which) for which in (excluded[name] & ~failed, keep))
        if left_out:
            yield f"--{name} left out {_books(left_out)}; --unknown lets them in."
        elif let_in:
            yield f"--{name} let in {_books(let_in)}."


def _books(number: int) -> str:
    return f"{count(number, 'book')} with no known value"


def _strangers(catalogue: Catalogue, filters: Filters) -> Iterable[str]:
    """Say which names of `--exclude-author` are no author's."""
    if filters.exclude_authors:
        names = {name for own in set(_column(catalogue, "authors")) for name in json.loads(own)}
        for typed in filters.exclude_authors:
            if not any(author_matches(typed, name) for name in names):
                yield f"--exclude-author {typed}: there is no such author in the catalogue."


def genre_counts(catalogue: Catalogue) -> list[tuple[str, int]]:
    """Return each genre of the books that can be recommended and their number, largest first."""
    return _counts(g for own in _of_books(catalogue, "genres") for g in json.loads(own))


def language_counts(catalogue: Catalogue) -> list[tuple[str, int]]:
    """Return each language of the books that can be recommended and their number, largest first.

    Translations count, because `--language` lets them in. Unknown languages do not.
    """
    return _counts(name for name in _of_books(catalogue, "language", _TRANSLATION) if name)


def _counts(names: Iterable[str]) -> list[tuple[str, int]]:
    return sorted(Counter(names).items(), key=lambda item: (-item[1], item[0]))


def _of_books(catalogue: Catalogue, column: str, other: str = BOOK) -> list[str]:
    """Return a column of the described books that are of kind "book", or of one `other` kind."""
    sql = f"SELECT {column} FROM books WHERE described AND kind IN (?, ?)"
    return [row[0] for row in catalogue.rows(sql, (BOOK, other))]


def _predicates(catalogue: Catalogue, filters: Filters) -> list[tuple[str, str, Predicate]]:
    """Return (filter name, SQL of its column, predicate) for each filter that is set."""
    found: list[tuple[str, str, Predicate]] = []
    if filters.genres or filters.not_genres:
        wanted, banned = _genres_of(catalogue, filters)
        if filters.genres:
            found.append(("genre", "genres", lambda v: _any(_genres(v), wanted)))
        if filters.not_genres:
            found.append((_NOT_GENRE, "genres", lambda v: _none(_genres(v), banned)))
    if filters.languages:
        names = _languages(catalogue, filters.languages)
        found.append(("language", "language", lambda v: v in names if v else None))
    if filters.years != (None, None):
        found.append(("year", "year", lambda v: _within(v, filters.years)))
    if filters.pages != (None, None):
        found.append(("pages", "pages", lambda v: _within(v or None, filters.pages)))
    if filters.min_ratings:
        least = (filters.min_ratings, None)
        found.append(("min-ratings", _RATINGS_COUNT, lambda v: _within(v, least)))
    if filters.max_ratings is not None:
        most = (None, filters.max_ratings)
        found.append(("max-ratings", _RATINGS_COUNT, lambda v: _within(v, most)))
    if filters.exclude_authors:
        found.append(("exclude-author", "authors", _not_by(filters.exclude_authors)))
    return found


# Without ratings and without a mean rating, the number of ratings is unknown.
_RATINGS_COUNT = (
    "CASE WHEN ratings_count = 0 AND mean_rating IS NULL THEN NULL ELSE ratings_count END"
)


def _column(catalogue: Catalogue, sql: str) -> list[Any]:
    return [r[0] for r in catalogue.rows(f"SELECT {sql} FROM books WHERE described ORDER BY book")]


def _column_of_works(catalogue: Catalogue, sql: str) -> list[Any]:
    rows = catalogue.rows(f"SELECT {sql} FROM books b WHERE NOT {TITLE_ONLY} ORDER BY book")
    return [r[0] for r in rows]


def _genres(value: str) -> set[str]:
    return set(json.loads(value))


def _any(genres: set[str], wanted: set[str]) -> bool | None:
    return bool(genres & wanted) if genres else None


def _none(genres: set[str], banned: set[str]) -> bool | None:
    return not genres & banned if genres else None


def _not_by(authors: Sequence[str]) -> Predicate:
    return lambda value: (
        not any(author_matches(typed, author) for author in json.loads(value) for typed in authors)
    )


def _genres_of(catalogue: Catalogue, filters: Filters) -> tuple[set[str], set[str]]:
    """Return the genres that are wanted, and those that are not."""
    known = set().union(*map(_genres, set(_column(catalogue, "genres"))))
    banned = set().union(*(_known(typed, known) for typed in filters.not_genres))
    wanted: set[str] = set()
    for typed in filters.genres:
        means = _known(typed, known)
        if means <= banned:
            raise UsageError(
                f"--genre {typed} and --not-genre {', '.join(filters.not_genres)} exclude each "
                "other.",
                f"Leave out one of them: {', '.join(sorted(means))} cannot be both.",
            )
        wanted |= means
    return wanted, banned


def _known(typed: str, known: set[str]) -> frozenset[str]:
    from rapidfuzz import process

    found = genres_meant(typed, known)
    if not found:
        near = process.extract(typed.title(), sorted(known), limit=3, score_cutoff=_SIMILAR)
        hint = f"Similar genres: {', '.join(name for name, _, _ in near)}. " if near else ""
        raise UsageError(
            f"No book has the genre {typed!r}.", f"{hint}`bookrec search --genres` lists them all."
        )
    return found


def _languages(catalogue: Catalogue, typed: Sequence[str]) -> set[str]:
    there_are = [name for name, _ in language_counts(catalogue)]
    found = {language_name(name) for name in typed}
    for name, language in zip(typed, map(language_name, typed), strict=True):
        if language not in there_are:
            raise UsageError(
                f"No book of the catalogue is known to be in {language}."
                if language
                else f"{name!r} is not a language.",
                f"Languages of the catalogue: {', '.join(there_are)}.",
            )
    return found


def _within(value: int | None, span: Span) -> bool | None:
    low, high = span
    if value is None:
        return None
    return (low is None or value >= low) and (high is None or value <= high)
