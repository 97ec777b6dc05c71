"""SLIM: sparse item-item weights from who read what.

    w_j = argmin_w ½·|x_j - X w|² + ½·λ₂·|w|² + λ₁·Σ_i w_i,   w ≥ 0, w_jj = 0

X (U, N) is 1 where reader u has rated book i, and x_j is its column of book j. w_j is the column of
B that reconstructs x_j: B_ij is how strongly reading i predicts reading j. Ning and Karypis (2011),
"SLIM: Sparse linear methods for top-N recommender systems". Solved by cyclic coordinate descent
(Friedman, Hastie and Tibshirani 2010, "Regularization paths for generalized linear models via
coordinate descent"):

    w_ij ← max(0, x_i·(x_j - Σ_{k≠i} x_k w_kj) - λ₁) / (|x_i|² + λ₂)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from bookrec.catalogue.ratings import Ratings

if TYPE_CHECKING:
    from scipy.sparse import csc_array, csr_array


_BLOCK = 4000  # columns solved together; memory grows with readers × block
_SWEEPS = 20  # at most
_TOLERANCE = 1e-3  # largest change of a weight in the last sweep


def who_read_what(ratings: Ratings, books: int) -> csr_array:
    """Return X, binary float32 (U, books): which of the first `books` books each reader has rated.

    Readers are ascending. Ratings of other books are left out; a reader of no other books keeps an
    empty row.
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
    """Return the weights B, csr float32 (N, N), of X (U, N).

    Books with fewer than `min_readers` readers have no weights. Only books with a common reader can
    have a weight above 0. `advance` receives the number of books in each finished block.
    """
    from scipy.sparse import coo_array

    known = np.flatnonzero(np.asarray(matrix.sum(axis=0)) >= max(1, min_readers))
    read = matrix[:, known].tocsc()
    size = np.diff(read.indptr).astype(np.float32)
    rows, columns, weights = [], [], []
    for start in range(0, len(known), _BLOCK):
        common = (read.T @ read[:, start : start + _BLOCK]).tocsr()
        found = _coordinate_descent(read, size, common, start, l1, l2).tocoo()
        kept = found.data > 0.0
        i, j = found.coords
        rows.append(known[i[kept]])
        columns.append(known[j[kept] + start])
        weights.append(found.data[kept])
        if advance is not None:
            advance(common.shape[1])
    none = np.zeros(0, dtype=np.int64)
    pairs = (np.concatenate([none, *rows]), np.concatenate([none, *columns]))
    values = np.concatenate([np.zeros(0, dtype=np.float32), *weights])
    return coo_array((values, pairs), (matrix.shape[1],) * 2).tocsr()


def _coordinate_descent(
    read: csc_array, size: np.ndarray, common: csr_array, start: int, l1: float, l2: float
) -> csr_array:
    """Return the weights (n, b) of the b columns from `start` on.

    `read` is X (U, n) and `size` (n,) its |x_i|². `common` (n, b) counts common readers, which are
    the products x_i·x_j; the weights are nonzero in the same places at most.
    """
    reconstruction = np.zeros((read.shape[0], common.shape[1]), dtype=np.float32)  # X W
    weights = np.zeros(common.nnz, dtype=np.float32)
    for _ in range(_SWEEPS):
        largest = 0.0
        for i in np.flatnonzero(np.diff(common.indptr)):
            own = slice(common.indptr[i], common.indptr[i + 1])
            targets = common.indices[own]
            readers = read.indices[read.indptr[i] : read.indptr[i + 1], None]
            before, by_readers = weights[own], reconstruction[readers, targets]
            product = common.data[own] - by_readers.sum(axis=0) + size[i] * before
            after = np.maximum(0.0, product - l1) / (size[i] + l2)
            after[targets == i - start] = 0.0  # a book does not explain itself
            change = after - before
            reconstruction[readers, targets] = by_readers + change
            weights[own] = after
            largest = max(largest, float(np.abs(change).max()))
        if largest < _TOLERANCE:
            break
    return type(common)((weights, common.indices, common.indptr), common.shape)
