"""The strongest neighbours of each book, by who read both.

They are the weights of SLIM (`slim.py`), of which only the largest of each book are kept. A
recommendation then reads a few rows of a small table.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bookrec.catalogue.ratings import Ratings
from bookrec.prediction.slim import slim, who_read_what
from bookrec.progress import Progress

STRONGEST = 60  # neighbours kept per book
# Chosen on validation rows (docs/log.md); a smaller λ₁ gives many more weights and no better lists.
_L1, _L2, _LEAST_READERS = 1.0, 50.0, 3
ENTRY = (("book", "<i4"), ("weight", "<f2"))  # fields of the table and their NumPy types


@dataclass(frozen=True)
class Neighbours:
    """The k strongest neighbours of each of the M described books.

    `table` (M, k) has the fields of `ENTRY`: row j holds books i and their weights B_ji. Unused
    entries have weight 0.
    """

    table: np.ndarray

    def scores(
        self, books: np.ndarray, preferences: np.ndarray, candidates: np.ndarray
    ) -> np.ndarray:
        """Return Σ_j l_j B_ji float64 (n,) of candidates (n,).

        `books` (H,) are the history and `preferences` (H,) its l_j. Books without a description
        score 0.
        """
        known = books < len(self.table)
        rows = self.table[books[known]]
        weights = preferences[known][:, None] * rows["weight"].astype(np.float64)
        size = max(len(self.table), int(candidates.max(initial=-1)) + 1)
        found = np.bincount(rows["book"].ravel(), weights.ravel(), minlength=size)
        return np.asarray(found[candidates])

    def weights_to(self, book: int, books: np.ndarray) -> np.ndarray:
        """Return B_ji float64 (H,) from each of `books` (H,) to one book i."""
        found = np.zeros(len(books))
        known = np.flatnonzero(books < len(self.table))
        rows = self.table[books[known]]
        found[known] = np.sum(rows["weight"] * (rows["book"] == book), axis=1, dtype=np.float64)
        return found


def empty_table(described: int, strongest: int) -> np.ndarray:
    """Return a table (described, strongest) in which all weights are 0."""
    return np.zeros((described, strongest), dtype=np.dtype(list(ENTRY)))


def fit_neighbours(
    ratings: Ratings, rows: np.ndarray, described: int, progress: Progress
) -> Neighbours:
    """Fit the neighbours of the first `described` books on these rows of the ratings only."""
    some = Ratings(ratings.readers[rows], ratings.books[rows], ratings.stars[rows])
    with progress.task("Fitting neighbours", described) as task:
        read = who_read_what(some, described)
        weights = slim(read, _L1, _L2, _LEAST_READERS, task.advance)
    table = empty_table(described, min(STRONGEST, described))
    for book in np.flatnonzero(np.diff(weights.indptr)):
        own = slice(weights.indptr[book], weights.indptr[book + 1])
        others, values = weights.indices[own], weights.data[own]
        strongest = np.lexsort((others, -values))[: table.shape[1]]
        table["book"][book, : len(strongest)] = others[strongest]
        table["weight"][book, : len(strongest)] = values[strongest]
    return Neighbours(table)
