"""How much the books of the catalogue are about some words, by full-text search."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bookrec.catalogue.database import Catalogue

# Weight of a word in each column: titles, authors, series, genres, description.
_SUBJECT_WEIGHTS = "4.0, 0.0, 2.0, 0.0, 1.0"
_NEAR = 6  # words between those of a phrase
_WORD = re.compile(r"\w+")


def word_scores(catalogue: Catalogue, phrases: Iterable[str]) -> list[tuple[int, float]]:
    """Return the indices of books about any of the phrases, and their BM25 scores; in no order.

    Titles, series and descriptions are searched. The words of a phrase may stand a few words apart.
    """
    words = [_WORD.findall(phrase) for phrase in phrases]
    nears = [" ".join(f'"{word}"' for word in phrase) for phrase in words if phrase]
    if not nears:
        return []
    query = " OR ".join(f"NEAR({near}, {_NEAR})" for near in nears)
    sql = f"SELECT rowid, bm25(words, {_SUBJECT_WEIGHTS}) FROM words WHERE words MATCH ?"
    rows = catalogue.rows(sql, (f"{{titles series description}} : ({query})",))
    return [(int(book), -float(score)) for book, score in rows]
