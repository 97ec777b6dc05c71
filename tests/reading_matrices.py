"""Who read what: small matrices shared by the tests of item-item models."""

import numpy as np

from bookrec.catalogue.ratings import Ratings
from bookrec.evaluation.baselines import histories_of

BOOKS = 20


def checkerboard() -> Ratings:
    """Even readers have read the even books, odd readers the odd ones: all but one each."""
    readers, books = np.divmod(np.arange(40 * BOOKS), BOOKS)
    withheld = (readers // 2 * 2 + readers % 2) % BOOKS
    read = (readers % 2 == books % 2) & (books != withheld)
    return Ratings(readers[read], books[read], np.full(int(read.sum()), 4.0))


def some_reading(seed: int, readers: int = 30, books: int = 12) -> np.ndarray:
    """A random binary matrix, readers × books. No one has read the last book."""
    read = np.random.default_rng(seed).random((readers, books)) < np.linspace(0.6, 0.1, books)
    read[:, -1] = False
    return read.astype(np.float64)


def sparse(read: np.ndarray):
    """Return the matrix in the form that the models take."""
    return histories_of([np.flatnonzero(row) for row in read], read.shape[1])
