"""Filters on the books that may be recommended. Unknown values pass."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.genres import parse_genres
from bookrec.catalogue.languages import language_name
from bookrec.catalogue.people import author_matches
from bookrec.config import Filters, Span
from bookrec.errors import UsageError

# Whether a value passes a filter; None when the value is unknown, which also passes.
Predicate = Callable[[Any], bool | None]


@dataclass(frozen=True)
class Allowed:
    """The effect of the filters on the M described books.

    `keep` is bool (M,): the books that pass every filter. `excluded` maps each filter to bool
    (M,): the books that fail it. `unknown` maps each filter to the number of books whose value is
    unknown; filters without such books are left out.
    """

    keep: np.ndarray
    excluded: dict[str, np.ndarray]
    unknown: dict[str, int]


def allowed(catalogue: Catalogue, filters: Filters) -> Allowed:
    """Apply every filter that is set to the described books.

    Box sets and study guides are always excluded.

    Raises:
        UsageError: no book has the genre, or there is no such language.
    """
    kinds = _column(catalogue, "kind")
    excluded = {"kind": np.array([kind != "book" for kind in kinds], dtype=bool)}
    unknown: dict[str, int] = {}
    for name, column, passes in _predicates(catalogue, filters):
        answers = [passes(value) for value in _column(catalogue, column)]
        excluded[name] = np.array([a is False for a in answers], dtype=bool)
        unknown[name] = sum(a is None for a in answers)
    keep = ~np.any(list(excluded.values()), axis=0)
    return Allowed(keep, excluded, {name: n for name, n in unknown.items() if n})


def genre_counts(catalogue: Catalogue) -> list[tuple[str, int]]:
    """Return each genre of the books that can be recommended and their number, largest first."""
    return _counts(g for own in _of_books(catalogue, "genres") for g in json.loads(own))


def language_counts(catalogue: Catalogue) -> list[tuple[str, int]]:
    """Return each language of the books that can be recommended and their number, largest first.

    Books of an unknown language are left out.
    """
    return _counts(name for name in _of_books(catalogue, "language") if name)


def _counts(names: Iterable[str]) -> list[tuple[str, int]]:
    return sorted(Counter(names).items(), key=lambda item: (-item[1], item[0]))


def _of_books(catalogue: Catalogue, column: str) -> list[str]:
    """Return a column of the described books that are neither box sets nor guides."""
    rows = catalogue.rows(f"SELECT {column} FROM books WHERE described AND kind = 'book'")
    return [row[0] for row in rows]


def _predicates(catalogue: Catalogue, filters: Filters) -> list[tuple[str, str, Predicate]]:
    """Return (filter name, SQL of its column, predicate) for each filter that is set."""
    found: list[tuple[str, str, Predicate]] = []
    if filters.genres or filters.not_genres:
        known = set().union(*map(_genres, set(_column(catalogue, "genres"))))
        if filters.genres:
            wanted = _known(filters.genres, known)
            found.append(("genre", "genres", lambda v: _any(_genres(v), wanted)))
        if filters.not_genres:
            banned = _known(filters.not_genres, known)
            found.append(("not-genre", "genres", lambda v: _none(_genres(v), banned)))
    if filters.languages:
        names = {_language(name) for name in filters.languages}
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


def _genres(value: str) -> set[str]:
    return {g.lower() for g in json.loads(value)}


def _any(genres: set[str], wanted: set[str]) -> bool | None:
    return bool(genres & wanted) if genres else None


def _none(genres: set[str], banned: set[str]) -> bool | None:
    return not genres & banned if genres else None


def _not_by(authors: Sequence[str]) -> Predicate:
    return lambda value: (
        not any(author_matches(typed, author) for author in json.loads(value) for typed in authors)
    )


def _known(genres: Sequence[str], everything: set[str]) -> set[str]:
    from rapidfuzz import process

    found = set()
    for genre in genres:
        names = {genre.lower(), *(g.lower() for g in parse_genres(genre))}  # resolves "sci-fi"
        if not names & everything:
            near = [n for n, _, _ in process.extract(genre.lower(), sorted(everything), limit=3)]
            raise UsageError(
                f"No book has the genre {genre!r}.", f"Similar genres: {', '.join(near)}."
            )
        found |= names & everything
    return found


def _language(name: str) -> str:
    known = language_name(name)
    if not known:
        raise UsageError(
            f"{name!r} is not a language.", "Use a name or a code: English, en, French."
        )
    return known


def _within(value: int | None, span: Span) -> bool | None:
    low, high = span
    if value is None:
        return None
    return (low is None or value >= low) and (high is None or value <= high)
