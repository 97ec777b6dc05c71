"""TODO"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

K = 20  # places
LIKED = 4.0  # stars from which a held-out book is a target
_STRATA = -0.5  # power of (site ratings + 10) by which a target is weighed


def best(scores: np.ndarray, allowed: np.ndarray, k: int = K) -> np.ndarray:
    """The k allowed books of the highest scores, best first, of equal ones the lower index;
    `allowed` bool, both (M,)."""
    books = np.flatnonzero(allowed)
    if k < len(books):
        least = np.partition(scores[books], len(books) - k)[len(books) - k]
        books = books[scores[books] >= least]
    return np.asarray(books[np.argsort(-scores[books], kind="stable")][:k], dtype=np.int64)


def recall(found: np.ndarray, targets: np.ndarray, k: int = K) -> float:
    """Targets among the first k of a list, out of min(k, targets)."""
    return float(np.isin(found[:k], targets).sum() / min(k, len(targets)))


def ndcg(found: np.ndarray, targets: np.ndarray, k: int = K) -> float:
    """Normalised discounted cumulative gain of a list, every target a gain of 1 (Järvelin &
    Kekäläinen 2002)."""
    discounts = 1.0 / np.log2(np.arange(2, k + 2))
    hits = np.isin(found[:k], targets)
    return float(discounts[: len(hits)] @ hits / discounts[: min(k, len(targets))].sum())


def stratified_recall(
    found: np.ndarray, targets: np.ndarray, ratings_count: np.ndarray, k: int = K
) -> float:
    """Recall with each target weighed by (site ratings + 10)^-½, out of the best that k places
    can hold, so that bestsellers are not the whole of it (Steck 2011, "Item popularity and
    recommendation accuracy"). `ratings_count` is (N,)."""
    worth = (ratings_count[targets] + 10.0) ** _STRATA
    hit = np.isin(targets, found[:k])
    return float(worth[hit].sum() / np.sort(worth)[::-1][:k].sum())


def liked(books: Iterable[int], stars: Iterable[float]) -> np.ndarray:
    """The books given `LIKED` stars or more, int64."""
    return np.array([b for b, s in zip(books, stars, strict=True) if s >= LIKED], dtype=np.int64)
