"""Which books may be recommended at all: SQL over the catalogue. What is unknown passes."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.genres import parse_genres
from bookrec.catalogue.languages import language_name
from bookrec.catalogue.people import author_matches
from bookrec.config import Filters, Span
from bookrec.errors import UsageError

# A filter's answer for one book: True passes, False does not, None is unknown and passes.
Predicate = Callable[[Any], bool | None]


@dataclass(frozen=True)
class Allowed:
    """Over the M described books: `keep` bool (M,) those that pass all filters, `barred` for each
    filter bool (M,) those that it refuses, `unknown` how many pass it only as unknown."""

    keep: np.ndarray
    excluded: dict[str, np.ndarray]
    unknown: dict[str, int]


def allowed(catalogue: Catalogue, filters: Filters) -> Allowed:
    """Predicate the described books by every filter that is set.

    Box sets and study guides never pass. Any other filter lets a book pass whose value is not
    known.

    Raises:
        UsageError: a genre that no book has, or a language that is none.
    """
    kinds = _column(catalogue, "kind")
    excluded = {"kind": np.array([kind != "book" for kind in kinds], dtype=bool)}
    unknown: dict[str, int] = {}
    for name, column, judge in _predicates(catalogue, filters):
        answers = [judge(value) for value in _column(catalogue, column)]
        excluded[name] = np.array([a is False for a in answers], dtype=bool)
        unknown[name] = sum(a is None for a in answers)
    keep = ~np.any(list(excluded.values()), axis=0)
    return Allowed(keep, excluded, {name: n for name, n in unknown.items() if n})


def _predicates(catalogue: Catalogue, filters: Filters) -> list[tuple[str, str, Predicate]]:
    """(name, column, judge) of each filter that is set."""
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
        span = (filters.min_ratings, None)
        found.append(("min-ratings", _COUNT, lambda v: _within(v, span)))
    if filters.max_ratings is not None:
        most = (None, filters.max_ratings)
        found.append(("max-ratings", _COUNT, lambda v: _within(v, most)))
    if filters.exclude_authors:
        found.append(("exclude-author", "authors", _not_by(filters.exclude_authors)))
    return found


# A book without a mean and without ratings is one that nobody counted.
_COUNT = "CASE WHEN ratings_count = 0 AND mean_rating IS NULL THEN NULL ELSE ratings_count END"


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
        names = {genre.lower(), *(g.lower() for g in parse_genres(genre))}  # "sci-fi" has an alias
        if not names & everything:
            near = [n for n, _, _ in process.extract(genre.lower(), sorted(everything), limit=3)]
            raise UsageError(f"No book has the genre {genre!r}.", f"Near it: {', '.join(near)}.")
        found |= names & everything
    return found


def _language(name: str) -> str:
    known = language_name(name)
    if not known:
        raise UsageError(f"{name!r} is no language.", "Use a name or a code: English, en, French.")
    return known


def _within(value: int | None, span: Span) -> bool | None:
    low, high = span
    if value is None:
        return None
    return (low is None or value >= low) and (high is None or value <= high)
