"""Whether predicted stars mean what they say, and whether confidence orders the errors.

Letters: T held-out ratings, U readers. Intervals are 95 % bootstraps over readers, as in `metrics`.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from bookrec.data.schema import MAX_STARS, MIN_STARS
from bookrec.scoring.metrics import Interval, bootstrap_pooled, interval_of

BINS = 10  # of equally many predictions
FIFTHS = 5


def calibration(
    readers: np.ndarray,
    predicted: np.ndarray,
    stars: np.ndarray,
    rng: np.random.Generator,
    samples: int = 2000,
) -> dict[str, Any]:
    """Bins of predicted stars with what was given there, and the line actual ~ predicted.

    `readers` int64, `predicted` and `stars` float64, all (T,); predictions are clipped to the
    scale, as a reader sees them. Slope 1 means: a star more predicted is a star more given.
    """
    shown = np.clip(predicted, MIN_STARS, MAX_STARS)
    order = np.argsort(shown, kind="stable")
    bins = [
        {
            "predicted": float(shown[rows].mean()),
            "actual": float(stars[rows].mean()),
            "n": len(rows),
        }
        for rows in np.array_split(order, BINS)
        if len(rows)
    ]
    slope, intercept = regression(readers, shown, stars, rng, samples)
    return {"bins": bins, "slope": asdict(slope), "intercept": asdict(intercept)}


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


def confidence_fifths(
    readers: np.ndarray,
    confidence: np.ndarray,
    predicted: np.ndarray,
    stars: np.ndarray,
    rng: np.random.Generator,
    samples: int = 2000,
) -> list[dict[str, Any]]:
    """RMSE of the predictions, in stars, by fifths of confidence, the lowest first.

    All (T,). The predictions are unclipped, as everywhere in `methods`: the fifths' squared errors
    average to theirs.
    """
    found = []
    for rows in np.array_split(np.argsort(confidence, kind="stable"), FIFTHS):
        if not len(rows):
            continue
        pooled = bootstrap_pooled(readers[rows], predicted[rows], stars[rows], rng, samples)
        found.append(
            {
                "low": float(confidence[rows[0]]),
                "high": float(confidence[rows[-1]]),
                "n": len(rows),
                "rmse": asdict(pooled.rmse),
            }
        )
    return found


def _line(sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Slopes and intercepts from n, Σx, Σy, Σx², Σxy: (5,) or (5, samples)."""
    n, x, y, xx, xy = sums
    spread = xx - x * x / n
    flat = spread <= 1e-12 * xx
    slope = np.where(flat, np.nan, (xy - x * y / n) / np.where(flat, 1.0, spread))
    return slope, (y - slope * x) / n
