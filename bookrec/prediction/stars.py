"""A reader's history → stars for unread books, without a neural network.

    r̂_ui = m_i + s_ui + b_u + α · Σ_j w_ij (r_uj - m_j - s_uj - b_u) / (Σ_j w_ij + λ)
    w_ij  = y_ij · (k(cos(v_i, v_j)) + β_a·[same author] + β_s·[same series]
                    + β_g·max(0, cos(g_i, g_j))²)
    k(c)  = (max(0, c - τ) / (1 - τ))^p,   y_ij = 1 + β_y·exp(-|year_i - year_j| / 5)

m, s and b are the bias model's (`means.py`).

A neighbourhood model on residuals (Koren 2008, "Factorization meets the neighborhood", eq. 3) whose
similarity is the book vectors' (v: what texts say and where readers place them) and genres (g):
vectors reach near, genres wide, and one cosine of both predicts worse than the two. λ makes α mean
"how much of the reader's own taste": where nothing in the history is like the book, Σw is small and
the prediction is the bias model's. The share Σw/(Σw + λ) is the confidence.

Shapes: H books in a history, n books to predict, W width of a vector.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bookrec.catalogue.ids import shared
from bookrec.prediction.book_arrays import BookArrays
from bookrec.prediction.constants import Constants
from bookrec.prediction.loyalty import loyalty
from bookrec.prediction.means import reader_offset
from bookrec.stars import MAX_STARS, MIN_STARS

_YEARS = 5.0  # apart, at which nearness in time has fallen to 1/e


@dataclass(frozen=True)
class History:
    """H rated books of one reader: `books` int64 (H,), `residuals` float64 (H,) r_uj - m_j - s_uj.

    `offset` is b_u; `extra` float32 (X, D) are vectors of books outside the catalogue, which come
    after the H (their residuals are in `residuals`, H + X in all).
    """

    books: np.ndarray
    residuals: np.ndarray
    offset: float
    extra: np.ndarray | None = None


@dataclass(frozen=True)
class Prediction:
    """For n books: `stars` clipped to 1 … 5, `personal` stars beyond the book's mean, of which
    `loyalty` is s_ui; `confidence` 0 … 1; float64 (n,). `raw` is stars before the clip."""

    raw: np.ndarray
    loyalty: np.ndarray
    personal: np.ndarray
    confidence: np.ndarray

    @property
    def stars(self) -> np.ndarray:
        """Predicted stars, clipped to the scale."""
        return np.asarray(np.clip(self.raw, MIN_STARS, MAX_STARS))


def loyalty_of(
    arrays: BookArrays, read: np.ndarray, books: np.ndarray, constants: Constants
) -> np.ndarray:
    """s_ui float64 (n,), in stars, of `books` (n,) for a reader of `read` (H,)."""
    return loyalty(arrays.ids, read, books, constants.per_volume, constants.per_author)


def expected(
    arrays: BookArrays, read: np.ndarray, means: np.ndarray, constants: Constants
) -> np.ndarray:
    """m_j + s_uj float64 (H,) of the books (H,) a reader has read; `means` are the catalogue's."""
    return np.asarray(means[read] + loyalty_of(arrays, read, read, constants), dtype=np.float64)


def make_history(
    arrays: BookArrays,
    books: np.ndarray,
    stars: np.ndarray,
    means: np.ndarray,
    constants: Constants,
) -> History:
    """A history from books (H,), stars (H,) and the catalogue's means (N,)."""
    residuals = np.asarray(stars - expected(arrays, books, means, constants))
    return History(books, residuals, reader_offset(residuals, constants.reader_damping))


