"""Which books may be recommended at all: SQL over the catalogue. What is unknown passes."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np

from bookrec.data.catalogue import Catalogue
from bookrec.data.clean import language_name
from bookrec.data.people import author_matches
from bookrec.errors import UsageError


def allowed(
    catalogue: Catalogue,
    genres: Sequence[str] = (),
    not_genres: Sequence[str] = (),
    languages: Sequence[str] = (),
    years: tuple[int | None, int | None] = (None, None),
    min_ratings: int = 0,
    exclude_authors: Sequence[str] = (),
) -> tuple[np.ndarray, dict[str, int]]:
    """Bool (M,) over the described books, and how many pass each filter only as unknown.

    Box sets and study guides never pass. A filter by language, year or genre lets a book pass
    whose value is not known.

    Raises:
        UsageError: a genre that no book has, or a language that is none.
    """
    rows = catalogue.rows(
        "SELECT kind, genres, language, year, ratings_count, authors FROM books WHERE described "
        "ORDER BY book"
    )
    keep = np.array([row[0] == "book" for row in rows], dtype=bool)
    unknown: dict[str, int] = {}

    def narrow(name: str, passes: list[bool | None]) -> None:
        unknown[name] = sum(p is None for p in passes)
        np.logical_and(keep, [p is not False for p in passes], out=keep)

    if genres or not_genres:
        found = [{g.lower() for g in json.loads(row[1])} for row in rows]
        wanted = _known(genres, found)
        banned = _known(not_genres, found)
        if wanted:
            narrow("genre", [bool(g & wanted) if g else None for g in found])
        if banned:
            narrow("not-genre", [not g & banned if g else None for g in found])
    if languages:
        names = {_language(name) for name in languages}
        narrow("language", [row[2] in names if row[2] else None for row in rows])
    low, high = years
    if low is not None or high is not None:
        narrow("year", [_within(row[3], low, high) for row in rows])
    if min_ratings:
        narrow("min-ratings", [row[4] >= min_ratings for row in rows])
    for author in exclude_authors:
        narrow(
            "exclude-author",
            [not any(author_matches(author, a) for a in json.loads(row[5])) for row in rows],
        )
    return keep, {name: count for name, count in unknown.items() if count}


def _known(genres: Sequence[str], found: list[set[str]]) -> set[str]:
    from rapidfuzz import process

    everything = sorted(set().union(*found)) if found else []
    for genre in genres:
        if genre.lower() not in everything:
            near = [name for name, _, _ in process.extract(genre.lower(), everything, limit=3)]
            raise UsageError(f"No book has the genre {genre!r}.", f"Near it: {', '.join(near)}.")
    return {g.lower() for g in genres}


def _language(name: str) -> str:
    known = language_name(name)
    if not known:
        raise UsageError(f"{name!r} is no language.", "Use a name or a code: English, en, French.")
    return known


def _within(year: int | None, low: int | None, high: int | None) -> bool | None:
    if year is None:
        return None
    return (low is None or year >= low) and (high is None or year <= high)
