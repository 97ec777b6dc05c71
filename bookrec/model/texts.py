"""What the encoder reads of a book: a short text (title, author, series, genres) and a long one.

Title and author carry most of what text says about taste; the description is what a cold book, an
unknown one or a free-text query has. They are encoded apart, so that a long description cannot
drown a title, and a book without one keeps a clean half.
"""

from __future__ import annotations

import numpy as np

from bookrec.catalogue.book import Book

CACHE = "text_cache.sqlite"  # of the workspace: vectors of texts that were encoded before
SHORT_TOKENS = 64  # word pieces; 99 % of the short texts are below
_GENRES = 5  # more of them are shelves, not kinds


def short_text(book: Book) -> str:
    """ "Title by Author. Series. Genre, Genre." with what is unknown left out."""
    parts = [f"{book.title} by {book.author}" if book.authors else book.title]
    if book.series:
        parts.append(book.series)
    if book.genres:
        parts.append(", ".join(book.genres[:_GENRES]))
    return ". ".join(parts) + "."


def long_text(book: Book) -> str:
    """The description; "" when there is none."""
    return book.description


def join_halves(shorts: np.ndarray, longs: np.ndarray) -> np.ndarray:
    """(n, E) and (n, E) → (n, 2E) float32 of unit length."""
    joined = np.concatenate([shorts, longs], axis=1)
    norms = np.linalg.norm(joined, axis=1, keepdims=True)
    return np.asarray(joined / np.maximum(norms, 1e-12), dtype=np.float32)
