"""Item-item models: which books go with those read, from who read what and nothing else.

Each is fitted on the binary matrix of readers × books (`who_read_what`) and scores histories:

- `popularity`: how many have read a book, whatever the history;
- `item_knn`: cosine with shrinkage, the most similar books of each (Sarwar et al. 2001, "Item-based
  collaborative filtering recommendation algorithms");
- `ease`: ridge regression of each book on all others (Steck 2019, "Embarrassingly shallow
  autoencoders for sparse data");
- `slim`: the same with weights that are not negative and few (Ning & Karypis 2011, "SLIM: Sparse
  linear methods for top-N recommender systems").

Letters: U readers, N books, of which n can be told apart, B histories. Books of the history are
scored like others: who ranks leaves them out. A book that a model knows nothing of scores 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_array


_COLUMNS = 1000  # books whose similarities are held at once


class ItemItem(Protocol):
    """A fitted model."""

    def scores(self, histories: csr_array) -> np.ndarray:
        """Scores float32 (B, N), greater is better, of binary `histories` (B, N)."""
        ...


def histories_of(read: Sequence[np.ndarray], books: int) -> csr_array:
    """Histories as `ItemItem.scores` wants them: binary float32 (B, books) of book indices (H,).

    Raises:
        ValueError: an index is not one of `books`.
    """
    from scipy.sparse import csr_array

    places = [np.unique(np.asarray(one, dtype=np.int64)) for one in read]
    starts = np.cumsum([0, *map(len, places)])
    columns = np.concatenate([np.zeros(0, dtype=np.int64), *places])
    made = csr_array((np.ones(len(columns), np.float32), columns, starts), (len(read), books))
    made.check_format()
    return made


@dataclass(frozen=True)
class Popularity:
    """`readers` float32 (N,): how many have read each book."""

    readers: np.ndarray

    def scores(self, histories: csr_array) -> np.ndarray:
        """See `ItemItem`."""
        return np.tile(self.readers, (histories.shape[0], 1))


@dataclass(frozen=True)
class ItemKnn:
    """`similar` float32 (N, N), sparse: column j holds the books most similar to j."""

    similar: csr_array

    def scores(self, histories: csr_array) -> np.ndarray:
        """See `ItemItem`: the sum of similarities to the books read."""
        return np.asarray((histories @ self.similar).toarray())


@dataclass(frozen=True)
class Ease:
    """The regression in its dual form, which holds U × n numbers and never n × n.

    With X (U, n) who read what, P = (XᵀX + λI)⁻¹ = (I − Xᵀ C X) / λ where C = (XXᵀ + λI)⁻¹ is
    only U × U (Woodbury). The weights are B = I − P diag(1/diag P).

    `known` int64 (n,) are the books it was fitted on; `read` is X, `solved` C X float32 (U, n) and
    `own` λ diag P float32 (n,).
    """

    books: int
    known: np.ndarray
    read: csr_array
    solved: np.ndarray
    own: np.ndarray

    def scores(self, histories: csr_array) -> np.ndarray:
        """See `ItemItem`: h B = h − h (I − Xᵀ C X) / (λ diag P)."""
        had = histories[:, self.known]
        explained = (had @ self.read.T) @ self.solved
        dense = had.toarray()
        found = np.zeros((histories.shape[0], self.books), dtype=np.float32)
        found[:, self.known] = dense - (dense - explained) / self.own
        return found


def popularity(matrix: csr_array) -> Popularity:
    """How many of the readers of `matrix` (U, N) have read each book."""
    return Popularity(np.asarray(matrix.sum(axis=0), dtype=np.float32))


def item_knn(matrix: csr_array, shrink: float = 10.0, neighbours: int = 100) -> ItemKnn:
    """Similarities s_ij = n_ij / (√(n_i n_j) + shrink) of the books of `matrix` (U, N).

    n_ij readers have read both. Of each book the `neighbours` most similar others count; of those
    equally similar, the ones with lower index.
    """
    from scipy.sparse import csc_array, hstack

    _, books = matrix.shape
    by_book = matrix.tocsc().astype(np.float32)
    size = np.sqrt(np.asarray(by_book.sum(axis=0)))
    blocks = [csc_array((books, 0), dtype=np.float32)]
    for start in range(0, books, _COLUMNS):
        both = (by_book.T @ by_book[:, start : start + _COLUMNS]).tocoo()
        i, j = both.coords
        other = i != j + start
        i, j, shared = i[other], j[other], both.data[other]
        similar = shared / (size[i] * size[j + start] + shrink)
        order = np.lexsort((i, -similar, j))
        i, j, similar = i[order], j[order], similar[order]
        place = np.arange(len(j)) - np.searchsorted(j, j)  # within its column
        near = place < neighbours
        shape = (books, min(_COLUMNS, books - start))
        blocks.append(csc_array((similar[near], (i[near], j[near])), shape, dtype=np.float32))
    return ItemKnn(hstack(blocks, format="csr"))


def ease(matrix: csr_array, l2: float = 500.0, min_readers: int = 1) -> Ease:
    """The exact EASE of `matrix` (U, N) over the books with at least `min_readers` readers.

    `l2` is λ > 0. Time and memory grow with U² and U·n: 2,000 readers of 12,000 books take seconds
    and some 300 MB.
    """
    from scipy.linalg import cho_factor, cho_solve

    known = np.flatnonzero(np.asarray(matrix.sum(axis=0)) >= max(1, min_readers))
    read = matrix[:, known].astype(np.float64)
    gram = (read @ read.T).toarray()
    gram[np.diag_indices_from(gram)] += l2
    solved = cho_solve(cho_factor(gram, lower=True), read.toarray(), overwrite_b=True)
    own = 1.0 - np.asarray(read.multiply(solved).sum(axis=0))
    return Ease(
        matrix.shape[1],
        known,
        read.astype(np.float32),
        solved.astype(np.float32),
        own.astype(np.float32),
    )
