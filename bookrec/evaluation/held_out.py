"""Predict held-out ratings from each reader's history, for `fit-alpha` and `evaluate`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bookrec.catalogue.ratings import Ratings
from bookrec.evaluation.cases import CaseRows, cases_of, sample_history
from bookrec.evaluation.metrics import by_reader, pearson
from bookrec.prediction.book_arrays import BookArrays
from bookrec.prediction.constants import Constants
from bookrec.prediction.loyalty import read_past
from bookrec.prediction.stars import loyalty_of, make_history, neighbourhood_term, weights


@dataclass(frozen=True)
class HeldOut:
    """The components of the predictions for T held-out ratings. All arrays are (T,).

    r̂ = book_mean + loyalty + offset + α · taste, in stars. `own_mean` is the mean of the reader's
    past ratings (stars), `history` their number. `confidence` is in [0, 1). `hindsight` is bool:
    the past holds a later volume of the book's series.
    """

    readers: np.ndarray
    books: np.ndarray
    stars: np.ndarray
    book_mean: np.ndarray
    loyalty: np.ndarray
    offset: np.ndarray
    taste: np.ndarray
    confidence: np.ndarray
    own_mean: np.ndarray
    history: np.ndarray
    hindsight: np.ndarray

    def predicted(self, alpha: float) -> np.ndarray:
        """r̂ for this α, not clipped to the star scale."""
        return np.asarray(self.book_mean + self.loyalty + self.offset + alpha * self.taste)


def predict_held_out(
    arrays: BookArrays,
    ratings: Ratings,
    history_rows: np.ndarray,
    target_rows: np.ndarray,
    means: np.ndarray,
    constants: Constants,
    max_history: int | None = None,
    rng: np.random.Generator | None = None,
    advance: Callable[[], None] | None = None,
) -> HeldOut:
    """Predict each reader's `target_rows` of `ratings` from the same reader's `history_rows`.

    `means` (N,) are the book means m_i, fitted without the targets. A history longer than
    `max_history` is sampled down to it with `rng`.
    """
    rng = rng or np.random.default_rng(0)
    cases = [
        replace(case, past=sample_history(case.past, max_history, rng))
        for case in cases_of(ratings, history_rows, target_rows)
    ]
    return predict_cases(arrays, ratings, cases, means, constants, advance)


def predict_cases(
    arrays: BookArrays,
    ratings: Ratings,
    cases: Sequence[CaseRows],
    means: np.ndarray,
    constants: Constants,
    advance: Callable[[], None] | None = None,
) -> HeldOut:
    """Predict each case's targets, using none of the reader's ratings but its past."""
    nothing = np.zeros(0, dtype=np.int64)
    # A case without rows gives empty columns of the right dtypes.
    parts = [_one_case(arrays, ratings, nothing, nothing, means, constants)]
    for case in cases:
        parts.append(_one_case(arrays, ratings, case.past, case.target, means, constants))
        if advance is not None:
            advance()
    return HeldOut(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _one_case(
    arrays: BookArrays,
    ratings: Ratings,
    past: np.ndarray,
    targets: np.ndarray,
    means: np.ndarray,
    constants: Constants,
) -> tuple[np.ndarray, ...]:
    books, stars = ratings.books[past], ratings.stars[past]
    history = make_history(arrays, books, stars, means, constants)
    wanted = ratings.books[targets]
    w = weights(arrays, history, wanted, constants)
    taste, confidence = neighbourhood_term(w, history, constants)
    ones = np.ones(len(targets))
    own = float(np.mean(stars)) if len(stars) else float(np.mean(means))
    return (
        ratings.readers[targets],
        wanted,
        ratings.stars[targets],
        means[wanted],
        loyalty_of(arrays, books, wanted, constants),
        ones * history.offset,
        taste,
        confidence,
        ones * own,
        ones * len(past),
        read_past(arrays.ids, books, wanted),
    )


def alpha_curve(held: HeldOut, steps: int) -> list[tuple[float, float]]:
    """(α, mean per-reader Pearson) pairs for `steps` evenly spaced α from 0 to 2."""
    curve = []
    for alpha in np.linspace(0.0, 2.0, steps):
        _, values = by_reader(held.readers, held.predicted(float(alpha)), held.stars, pearson)
        values = values[~np.isnan(values)]
        curve.append((round(float(alpha), 4), float(values.mean()) if len(values) else 0.0))
    return curve
