"""Maximal marginal relevance: reranking a list so that its books differ from each other.

    next = argmax_i (1 - d)·score_i - d·max_{j chosen} cos(v_i, v_j)

d is the diversity; scores are rescaled to 0 … 1 over the pool. Carbonell and Goldstein (1998),
"The use of MMR, diversity-based reranking for reordering documents and producing summaries".
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

_POOL = 8  # pool of candidates, as a multiple of the length of the list


def diversified(
    books: Sequence[int], scores: np.ndarray, vectors: np.ndarray, diversity: float, limit: int
) -> list[int]:
    """Choose `limit` of `books`, which are ordered best first.

    `scores` (N,), `vectors` float32 (N, D) of unit length. A diversity of 0 keeps the order; at 1
    only the distance to the books before counts.
    """
    if diversity <= 0 or len(books) <= 1:
        return list(books[:limit])
    pool = np.asarray(books)
    relevance = scores[pool]
    spread = float(np.ptp(relevance)) or 1.0
    relevance = (relevance - relevance.min()) / spread
    cosine = np.asarray(vectors[pool] @ vectors[pool].T, dtype=np.float64)
    chosen = [0]
    while len(chosen) < min(limit, len(pool)):
        nearest = cosine[:, chosen].max(axis=1)
        marginal = (1 - diversity) * relevance - diversity * nearest
        marginal[chosen] = -np.inf
        chosen.append(int(np.argmax(marginal)))
    return [int(pool[i]) for i in chosen]


def pool_size(limit: int, diversity: float) -> int:
    """Return how many books to collect for `diversified`."""
    return limit if diversity <= 0 else limit * _POOL
