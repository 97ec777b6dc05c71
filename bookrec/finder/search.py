"""Full-text search in titles, authors, series, genres and descriptions."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bookrec.catalogue.database import Catalogue

# Weight of a word in each column: titles, authors, series, genres, description.
_COLUMN_WEIGHTS = "8.0, 6.0, 5.0, 4.0, 1.0"
# The same for what a book is about; a title says less about it than it does when titles are typed.
_SUBJECT_WEIGHTS = "4.0, 0.0, 2.0, 0.0, 1.0"
_NEAR = 6  # words between those of a phrase
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
