"""Metrics of one recommendation list."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

K = 20  # length of a list
LIKED = 4.0  # a held-out book with this many stars or more is a target
_STRATA = -0.5  # exponent of (site ratings + 10) in the weight of a target


def best(scores: np.ndarray, allowed: np.ndarray, k: int = K) -> np.ndarray:
    """The k allowed books with the highest scores, int64 (≤ k,), best first.

    `scores` and bool `allowed` are (M,). Ties go to the lower index.
    """
    books = np.flatnonzero(allowed)
    if k < len(books):
        least = np.partition(scores[books], len(books) - k)[len(books) - k]
        books = books[scores[books] >= least]
    return np.asarray(books[np.argsort(-scores[books], kind="stable")][:k], dtype=np.int64)


def recall(found: np.ndarray, targets: np.ndarray, k: int = K) -> float:
    """Recall at k, with min(k, targets) as the denominator."""
    return float(np.isin(found[:k], targets).sum() / min(k, len(targets)))


def ndcg(found: np.ndarray, targets: np.ndarray, k: int = K) -> float:
    """Normalised discounted cumulative gain at k with binary gains (Järvelin & Kekäläinen 2002)."""
    discounts = 1.0 / np.log2(np.arange(2, k + 2))
    hits = np.isin(found[:k], targets)
    return float(discounts[: len(hits)] @ hits / discounts[: min(k, len(targets))].sum())


def stratified_recall(
    found: np.ndarray, targets: np.ndarray, ratings_count: np.ndarray, k: int = K
) -> float:
    """Recall at k with each target weighted by (site ratings + 10)^-½, relative to the best list.

    The weights keep bestsellers from dominating (Steck 2011, "Item popularity and recommendation
    accuracy"). `ratings_count` is (N,).
    """
    weights = (ratings_count[targets] + 10.0) ** _STRATA
    hit = np.isin(targets, found[:k])
    return float(weights[hit].sum() / np.sort(weights)[::-1][:k].sum())


def repeats(
    found: np.ndarray,
    read: np.ndarray,
    works: np.ndarray,
    contents: Mapping[int, frozenset[int]],
) -> int:
    """The number of listed books that repeat one read, or one earlier on the list.

    A book repeats another of the same work, one that it contains, and one that contains it. `works`
    int64 (N,) are the works of the books; `contents` maps a work to those that it contains or that
    contain it.
    """
    known, repeated = set(works[read].tolist()), 0
    for work in works[found].tolist():
        repeated += work in known or not known.isdisjoint(contents.get(work, frozenset()))
        known.add(work)
    return repeated
