"""BOOT"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from bookrec.evaluation.metrics import Floats, Metric, paired, pearson, reader_ids, rmse

_CANCELLED = 1e-12  # the same for a spread that comes from sums of squares
_SAMPLES_AT_ONCE = 100  # bootstrap samples held in memory


@dataclass(frozen=True)
class Interval:
    """A value and its 95 % interval; all NaN when there was nothing to measure."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Pooled:
    """Measures over all ratings at once, each with its interval over readers."""

    pearson: Interval
    rmse: Interval


def bootstrap_mean(values: ArrayLike, rng: np.random.Generator, samples: int = 2000) -> Interval:
    """The mean over readers of a value each (U,), undefined ones left out, with its interval."""
    found = np.asarray(values, dtype=np.float64)
    found = found[~np.isnan(found)]
    if not len(found):
        return Interval(float("nan"), float("nan"), float("nan"))
    return interval_of(float(found.mean()), _drawn(np.mean, found[None], rng, samples))


def bootstrap_difference(
    a: ArrayLike, b: ArrayLike, rng: np.random.Generator, samples: int = 2000
) -> Interval:
    """The mean of `a − b`, paired: row i of both (U,) is the same reader.

    A reader undefined in one is left out of both.

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

    Both follow from six sums, and sums of readers add up; so readers are drawn, not their ratings.

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
    # One shift for both leaves x−y as it is, and keeps the squares from cancelling.
    dx, dy = x - y.mean(), y - y.mean()
    _, reader = np.unique(reader_ids(readers, len(x)), return_inverse=True)
    columns = (np.ones_like(dx), dx, dy, dx * dx, dy * dy, dx * dy)
    sums = np.array([np.bincount(reader, weights=column) for column in columns])  # (6, U)
    correlations, errors = _drawn(_pearson_and_rmse, sums, rng, samples)
    return Pooled(
        pearson=interval_of(value.pearson.value, correlations),
        rmse=interval_of(value.rmse.value, errors),
    )


def _pearson_and_rmse(*sums: Floats, axis: int) -> Floats:
    """Both (2, …) of readers' sums: n, Σx, Σy, Σx², Σy², Σxy, each (…, U)."""
    total = np.array([column.sum(axis=axis) for column in sums])
    return np.array([_pearson_of_sums(total), _rmse_of_sums(total)])


def _pearson_of_sums(sums: Floats) -> Floats:
    """Pearson of each n, Σx, Σy, Σx², Σy², Σxy (6, …); undefined as in `pearson`."""
    n, x, y, xx, yy, xy = sums
    spread_x, spread_y = xx / n - (x / n) ** 2, yy / n - (y / n) ** 2
    together = xy / n - (x / n) * (y / n)
    # A difference of squares is only as exact as the squares.
    flat_x, flat_y = spread_x <= _CANCELLED * xx / n, spread_y <= _CANCELLED * yy / n
    scale = np.sqrt(np.where(flat_x | flat_y, 1.0, spread_x * spread_y))
    return np.where(flat_y, np.nan, np.where(flat_x, 0.0, together / scale))


def _rmse_of_sums(sums: Floats) -> Floats:
    n, _, _, xx, yy, xy = sums
    squares: Floats = np.maximum(xx + yy - 2.0 * xy, 0.0) / n
    return squares**0.5


def _drawn(
    statistic: Callable[..., Floats], columns: Floats, rng: np.random.Generator, samples: int
) -> Floats:
    """`statistic` (…, samples) of columns (S, U) whose readers are drawn with replacement."""
    if columns.shape[1] == 1:  # always the same draw, which `bootstrap` refuses
        return np.repeat(statistic(*columns, axis=-1)[..., None], samples, axis=-1)
    from scipy.stats import DegenerateDataWarning, bootstrap

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DegenerateDataWarning)  # of its interval, which we leave
        found = bootstrap(
            tuple(columns),
            statistic,
            n_resamples=samples,
            batch=_SAMPLES_AT_ONCE,
            vectorized=True,
            paired=True,
            method="percentile",
            rng=rng,
        )
    return np.asarray(found.bootstrap_distribution)


def interval_of(value: float, drawn: Floats) -> Interval:
    """The middle 95 % of the draws; those that are undefined are left out."""
    defined = drawn[~np.isnan(drawn)]
    if np.isnan(value) or not len(defined):
        return Interval(value, float("nan"), float("nan"))
    low, high = np.quantile(defined, (0.025, 0.975))
    return Interval(value, float(low), float(high))


class DayBootstrap:
    """Samples of the days of T rows, with replacement; `days` int64 (T,) of each row. Every figure
    is of the same samples, so two methods' are paired."""

    def __init__(self, days: np.ndarray, rng: np.random.Generator, samples: int) -> None:
        _, day = np.unique(days, return_inverse=True)
        order = np.argsort(day, kind="stable")
        of_day = np.split(order, np.cumsum(np.bincount(day))[:-1]) if len(day) else []
        self._rows: Sequence[np.ndarray] = [
            np.concatenate([of_day[d] for d in rng.integers(len(of_day), size=len(of_day))])
            for _ in range(samples if of_day else 0)
        ]

    def of(self, metric: Metric, predicted: np.ndarray, stars: np.ndarray) -> np.ndarray:
        """The metric of each sample, float64 (samples,)."""
        found = [metric(predicted[rows], stars[rows]) for rows in self._rows]
        return np.array(found, dtype=np.float64)


def regression(
    readers: np.ndarray,
    predicted: np.ndarray,
    stars: np.ndarray,
    rng: np.random.Generator,
    samples: int = 2000,
) -> tuple[Interval, Interval]:
    """Slope and intercept (stars) of actual ~ predicted by least squares; NaN when undefined.

    Both follow from five sums, and sums of readers add up: a draw of readers is a row of additions.
    """
    _, reader = np.unique(readers, return_inverse=True)
    columns = (np.ones_like(stars), predicted, stars, predicted**2, predicted * stars)
    sums = np.array([np.bincount(reader, column) for column in columns]).T  # (U, 5)
    slope, intercept = _line(sums.sum(axis=0))
    users = len(sums)
    chance = np.full(users, 1.0 / users)
    drawn = [rng.multinomial(users, chance) @ sums for _ in range(samples)]  # (samples, 5)
    slopes, intercepts = _line(np.array(drawn).T)
    return interval_of(float(slope), slopes), interval_of(float(intercept), intercepts)


def _line(sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Slopes and intercepts from n, Σx, Σy, Σx², Σxy: (5,) or (5, samples)."""
    n, x, y, xx, xy = sums
    spread = xx - x * x / n
    flat = spread <= 1e-12 * xx
    slope = np.where(flat, np.nan, (xy - x * y / n) / np.where(flat, 1.0, spread))
    return slope, (y - slope * x) / n
