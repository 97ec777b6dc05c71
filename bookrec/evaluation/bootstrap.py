"""Bootstrap confidence intervals.

All intervals are 95 % percentile bootstraps (Efron & Tibshirani 1993, ch. 13). Readers are
resampled rather than ratings, because the ratings of one reader are not independent. With a single
reader, days are resampled instead.

Shapes: R ratings, U readers, S sums per reader.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from bookrec.evaluation.metrics import Floats, Metric, paired, pearson, reader_ids, rmse

_CANCELLED = 1e-12  # a variance below this share of the mean square is rounding error
_SAMPLES_PER_BATCH = 100  # bootstrap samples held in memory


@dataclass(frozen=True)
class Interval:
    """A value and its 95 % interval. All are NaN if there was nothing to measure."""

    value: float
    low: float
    high: float

    def as_difference(self) -> dict[str, float]:
        """The JSON form of a paired difference."""
        return {"difference": self.value, "low": self.low, "high": self.high}


@dataclass(frozen=True)
class Sampling:
    """Seed and number of the bootstrap samples.

    Every figure starts from the same seed, so all methods are measured on the same draws.
    """

    seed: int
    samples: int

    def rng(self) -> np.random.Generator:
        """A new generator with this seed."""
        return np.random.default_rng(self.seed)


@dataclass(frozen=True)
class Pooled:
    """Metrics over all ratings together, with intervals over readers."""

    pearson: Interval
    rmse: Interval


def bootstrap_mean(values: ArrayLike, rng: np.random.Generator, samples: int = 2000) -> Interval:
    """The mean of one value per reader (U,), and its interval. NaNs are left out."""
    found = np.asarray(values, dtype=np.float64)
    found = found[~np.isnan(found)]
    if not len(found):
        return Interval(float("nan"), float("nan"), float("nan"))
    return percentile_interval(float(found.mean()), _resample(np.mean, found[None], rng, samples))


def bootstrap_difference(
    a: ArrayLike, b: ArrayLike, rng: np.random.Generator, samples: int = 2000
) -> Interval:
    """The mean paired difference `a − b`. Row i of both (U,) belongs to the same reader.

    A reader with NaN in either is left out.

    Raises:
        ValueError: the shapes differ.
    """
    first, second = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if first.shape != second.shape:
        raise ValueError(f"paired values of {first.shape} and {second.shape} readers")
    return bootstrap_mean(first - second, rng, samples)


def bootstrap_pooled(
    readers: ArrayLike,
    predicted: ArrayLike,
    actual: ArrayLike,
    rng: np.random.Generator,
    samples: int = 2000,
) -> Pooled:
    """Pearson and RMSE over all ratings (R,), with a cluster bootstrap over `readers` (R,).

    Raises:
        ValueError: the shapes differ, or a value is not finite.
    """
    x, y = paired(predicted, actual)
    value = Pooled(
        pearson=Interval(pearson(x, y), float("nan"), float("nan")),
        rmse=Interval(rmse(x, y), float("nan"), float("nan")),
    )
    if not len(x):
        return value
    # The same shift for both keeps x−y and limits cancellation in the squares.
    dx, dy = x - y.mean(), y - y.mean()
    sums = _sums_by_reader(readers, np.ones_like(dx), dx, dy, dx * dx, dy * dy, dx * dy)
    correlations, errors = _resample_sums(_pearson_and_rmse, sums, rng, samples)
    return Pooled(
        pearson=percentile_interval(value.pearson.value, correlations),
        rmse=percentile_interval(value.rmse.value, errors),
    )


def bootstrap_regression(
    readers: ArrayLike,
    predicted: ArrayLike,
    actual: ArrayLike,
    rng: np.random.Generator,
    samples: int = 2000,
) -> tuple[Interval, Interval]:
    """Slope and intercept (stars) of the least-squares line actual ~ predicted, both (R,).

    The intervals are cluster bootstraps over `readers` (R,). NaN if all predictions are equal.

    Raises:
        ValueError: the shapes differ, or a value is not finite.
    """
    x, y = paired(predicted, actual)
    sums = _sums_by_reader(readers, np.ones_like(x), x, y, x * x, x * y)
    slope, intercept = _slope_and_intercept(sums.sum(axis=1))
    slopes, intercepts = _resample_sums(_slope_and_intercept, sums, rng, samples)
    return (
        percentile_interval(float(slope), slopes),
        percentile_interval(float(intercept), intercepts),
    )


def _sums_by_reader(readers: ArrayLike, *columns: Floats) -> Floats:
    """The sum of each column (R,) over each reader's rows: (S, U)."""
    _, reader = np.unique(reader_ids(readers, len(columns[0])), return_inverse=True)
    return np.array([np.bincount(reader, weights=column) for column in columns])


