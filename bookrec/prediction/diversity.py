"""Maximal marginal relevance: a list of books unlike each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

# How many times the asked-for length is collected before diversity chooses among them.
_POOL = 8


def diversified(
    books: Sequence[int], scores: np.ndarray, vectors: np.ndarray, diversity: float, limit: int
) -> list[int]:
    """Maximal marginal relevance (Carbonell & Goldstein 1998) over a pool, best first.

    `scores` (N,), `vectors` float32 (N, D) of unit length. diversity 0 keeps the order, 1 asks
    only that each book be unlike those before it.
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
        worth = (1 - diversity) * relevance - diversity * nearest
        worth[chosen] = -np.inf
        chosen.append(int(np.argmax(worth)))
    return [int(pool[i]) for i in chosen]


def pool_size(limit: int, diversity: float) -> int:
    """How many books to collect before `diversified` chooses."""
    return limit if diversity <= 0 else limit * _POOL
