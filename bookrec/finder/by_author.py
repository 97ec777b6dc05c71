"""The books of an author whose name is typed, in full or in part."""

from __future__ import annotations

import json

from bookrec.catalogue.database import Catalogue, placeholders
from bookrec.catalogue.people import author_matches
from bookrec.finder.near_words import respelt, taken_as
from bookrec.finder.typed_words import books_where, query, typed_words


def books_by(catalogue: Catalogue, typed: str) -> tuple[set[int], str]:
    """Return the indices of the author's books, and a note if the name had to be respelt.

    An author is one of the work or of an edition. "Herbert" and "F. Herbert" are Frank Herbert.
    """
    words = typed_words(typed)
    if not words:
        return set(), ""
    candidates = books_where(catalogue, query(words, "{authors}", every=False))
    if found := {b for b, name in _authors(catalogue, candidates) if author_matches(typed, name)}:
        return found, ""
    near, changed = respelt(catalogue, words, authors_only=True)
    found = books_where(catalogue, query(near, "{authors}", unfinished=False))
    return found, taken_as(catalogue, changed, found)


def _authors(catalogue: Catalogue, books: set[int]) -> list[tuple[int, str]]:
    """Return each of the books with each of its authors."""
    marks = placeholders(books)
    rows = catalogue.rows(
        f"SELECT book, authors FROM books WHERE book IN ({marks}) "
        f"UNION SELECT book, authors FROM editions WHERE book IN ({marks})",
        [*books, *books],
    )
    return [(book, name) for book, authors in rows for name in json.loads(authors)]
