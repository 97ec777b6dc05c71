"""Predicted stars: the bias model plus a neighbourhood model on its residuals.

    r̂_ui = m_i + s_ui + b_u + α · Σ_j w_ij (r_uj - m_j - s_uj - b_u) / (Σ_j w_ij + λ)
    w_ij = y_ij · (k(cos(v_i, v_j)) + β_a·[same author] + β_s·[same series]
                   + β_g·max(0, cos(g_i, g_j))²)
    k(c) = (max(0, c - τ) / (1 - τ))^p,   y_ij = 1 + β_y·exp(-|year_i - year_j| / 5)

j runs over the history of reader u. m, s and b are the bias model (`means.py`), v the book vectors
and g the genre vectors; the constants are in `constants.py`. This is Koren (2008), "Factorization
meets the neighborhood", eq. 3, with similarities w_ij of the books themselves instead of
correlations of their ratings. Genres are a term of their own: mixed into the cosine of the vectors
they predict worse (docs/log.md).

λ shrinks the neighbourhood term: with nothing similar in the history, Σ w is small and r̂ is the
bias model's. Σ w / (Σ w + λ) is the confidence.

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

_YEARS = 5.0  # decay of the year factor, in years


@dataclass(frozen=True)
class History:
    """H rated books of one reader, and X books outside the catalogue.

    `books` int64 (H,). `residuals` float64 (H + X,) are r_uj - m_j - s_uj, those of the X last.
    `offset` is b_u. `extra` float32 (X, W) are the vectors of the X, zero where unknown; None for
    X = 0.
    """

    books: np.ndarray
    residuals: np.ndarray
    offset: float
    extra: np.ndarray | None = None


@dataclass(frozen=True)
class Prediction:
    """The prediction of n books, all float64 (n,).

    `raw` is r̂ in stars, `loyalty` is s_ui, `personal` is r̂ - m_i (loyalty included), `confidence`
    is in [0, 1).
    """

    raw: np.ndarray
    loyalty: np.ndarray
    personal: np.ndarray
    confidence: np.ndarray

    @property
    def stars(self) -> np.ndarray:
        """r̂ clipped to the scale of 1 to 5 stars."""
        return np.asarray(np.clip(self.raw, MIN_STARS, MAX_STARS))


def loyalty_of(
    arrays: BookArrays, read: np.ndarray, books: np.ndarray, constants: Constants
) -> np.ndarray:
    """Return s_ui float64 (n,), in stars, of `books` (n,) for a reader of `read` (H,)."""
    return loyalty(arrays.ids, read, books, constants.per_volume, constants.per_author)


def expected(
    arrays: BookArrays, read: np.ndarray, means: np.ndarray, constants: Constants
) -> np.ndarray:
    """Return m_j + s_uj float64 (H,) of the books `read` (H,); `means` is m (N,)."""
    return np.asarray(means[read] + loyalty_of(arrays, read, read, constants), dtype=np.float64)


def make_history(
    arrays: BookArrays,
    books: np.ndarray,
    stars: np.ndarray,
    means: np.ndarray,
    constants: Constants,
) -> History:
    """Return the history of a reader who gave `stars` to `books`, both (H,); `means` is m (N,)."""
    residuals = np.asarray(stars - expected(arrays, books, means, constants))
    return History(books, residuals, reader_offset(residuals, constants.reader_damping))


def weights(
    arrays: BookArrays, history: History, candidates: np.ndarray, constants: Constants
) -> np.ndarray:
    """Return w_ij float64 (n, H + X) of candidates (n,); the weight of a book for itself is 0.

    Books outside the catalogue have a weight by their vector alone.
    """
    vectors = arrays.vectors[history.books]
    if history.extra is not None and len(history.extra):
        vectors = np.concatenate([vectors, history.extra])
    cosine = np.asarray(arrays.vectors[candidates] @ vectors.T, dtype=np.float64)
    found = cosine_kernel(cosine, constants)
    h = len(history.books)
    found[:, :h] += author_series_weight(arrays, candidates, history.books, constants)
    if arrays.genres is not None:
        genre_cosine = np.asarray(
            arrays.genres[candidates] @ arrays.genres[history.books].T, np.float64
        )
        found[:, :h] += constants.same_genres * np.maximum(0.0, genre_cosine) ** 2
    found[:, :h] *= year_factor(arrays, candidates, history.books, constants)
    known = np.flatnonzero(np.isin(candidates, history.books))
    found[known, :h] *= candidates[known, None] != history.books
    return found


def cosine_kernel(cosine: np.ndarray, constants: Constants) -> np.ndarray:
    """Return k(c) of cosines of any shape: 0 up to τ, 1 at a cosine of 1."""
    reach = max(1e-6, 1.0 - constants.threshold)
    scaled = np.maximum(0.0, cosine - constants.threshold) / reach
    return np.asarray(scaled**constants.power)


def author_series_weight(
    arrays: BookArrays, one: np.ndarray, other: np.ndarray, constants: Constants
) -> np.ndarray:
    """Return β_a·[same author] + β_s·[same series] float64 (n, H) of books (n,) and (H,)."""
    found = np.zeros((len(one), len(other)))
    for ids, weight in (
        (arrays.ids.authors, constants.same_author),
        (arrays.ids.series, constants.same_series),
    ):
        found += weight * shared(ids, one, other)
    return found


def year_factor(
    arrays: BookArrays, one: np.ndarray, other: np.ndarray, constants: Constants
) -> np.ndarray:
    """Return y_ij float64 (n, H) of books (n,) and (H,); 1 where a year is unknown."""
    if arrays.years is None:
        return np.ones((len(one), len(other)))
    decay = np.exp(np.abs(arrays.years[one][:, None] - arrays.years[other]) / -_YEARS)
    decay[np.isnan(decay)] = 0.0
    return np.asarray(1.0 + constants.same_years * decay)


def predict(
    arrays: BookArrays,
    history: History,
    candidates: np.ndarray,
    means: np.ndarray,
    constants: Constants,
) -> Prediction:
    """Predict candidates int64 (n,); `means` (n,) are their m_i."""
    w = weights(arrays, history, candidates, constants)
    loyal = loyalty_of(arrays, history.books, candidates, constants)
    return predict_from_weights(w, history, means, loyal, constants)


def predict_from_weights(
    w: np.ndarray,
    history: History,
    means: np.ndarray,
    loyalty: np.ndarray,
    constants: Constants,
) -> Prediction:
    """Predict n books from their weights (n, H + X), means m_i (n,) and loyalty s_ui (n,)."""
    taste, confidence = neighbourhood_term(w, history, constants)
    personal = history.offset + constants.alpha * taste + loyalty
    return Prediction(means + personal, loyalty, personal, confidence)


def neighbourhood_term(
    w: np.ndarray, history: History, constants: Constants
) -> tuple[np.ndarray, np.ndarray]:
    """Return the neighbourhood term without α, in stars, and the confidence, both float64 (n,)."""
    total = w.sum(axis=1)
    shrunk = total + constants.shrinkage
    return w @ (history.residuals - history.offset) / shrunk, total / shrunk


def contributions(w: np.ndarray, history: History, constants: Constants) -> np.ndarray:
    """Return what each book of the history adds, in stars: float64 (n, H + X).

    Rows sum to `Prediction.personal` minus `loyalty`. b_u is linear in the residuals too, so this
    decomposition is exact.
    """
    share = constants.alpha * w / (w.sum(axis=1, keepdims=True) + constants.shrinkage)
    count = len(history.residuals) + constants.reader_damping
    of_offset = (1.0 - share.sum(axis=1, keepdims=True)) / count
    return np.asarray((share + of_offset) * history.residuals)