def _pearson_and_rmse(totals: Floats) -> Floats:
    """Pearson and RMSE (2, …) from the totals n, Σx, Σy, Σx², Σy², Σxy (6, …)."""
    return np.array([_pearson_of_totals(totals), _rmse_of_totals(totals)])


def _pearson_of_totals(totals: Floats) -> Floats:
    """NaN and 0 for constant values as in `pearson`."""
    n, x, y, xx, yy, xy = totals
    spread_x, spread_y = xx / n - (x / n) ** 2, yy / n - (y / n) ** 2
    together = xy / n - (x / n) * (y / n)
    # A difference of squares is only as exact as the squares.
    flat_x, flat_y = spread_x <= _CANCELLED * xx / n, spread_y <= _CANCELLED * yy / n
    scale = np.sqrt(np.where(flat_x | flat_y, 1.0, spread_x * spread_y))
    return np.where(flat_y, np.nan, np.where(flat_x, 0.0, together / scale))


def _rmse_of_totals(totals: Floats) -> Floats:
    n, _, _, xx, yy, xy = totals
    squares: Floats = np.maximum(xx + yy - 2.0 * xy, 0.0) / n
    return squares**0.5


def _slope_and_intercept(totals: Floats) -> Floats:
    """Slope and intercept (2, …) from the totals n, Σx, Σy, Σx², Σxy (5, …)."""
    n, x, y, xx, xy = totals
    spread = xx - x * x / n
    flat = spread <= _CANCELLED * xx
    slope = np.where(flat, np.nan, (xy - x * y / n) / np.where(flat, 1.0, spread))
    return np.array([slope, (y - slope * x) / n])


def _resample_sums(
    of_totals: Callable[[Floats], Floats], sums: Floats, rng: np.random.Generator, samples: int
) -> Floats:
    """Draw readers with replacement from `sums` (S, U): `of_totals` of each draw, (…, samples).

    The sum over a draw is the sum of its readers' sums, so the ratings are not needed.
    """

    def statistic(*columns: Floats, axis: int) -> Floats:
        return of_totals(np.array([column.sum(axis=axis) for column in columns]))

    return _resample(statistic, sums, rng, samples)


def _resample(
    statistic: Callable[..., Floats], columns: Floats, rng: np.random.Generator, samples: int
) -> Floats:
    """Draw readers with replacement from `columns` (S, U): `statistic` of each, (…, samples)."""
    if columns.shape[1] == 1:  # every draw is the same, and scipy refuses a single observation
        return np.repeat(statistic(*columns, axis=-1)[..., None], samples, axis=-1)
    from scipy.stats import DegenerateDataWarning, bootstrap

    with warnings.catch_warnings():
        # It is about scipy's own interval, which is not used.
        warnings.simplefilter("ignore", DegenerateDataWarning)
        found = bootstrap(
            tuple(columns),
            statistic,
            n_resamples=samples,
            batch=_SAMPLES_PER_BATCH,
            vectorized=True,
            paired=True,
            method="percentile",
            rng=rng,
        )
    return np.asarray(found.bootstrap_distribution)


def percentile_interval(value: float, draws: Floats) -> Interval:
    """The 2.5 and 97.5 percentiles of the bootstrap draws. NaN draws are left out."""
    defined = draws[~np.isnan(draws)]
    if np.isnan(value) or not len(defined):
        return Interval(value, float("nan"), float("nan"))
    low, high = np.quantile(defined, (0.025, 0.975))
    return Interval(value, float(low), float(high))


class DayBootstrap:
    """Bootstrap samples of one reader's T rows, resampled by day.

    `days` is int64 (T,). Every figure uses the same samples, so differences of methods are paired.
    """

    def __init__(self, days: np.ndarray, rng: np.random.Generator, samples: int) -> None:
        _, day = np.unique(days, return_inverse=True)
        order = np.argsort(day, kind="stable")
        of_day = np.split(order, np.cumsum(np.bincount(day))[:-1]) if len(day) else []
        self._rows: Sequence[np.ndarray] = [
            np.concatenate([of_day[d] for d in rng.integers(len(of_day), size=len(of_day))])
            for _ in range(samples if of_day else 0)
        ]

    def distribution(self, metric: Metric, predicted: np.ndarray, stars: np.ndarray) -> np.ndarray:
        """The metric of each sample, float64 (samples,)."""
        found = [metric(predicted[rows], stars[rows]) for rows in self._rows]
        return np.array(found, dtype=np.float64)
