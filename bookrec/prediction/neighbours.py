"""The strongest neighbours of each book: which books go with it, from who read what.

The weights of SLIM (`itemitem.py`), cut to the largest of each book, so that a recommendation reads
a few rows of a small table.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bookrec.catalogue.ratings import Ratings
from bookrec.prediction.slim import slim, who_read_what
from bookrec.progress import Progress

STRONGEST = 60  # neighbours kept of a book
# Chosen on validation rows (docs/log.md): with less λ₁ many more weights, and no better lists.
_L1, _L2, _LEAST_READERS = 1.0, 50.0, 3
ENTRY = (("book", "<i4"), ("weight", "<f2"))  # fields of the table and their NumPy types


@dataclass(frozen=True)
class Neighbours:
    """`table` (M, k) with the fields of `ENTRY`: of each of the M described books the k that go
    best with it; weight 0 where there are fewer."""

    table: np.ndarray

    def scores(self, books: np.ndarray, liking: np.ndarray, candidates: np.ndarray) -> np.ndarray:
        """Σ_j l_j B_ji float64 (n,) of candidates (n,) for a history (H,) with its liking (H,);
        0 of books that are not described."""
        known = books < len(self.table)
        rows = self.table[books[known]]
        worth = liking[known][:, None] * rows["weight"].astype(np.float64)
        size = max(len(self.table), int(candidates.max(initial=-1)) + 1)
        found = np.bincount(rows["book"].ravel(), worth.ravel(), minlength=size)
        return np.asarray(found[candidates])

    def of(self, book: int, books: np.ndarray) -> np.ndarray:
        """B_j float64 (H,): how much each of the books (H,) says for one book."""
        found = np.zeros(len(books))
        known = np.flatnonzero(books < len(self.table))
        rows = self.table[books[known]]
        found[known] = np.sum(rows["weight"] * (rows["book"] == book), axis=1, dtype=np.float64)
        return found


def empty_table(described: int, strongest: int) -> np.ndarray:
    """A table of weights that are all 0, (described, strongest)."""
    return np.zeros((described, strongest), dtype=np.dtype(list(ENTRY)))


def fit_neighbours(
    ratings: Ratings, rows: np.ndarray, described: int, progress: Progress
) -> Neighbours:
    """From these rows of the ratings alone, among the `described` books."""
    some = Ratings(ratings.readers[rows], ratings.books[rows], ratings.stars[rows])
    with progress.task("Fitting neighbours", described) as task:
        read = who_read_what(some, described)
        weights = slim(read, _L1, _L2, _LEAST_READERS, task.advance)
    table = empty_table(described, min(STRONGEST, described))
    for book in np.flatnonzero(np.diff(weights.indptr)):
        own = slice(weights.indptr[book], weights.indptr[book + 1])
        near, worth = weights.indices[own], weights.data[own]
        strongest = np.lexsort((near, -worth))[: table.shape[1]]
        table["book"][book, : len(strongest)] = near[strongest]
        table["weight"][book, : len(strongest)] = worth[strongest]
    return Neighbours(table)
