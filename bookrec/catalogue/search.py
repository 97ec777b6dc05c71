"""Full-text search in titles, authors, series, genres and descriptions."""

from __future__ import annotations

import re

from bookrec.catalogue.database import Catalogue

# Weight of a word in each column: titles, authors, series, genres, description.
_COLUMN_WEIGHTS = "8.0, 6.0, 5.0, 4.0, 1.0"
_WORD = re.compile(r"\w+")


def matching(catalogue: Catalogue, text: str, every: bool = True) -> list[tuple[int, float]]:
    """Return the indices of books that have the words of `text`, and their BM25 scores.

    Best first; a higher score is better. `every` asks for all words, otherwise one is enough. Case,
    diacritics and English endings do not matter. A text without words matches nothing.
    """
    words = dict.fromkeys(_WORD.findall(text.replace("_", " ")))
    if not words:
        return []
    # quoted, so that a word of the query syntax (AND, NEAR) is a word
    query = (" " if every else " OR ").join(f'"{word}"' for word in words)
    return [
        (int(book), -float(score))
        for book, score in catalogue.rows(
            f"SELECT rowid, bm25(words, {_COLUMN_WEIGHTS}) AS score FROM words "
            "WHERE words MATCH ? ORDER BY score, rowid",
            (query,),
        )
    ]
