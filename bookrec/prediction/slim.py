"""SLIM"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from bookrec.catalogue.ratings import Ratings

if TYPE_CHECKING:
    from scipy.sparse import csc_array, csr_array


_TARGETS = 4000  # books that `slim` explains at once: memory grows with readers × these
_SWEEPS = 20  # of `slim`, at most
_SETTLED = 1e-3  # largest change of a weight in a sweep at which `slim` stops


def who_read_what(ratings: Ratings, books: int) -> csr_array:
    """Binary float32 (U, books): which of `books` each reader has rated, readers ascending.

    Ratings of other books are left out; a reader of nothing else is an empty row.
    """
    from scipy.sparse import csr_array

    readers, row = np.unique(ratings.readers, return_inverse=True)
    kept = ratings.books < books
    pairs = (row[kept], ratings.books[kept])
    shape = (len(readers), books)
    return csr_array((np.ones(int(kept.sum()), dtype=np.float32), pairs), shape)


def slim(
    matrix: csr_array,
    l1: float,
    l2: float,
    min_readers: int = 1,
    advance: Callable[[int], None] | None = None,
) -> csr_array:
    """SLIM's weights of `matrix` (U, N): csr float32 (N, N), row i what book i says of others.

    For each book j, the w ≥ 0 with w_j = 0 that is least in ½·|x_j - X w|² + ½·l2·|w|² + l1·Σ w,
    by cyclic coordinate descent (Friedman, Hastie & Tibshirani 2010), all books j side by side.
    Books with fewer than `min_readers` readers weigh nothing. Only books that somebody has read
    together can weigh more than 0. `advance` is told of each block of books that is done.
    """
    from scipy.sparse import coo_array

    known = np.flatnonzero(np.asarray(matrix.sum(axis=0)) >= max(1, min_readers))
    read = matrix[:, known].tocsc()
    size = np.diff(read.indptr).astype(np.float32)
    rows, columns, weights = [], [], []
    for start in range(0, len(known), _TARGETS):
        shared = (read.T @ read[:, start : start + _TARGETS]).tocsr()
        found = _descended(read, size, shared, start, l1, l2).tocoo()
        kept = found.data > 0.0
        i, j = found.coords
        rows.append(known[i[kept]])
        columns.append(known[j[kept] + start])
        weights.append(found.data[kept])
        if advance is not None:
            advance(shared.shape[1])
    none = np.zeros(0, dtype=np.int64)
    pairs = (np.concatenate([none, *rows]), np.concatenate([none, *columns]))
    values = np.concatenate([np.zeros(0, dtype=np.float32), *weights])
    return coo_array((values, pairs), (matrix.shape[1],) * 2).tocsr()


def _descended(
    read: csc_array, size: np.ndarray, shared: csr_array, start: int, l1: float, l2: float
) -> csr_array:
    """The weights (n, b) that explain the books from `start` on, where `shared` (n, b) counts
    common readers; the same places are filled."""
    explained = np.zeros((read.shape[0], shared.shape[1]), dtype=np.float32)  # X W
    weights = np.zeros(shared.nnz, dtype=np.float32)
    for _ in range(_SWEEPS):
        largest = 0.0
        for i in np.flatnonzero(np.diff(shared.indptr)):
            own = slice(shared.indptr[i], shared.indptr[i + 1])
            targets = shared.indices[own]
            readers = read.indices[read.indptr[i] : read.indptr[i + 1], None]
            before, by_readers = weights[own], explained[readers, targets]
            left = shared.data[own] - by_readers.sum(axis=0) + size[i] * before
            after = np.maximum(0.0, left - l1) / (size[i] + l2)
            after[targets == i - start] = 0.0  # a book does not explain itself
            change = after - before
            explained[readers, targets] = by_readers + change
            weights[own] = after
            largest = max(largest, float(np.abs(change).max()))
        if largest < _SETTLED:
            break
    return type(shared)((weights, shared.indices, shared.indptr), shared.shape)
