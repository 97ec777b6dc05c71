"""The two texts of a book that are encoded: a short one (title, author, series, genres) and a long
one (the description).

They are encoded separately, so a long description cannot drown the title, and a missing description
leaves its half of the vector zero.
"""

from __future__ import annotations

import numpy as np

from bookrec.catalogue.book import Book

CACHE = "text_cache.sqlite"  # file of a workspace: vectors of texts encoded earlier
SHORT_TOKENS = 64  # word pieces; enough for 99 % of the short texts
_GENRES = 5  # genres in a short text; later ones are mostly names of shelves


def short_text(book: Book) -> str:
    """Return "Title by Author. Series. Genre, Genre." without the unknown parts."""
    parts = [f"{book.title} by {book.author}" if book.authors else book.title]
    if book.series:
        parts.append(book.series)
    if book.genres:
        parts.append(", ".join(book.genres[:_GENRES]))
    return ". ".join(parts) + "."


def long_text(book: Book) -> str:
    """Return the description, "" if there is none."""
    return book.description


def join_halves(shorts: np.ndarray, longs: np.ndarray) -> np.ndarray:
    """Join vectors (n, E) of short and long texts as float32 (n, 2E) of unit length."""
    joined = np.concatenate([shorts, longs], axis=1)
    norms = np.linalg.norm(joined, axis=1, keepdims=True)
    return np.asarray(joined / np.maximum(norms, 1e-12), dtype=np.float32)
