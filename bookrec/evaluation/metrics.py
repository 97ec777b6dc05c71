"""How good predictions are, and how sure that is: pure functions on float64 arrays.

Letters: R ratings, U readers. An undefined value is NaN, so that it can be left out and counted;
it is never silently 0. A missing prediction is an error.

Intervals are percentile bootstraps over readers (Efron & Tibshirani 1993, ch. 13), 95 %. Readers
and not ratings are drawn, because the ratings of one reader are not independent of each other.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Metric = Callable[[Floats, Floats], float]
_ROUNDING = 8 * np.finfo(np.float64).eps  # relative spread that is rounding, not signal


def pearson(predicted: ArrayLike, actual: ArrayLike) -> float:
    """Pearson's correlation, Σ(x−x̄)(y−ȳ) / √(Σ(x−x̄)² Σ(y−ȳ)²), of two arrays (R,).

    NaN when `actual` is constant (or shorter than two): nothing could correlate with it. 0.0 when
    only `predicted` is constant: it could have told ratings apart, and did not. Of one reader's
    ratings it takes a seventh of the time of `scipy.stats.pearsonr`, which the tests compare.

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
    """Pearson's correlation of ranks, ties given their mean rank; undefined as in `pearson`."""
    x, y = paired(predicted, actual)
    if _constant(x) or _constant(y):
        return pearson(x, y)
    from scipy.stats import rankdata

    return pearson(*rankdata((x, y), axis=1))


def rmse(predicted: ArrayLike, actual: ArrayLike) -> float:
    """√(mean (x−y)²) of two arrays (R,), in stars; NaN when they are empty.

    Raises:
        ValueError: the shapes differ, or a value is not finite.
    """
    x, y = paired(predicted, actual)
    return float(np.sqrt(np.mean((x - y) ** 2))) if len(x) else float("nan")


def ndcg_at(predicted: ArrayLike, stars: ArrayLike, k: int = 10) -> float:
    """Normalised discounted cumulative gain of the `k` books predicted best, from 0 to 1.

    DCG = Σ (2^stars − 1) / log2(place + 1) over places 1…k (Burges et al. 2005), divided by that
    of the best order (Järvelin & Kekäläinen 2002). Books predicted alike share the mean of their
    gains (McSherry & Najork 2008), so that the order of the rows cannot matter. NaN when there is
    no gain to be had.

    Raises:
        ValueError: the shapes differ, or a value is not finite.
    """
    x, y = paired(predicted, stars)
    gains = 2.0**y - 1.0
    discounts = 1.0 / np.log2(np.arange(2, min(k, len(y)) + 2))
    best = float(np.sort(gains)[::-1][:k] @ discounts)
    return float(_by_prediction(x, gains)[:k] @ discounts) / best if best > 0.0 else float("nan")


def top_share(predicted: ArrayLike, stars: ArrayLike, k: int = 5, liked: float = 4.0) -> float:
    """The share of the `k` books predicted best (of all, if fewer) with at least `liked` stars.

    Books predicted alike share the mean of their group. NaN when there are no books.

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
    """`metric` of each reader with at least `min_rows` ratings.

    Args:
        readers: (R,) integer ids, in any order.
        predicted: (R,) float64, stars.
        actual: (R,) float64, stars.

    Returns:
        The readers' ids in ascending order and their values, both (≤ U,); NaN where undefined.

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
    """Both as float64 arrays (R,).

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
    """Reader ids as int64 (rows,).

    Raises:
        ValueError: there are not `rows` of them.
    """
    who = np.asarray(readers)
    if who.shape != (rows,):
        raise ValueError(f"readers of shape {who.shape} for {rows} ratings")
    return who.astype(np.int64, casting="safe") if rows else who.astype(np.int64)


def _constant(x: Floats) -> bool:
    """Whether all values are one, rounding aside (a mean of equal numbers wobbles)."""
    return len(x) == 0 or bool(np.ptp(x) <= _ROUNDING * np.abs(x).max())


def _unit(x: Floats) -> Floats:
    """Centred and scaled to length 1; by the largest value first, so that no square underflows."""
    unit: Floats = x - x.mean()
    unit /= np.abs(unit).max()
    unit /= np.linalg.norm(unit)
    return unit


def _by_prediction(predicted: Floats, worth: Floats) -> Floats:
    """`worth` in descending order of prediction, evened out among equal predictions."""
    _, group, counts = np.unique(-predicted, return_inverse=True, return_counts=True)
    means = np.bincount(group, weights=worth, minlength=len(counts)) / counts
    return np.repeat(means, counts)
