"""Collaborative baselines for recommendation lists.

Each model is fitted on the binary reader × book matrix (`who_read_what`) and scores all books for
a history:

- `popularity`: the number of readers of a book, the same for every history;
- `item_knn`: item-based nearest neighbours by shrunk cosine (Sarwar et al. 2001, "Item-based
  collaborative filtering recommendation algorithms");
- `ease`: ridge regression of each book on all others (Steck 2019, "Embarrassingly shallow
  autoencoders for sparse data").

Shapes: U readers, N books, n of them with enough readers to be fitted, B histories. Books in the
history get a score like all others; the caller leaves them out. Books that were not fitted score 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from bookrec.catalogue.ratings import Ratings
from bookrec.evaluation.list_cases import ListCase
from bookrec.evaluation.list_figures import Candidates, ListsByMethod
from bookrec.evaluation.list_metrics import best
from bookrec.prediction.slim import who_read_what

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_COLUMNS = 1000  # books per block of the similarity matrix
_HISTORIES_PER_BATCH = 64
# Chosen on validation rows, see docs/log.md.
_EASE_L2, _EASE_MIN_READERS = 100.0, 4


class ItemItem(Protocol):
    """A fitted item-item model."""

    def scores(self, histories: csr_array) -> np.ndarray:
        """Score all books for binary `histories` (B, N): float32 (B, N), higher is better."""
        ...


def histories_of(read: Sequence[np.ndarray], books: int) -> csr_array:
    """The binary matrix float32 (B, books) of B histories, each given as book indices (H,).

    Raises:
        ValueError: an index is not below `books`.
    """
    from scipy.sparse import csr_array

    rows = [np.unique(np.asarray(one, dtype=np.int64)) for one in read]
    starts = np.cumsum([0, *map(len, rows)])
    columns = np.concatenate([np.zeros(0, dtype=np.int64), *rows])
    matrix = csr_array((np.ones(len(columns), np.float32), columns, starts), (len(read), books))
    matrix.check_format()
    return matrix


@dataclass(frozen=True)
class Popularity:
    """`readers` float32 (N,): the number of readers of each book."""

    readers: np.ndarray

    def scores(self, histories: csr_array) -> np.ndarray:
        """See `ItemItem`."""
        return np.tile(self.readers, (histories.shape[0], 1))


@dataclass(frozen=True)
class ItemKnn:
    """`similar` float32 (N, N), sparse: column j holds the nearest neighbours of book j."""

    similar: csr_array

    def scores(self, histories: csr_array) -> np.ndarray:
        """See `ItemItem`: the sum of the similarities to the books read."""
        return np.asarray((histories @ self.similar).toarray())


@dataclass(frozen=True)
class Ease:
    """EASE in its dual form, which needs U × n numbers instead of n × n.

    X (U, n) is the reader × book matrix. P = (XᵀX + λI)⁻¹ = (I − Xᵀ C X) / λ, where
    C = (XXᵀ + λI)⁻¹ is only U × U (Woodbury identity). The weights are B = I − P diag(1/diag P).

    `known` int64 (n,) are the fitted books. `read` is X, `solved` is C X float32 (U, n), `own` is
    λ diag P float32 (n,).
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
    """Count the readers of each book in `matrix` (U, N)."""
    return Popularity(np.asarray(matrix.sum(axis=0), dtype=np.float32))


def item_knn(matrix: csr_array, shrink: float = 10.0, neighbours: int = 100) -> ItemKnn:
    """Similarities s_ij = n_ij / (√(n_i n_j) + shrink) between the books of `matrix` (U, N).

    n_ij is the number of readers of both books. Each book keeps its `neighbours` most similar other
    books; ties go to the lower index.
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
        kept = place < neighbours
        shape = (books, min(_COLUMNS, books - start))
        blocks.append(csc_array((similar[kept], (i[kept], j[kept])), shape, dtype=np.float32))
    return ItemKnn(hstack(blocks, format="csr"))


def ease(matrix: csr_array, l2: float = 500.0, min_readers: int = 1) -> Ease:
    """Fit EASE exactly on the books of `matrix` (U, N) with at least `min_readers` readers.

    `l2` is λ > 0. Time and memory grow with U² and U·n: 2,000 readers and 12,000 books take
    seconds and about 300 MB.
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


def fit_baselines(known: Ratings, rows: np.ndarray, books: int) -> dict[str, ItemItem]:
    """Fit every baseline on these rows of the known ratings.

    Only the first `books` are used. Books that no list can hold do not help (docs/log.md).
    """
    training = Ratings(known.readers[rows], known.books[rows], known.stars[rows])
    matrix = who_read_what(training, books)
    return {
        "popularity": popularity(matrix),
        "itemknn": item_knn(matrix),
        "ease": ease(matrix, _EASE_L2, _EASE_MIN_READERS),
    }


def baseline_lists(
    models: Mapping[str, ItemItem],
    cases: Sequence[ListCase],
    candidates: Candidates,
    books: int,
) -> ListsByMethod:
    """Each model's list for each case. The models were fitted on the first `books`."""
    lists: ListsByMethod = {name: [] for name in models}
    for start in range(0, len(cases), _HISTORIES_PER_BATCH):
        batch = cases[start : start + _HISTORIES_PER_BATCH]
        histories = histories_of([case.books[case.books < books] for case in batch], books)
        for name, model in models.items():
            scores = model.scores(histories)
            lists[name] += [
                best(row, candidates.of_case(case)[:books])
                for case, row in zip(batch, scores, strict=True)
            ]
    return lists