def weights(
    arrays: BookArrays, history: History, candidates: np.ndarray, constants: Constants
) -> np.ndarray:
    """w_ij, float64 (n, H): how much each history book says about each candidate.

    A book says nothing about itself: its weight is 0.
    """
    own = arrays.vectors[history.books]
    if history.extra is not None and len(history.extra):
        own = np.concatenate([own, history.extra])
    cosine = np.asarray(arrays.vectors[candidates] @ own.T, dtype=np.float64)
    found = weight_of(cosine, constants)
    h = len(history.books)
    found[:, :h] += author_series_weight(arrays, candidates, history.books, constants)
    if arrays.genres is not None:
        alike = np.asarray(arrays.genres[candidates] @ arrays.genres[history.books].T, np.float64)
        found[:, :h] += constants.same_genres * np.maximum(0.0, alike) ** 2
    found[:, :h] *= year_factor(arrays, candidates, history.books, constants)
    known = np.flatnonzero(np.isin(candidates, history.books))
    found[known, :h] *= candidates[known, None] != history.books
    return found


def author_series_weight(
    arrays: BookArrays, one: np.ndarray, other: np.ndarray, constants: Constants
) -> np.ndarray:
    """β_a·[same author] + β_s·[same series] of books (n,) and (H,): float64 (n, H)."""
    found = np.zeros((len(one), len(other)))
    for ids, worth in (
        (arrays.ids.authors, constants.same_author),
        (arrays.ids.series, constants.same_series),
    ):
        found += worth * shared(ids, one, other)
    return found


def year_factor(
    arrays: BookArrays, one: np.ndarray, other: np.ndarray, constants: Constants
) -> np.ndarray:
    """y_ij of books (n,) and (H,): float64 (n, H), 1 where a year is unknown."""
    if arrays.years is None:
        return np.ones((len(one), len(other)))
    near = np.exp(np.abs(arrays.years[one][:, None] - arrays.years[other]) / -_YEARS)
    near[np.isnan(near)] = 0.0
    return np.asarray(1.0 + constants.same_years * near)


def weight_of(cosine: np.ndarray, constants: Constants) -> np.ndarray:
    """max(0, cos - τ)^p, scaled so that a cosine of 1 weighs 1."""
    reach = max(1e-6, 1.0 - constants.threshold)
    scaled = np.maximum(0.0, cosine - constants.threshold) / reach
    return np.asarray(scaled**constants.power)


def predict(
    arrays: BookArrays,
    history: History,
    candidates: np.ndarray,
    means: np.ndarray,
    constants: Constants,
) -> Prediction:
    """Stars for the candidates (n,) int64; `means` are m_i of just these candidates, (n,)."""
    w = weights(arrays, history, candidates, constants)
    loyal = loyalty_of(arrays, history.books, candidates, constants)
    return combine(w, history, means, loyal, constants)


def combine(
    w: np.ndarray,
    history: History,
    means: np.ndarray,
    loyalty: np.ndarray,
    constants: Constants,
) -> Prediction:
    """The formula at the head of this module, from weights (n, H), book means m and s (n,)."""
    taste, confidence = smoothed(w, history, constants)
    personal = history.offset + constants.alpha * taste + loyalty
    return Prediction(means + personal, loyalty, personal, confidence)


def smoothed(
    w: np.ndarray, history: History, constants: Constants
) -> tuple[np.ndarray, np.ndarray]:
    """Σw·residual / (Σw + λ) in stars, and Σw / (Σw + λ), both (n,), from weights (n, H)."""
    total = w.sum(axis=1)
    shrunk = total + constants.shrinkage
    return w @ (history.residuals - history.offset) / shrunk, total / shrunk


def contributions(w: np.ndarray, history: History, constants: Constants) -> np.ndarray:
    """What each history book adds, in stars: (n, H), rows sum to `personal` less `loyalty`.

    The offset is itself a mean of the history's residuals, so that part is linear in them and
    comes apart exactly.
    """
    share = constants.alpha * w / (w.sum(axis=1, keepdims=True) + constants.shrinkage)
    count = len(history.residuals) + constants.reader_damping
    of_offset = (1.0 - share.sum(axis=1, keepdims=True)) / count
    return np.asarray((share + of_offset) * history.residuals)
