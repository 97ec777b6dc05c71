"""Metrics of predicted stars.

Shapes: R ratings, U readers. An undefined metric is NaN, never 0, so that callers can leave it out
and count it. A missing prediction is an error.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Metric = Callable[[Floats, Floats], float]
_ROUNDING = 8 * np.finfo(np.float64).eps  # a relative spread below this is rounding error


class ReaderMetric(NamedTuple):
    """A metric computed for each reader with at least `min_rows` ratings."""

    metric: Metric
    min_rows: int


def pearson(predicted: ArrayLike, actual: ArrayLike) -> float:
    """Pearson's correlation, Σ(x−x̄)(y−ȳ) / √(Σ(x−x̄)² Σ(y−ȳ)²), of two arrays (R,).

    NaN if `actual` is constant or has fewer than two values, because the correlation is undefined.
    0.0 if only `predicted` is constant, because the method failed to tell the ratings apart.
    Seven times as fast as `scipy.stats.pearsonr` on one reader's ratings.

    Raises:
        ValueError: the shapes differ, or a value is not finite.
    """
    x, y = paired(predicted, actual)
    if _constant(y):
        return float("nan")
    if _constant(x):
        return 0.0
    x, y = _unit(x), _unit(y)
    return float(np.clip(x @ y, -1.0, 1.0))


def spearman(predicted: ArrayLike, actual: ArrayLike) -> float:
    """Spearman's rank correlation. Ties get their mean rank; constants as in `pearson`."""
    x, y = paired(predicted, actual)
    if _constant(x) or _constant(y):
        return pearson(x, y)
    from scipy.stats import rankdata

    return pearson(*rankdata((x, y), axis=1))


def rmse(predicted: ArrayLike, actual: ArrayLike) -> float:
    """√(mean (x−y)²) of two arrays (R,), in stars. NaN if they are empty.

    Raises:
        ValueError: the shapes differ, or a value is not finite.
    """
    x, y = paired(predicted, actual)
    return float(np.sqrt(np.mean((x - y) ** 2))) if len(x) else float("nan")


def ndcg_at(predicted: ArrayLike, stars: ArrayLike, k: int = 10) -> float:
    """Normalised discounted cumulative gain of the `k` books with the highest predictions, 0 to 1.

    DCG = Σ (2^stars − 1) / log2(rank + 1) over ranks 1…k (Burges et al. 2005), divided by the DCG
    of the ideal order (Järvelin & Kekäläinen 2002). Tied predictions share the mean of their gains
    (McSherry & Najork 2008), so the order of the rows does not matter. NaN if no book has a gain.

    Raises:
        ValueError: the shapes differ, or a value is not finite.
    """
    x, y = paired(predicted, stars)
    gains = 2.0**y - 1.0
    discounts = 1.0 / np.log2(np.arange(2, min(k, len(y)) + 2))
    best = float(np.sort(gains)[::-1][:k] @ discounts)
    return float(_by_prediction(x, gains)[:k] @ discounts) / best if best > 0.0 else float("nan")


def top_share(predicted: ArrayLike, stars: ArrayLike, k: int = 5, liked: float = 4.0) -> float:
    """Precision at `k`: the share of the `k` highest predictions with at least `liked` stars.

    With fewer than `k` books it is the share of all. Tied predictions share the mean of their
    group. NaN if there are no books.

    Raises:
        ValueError: the shapes differ, or a value is not finite.
    """
    x, y = paired(predicted, stars)
    top = _by_prediction(x, (y >= liked).astype(np.float64))[:k]
    return float(top.mean()) if len(top) else float("nan")


def by_reader(
    readers: ArrayLike,
    predicted: ArrayLike,
    actual: ArrayLike,
    metric: Metric,
    min_rows: int = 5,
) -> tuple[Ints, Floats]:
    """Compute `metric` for each reader with at least `min_rows` ratings.

    Args:
        readers: (R,) integer ids, in any order.
        predicted: (R,) float64, stars.
        actual: (R,) float64, stars.

    Returns:
        The reader ids in ascending order and their values, both (≤ U,). NaN where undefined.

    Raises:
        ValueError: the shapes differ, or a value is not finite.
    """
    x, y = paired(predicted, actual)
    who = reader_ids(readers, len(x))
    order = np.argsort(who, kind="stable")
    ids, starts, counts = np.unique(who[order], return_index=True, return_counts=True)
    x, y = x[order], y[order]
    kept = counts >= min_rows
    spans = zip(starts[kept], counts[kept], strict=True)
    values = [metric(x[start : start + n], y[start : start + n]) for start, n in spans]
    return ids[kept], np.array(values, dtype=np.float64)


def paired(predicted: ArrayLike, actual: ArrayLike) -> tuple[Floats, Floats]:
    """Return both as float64 arrays (R,).

    Raises:
        ValueError: the shapes differ, or a value is not finite.
    """
    x, y = np.asarray(predicted, dtype=np.float64), np.asarray(actual, dtype=np.float64)
    if x.ndim != 1 or x.shape != y.shape:
        raise ValueError(f"predictions of shape {x.shape} for ratings of shape {y.shape}")
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("a prediction or a rating is missing (NaN or infinite)")
    return x, y


def reader_ids(readers: ArrayLike, rows: int) -> Ints:
    """Return the reader ids as int64 (rows,).

    Raises:
        ValueError: their number is not `rows`.
    """
    who = np.asarray(readers)
    if who.shape != (rows,):
        raise ValueError(f"readers of shape {who.shape} for {rows} ratings")
    return who.astype(np.int64, casting="safe") if rows else who.astype(np.int64)


def _constant(x: Floats) -> bool:
    """Whether all values are equal, apart from rounding error."""
    return len(x) == 0 or bool(np.ptp(x) <= _ROUNDING * np.abs(x).max())


def _unit(x: Floats) -> Floats:
    """Centre `x` and scale it to unit norm. Dividing by the maximum first avoids underflow."""
    unit: Floats = x - x.mean()
    unit /= np.abs(unit).max()
    unit /= np.linalg.norm(unit)
    return unit


def _by_prediction(predicted: Floats, gains: Floats) -> Floats:
    """Sort `gains` by descending prediction, with ties replaced by their mean."""
    _, group, counts = np.unique(-predicted, return_inverse=True, return_counts=True)
    means = np.bincount(group, weights=gains, minlength=len(counts)) / counts
    return np.repeat(means, counts)
