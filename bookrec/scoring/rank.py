"""The order of a list: not stars alone, but a book that is near, liked and findable.

    score = r̂ + 0.8·ln(a⁴ + 0.003) + 2·confidence + 0.3·log₁₀(ratings + 10)
    a⁴    = Σ_j c_ij⁴ (r_uj - m_j)₊ / Σ_j (r_uj - m_j)₊,   c = .7·cos(v_i, v_j)₊ + .3·cos(genres)₊

Predicted stars are bounded by 5 and shrunk: after one loved book they order the catalogue by its
means. What the list adds is the affinity a⁴ to the books that were liked, the confidence, and how
many have read a book. The weights were chosen on validation rows, by where a reader's held-out
liked books come among all books (docs/log.md); the stars shown are untouched by them.
"""

from __future__ import annotations

import numpy as np

from bookrec.scoring.predict import History, Prediction, Shelf

_AFFINITY, _FLOOR = 0.8, 0.003
_GENRES = 0.3  # of the likeness; text alone puts a famous stranger before a book of the kind
_CONFIDENCE = 2.0
_POPULARITY = 0.3  # stars for ten times the ratings
# What was asked for in words leads, taste follows: a cosine of 0.3 is worth 4.4, one of 0.1 0.7.
_ASKED, _ASKED_FLOOR = 1.0, 0.0001
_NOVELTY = 4.0  # the dial turns popularity from +0.3 to -0.9 stars for ten times the ratings


def affinity(shelf: Shelf, history: History, candidates: np.ndarray) -> np.ndarray:
    """a⁴ float64 (n,): likeness to the history's liked books, 0 to 1."""
    own, liking = shelf.vectors[history.books], np.maximum(history.residuals, 0.0)
    if history.extra is not None and len(history.extra):
        own = np.concatenate([own, history.extra])
        # what has no vector is like nothing
        liking[len(history.books) :] *= np.any(history.extra, axis=1)
    if not liking.any():
        return np.zeros(len(candidates))
    alike = np.maximum(0.0, shelf.vectors[candidates] @ own.T).astype(np.float64)
    if shelf.kinds is not None:
        kinds = np.maximum(0.0, shelf.kinds[candidates] @ shelf.kinds[history.books].T)
        alike *= 1.0 - _GENRES
        alike[:, : len(history.books)] += _GENRES * kinds
    return np.asarray((alike**4) @ (liking / liking.sum()))


def likeness(shelf: Shelf, query: np.ndarray, candidates: np.ndarray) -> np.ndarray:
    """Cosine float64 (n,) of the candidates to a query's vector float32 (D,)."""
    return np.asarray(shelf.vectors[candidates] @ query, dtype=np.float64)


def rank_scores(
    predicted: Prediction,
    affinity: np.ndarray,
    ratings_count: np.ndarray,
    novelty: float | np.ndarray,
    likeness: np.ndarray | None = None,
) -> np.ndarray:
    """Scores float64 (n,) by which a list is ordered, highest first.

    `novelty` 0 … 1 turns the liking for much-read books into a liking for little-read ones; for
    several, float64 (V, 1), the scores are (V, n).
    `likeness` is the cosine to what the reader asked for in words, if anything.
    """
    popularity = _POPULARITY * (1.0 - _NOVELTY * novelty)
    asked = 0.0
    if likeness is not None:
        asked = _ASKED * np.log(np.maximum(likeness, 0.0) ** 4 + _ASKED_FLOOR)
    return np.asarray(
        predicted.raw
        + _AFFINITY * np.log(affinity + _FLOOR)
        + _CONFIDENCE * predicted.confidence
        + popularity * np.log10(ratings_count + 10.0)
        + asked
    )
