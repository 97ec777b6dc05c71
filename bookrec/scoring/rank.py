"""The order of a list: not stars alone, but a book that is near, liked and findable.

    score = r̂ + 0.5·ln(a⁴ + 0.003) + 2·confidence + 0.3·log₁₀(ratings + 10)
    a⁴    = Σ_j max(0, cos(v_i, v_j))⁴ (r_uj - m_j)₊ / Σ_j (r_uj - m_j)₊

Predicted stars are bounded by 5 and shrunk: after one loved book they order the catalogue by its
means. What the list adds is the affinity a⁴ to the books that were liked, the confidence, and how
many have read a book. The weights were chosen on validation rows, by where a reader's held-out
liked books come among all books (docs/log.md); the stars shown are untouched by them.
"""

from __future__ import annotations

import numpy as np

from bookrec.scoring.predict import History, Prediction, Shelf

_AFFINITY, _FLOOR = 0.5, 0.003
_CONFIDENCE = 2.0
_POPULARITY = 0.3  # stars for ten times the ratings
_NOVELTY = 4.0  # the dial turns popularity from +0.3 to -0.9 stars for ten times the ratings


def affinity(shelf: Shelf, history: History, candidates: np.ndarray) -> np.ndarray:
    """a⁴ float64 (n,): likeness to the history's liked books, 0 to 1."""
    liking = np.maximum(history.residuals[: len(history.books)], 0.0)
    if not liking.any():
        return np.zeros(len(candidates))
    cosine = np.maximum(0.0, shelf.vectors[candidates] @ shelf.vectors[history.books].T)
    return np.asarray((cosine.astype(np.float64) ** 4) @ (liking / liking.sum()))


def rank_scores(
    predicted: Prediction, affinity: np.ndarray, ratings_count: np.ndarray, novelty: float
) -> np.ndarray:
    """Scores float64 (n,) by which a list is ordered, highest first.

    `novelty` 0 … 1 turns the liking for much-read books into a liking for little-read ones.
    """
    popularity = _POPULARITY * (1.0 - _NOVELTY * novelty)
    return np.asarray(
        predicted.raw
        + _AFFINITY * np.log(affinity + _FLOOR)
        + _CONFIDENCE * predicted.confidence
        + popularity * np.log10(ratings_count + 10.0)
    )
