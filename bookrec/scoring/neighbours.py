"""The strongest neighbours of each book: which books go with it, from who read what.

The item-item weights of EASE (`itemitem.py`), cut to the largest of each book, so that a
recommendation reads a few rows of a small table.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bookrec.data.catalogue import Ratings
from bookrec.scoring.itemitem import ease, histories_of, who_read_what

STRONGEST = 60  # neighbours kept of a book
_L2 = 200.0  # λ of EASE; 100 and 400 give the order the same weights
_ROWS = 500  # books whose weights are held at once
ENTRY = (("book", "<i4"), ("weight", "<f2"))  # fields of the table and their NumPy types


@dataclass(frozen=True)
class Neighbours:
    """`table` (M, k) with the fields of `ENTRY`: of each of the M described books the k that go
    best with it; weight 0 where there are fewer."""

    table: np.ndarray

    def scores(self, books: np.ndarray, liking: np.ndarray, candidates: np.ndarray) -> np.ndarray:
        """Σ_j l_j B_ji float64 (n,) of candidates (n,) for a history (H,) with its liking (H,)."""
        known = books < len(self.table)
        rows = self.table[books[known]]
        worth = liking[known][:, None] * rows["weight"].astype(np.float64)
        found = np.bincount(rows["book"].ravel(), worth.ravel(), minlength=len(self.table))
        return np.asarray(found[candidates])


def empty_table(described: int, strongest: int) -> np.ndarray:
    """A table of weights that are all 0, (described, strongest)."""
    return np.zeros((described, strongest), dtype=np.dtype(list(ENTRY)))


def fit_neighbours(ratings: Ratings, rows: np.ndarray, described: int) -> Neighbours:
    """From these rows of the ratings alone, among the `described` books."""
    some = Ratings(ratings.readers[rows], ratings.books[rows], ratings.stars[rows])
    model = ease(who_read_what(some, described), _L2)
    table = empty_table(described, min(STRONGEST, described))
    for start in range(0, len(model.known), _ROWS):
        books = model.known[start : start + _ROWS]
        weights = model.scores(
            histories_of([books[i : i + 1] for i in range(len(books))], described)
        )
        near = np.argpartition(-weights, table.shape[1] - 1, axis=1)[:, : table.shape[1]]
        worth = np.maximum(0.0, np.take_along_axis(weights, near, axis=1))
        table["book"][books], table["weight"][books] = near, worth
    return Neighbours(table)
