"""Calibration of predicted stars, and of the confidence in them.

Shapes: T held-out ratings. Intervals are bootstraps over readers (`bootstrap`).
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from bookrec.evaluation.bootstrap import bootstrap_pooled, bootstrap_regression
from bookrec.stars import MAX_STARS, MIN_STARS

BINS = 10  # of equal size
QUINTILES = 5


def calibration(
    readers: np.ndarray,
    predicted: np.ndarray,
    stars: np.ndarray,
    rng: np.random.Generator,
    samples: int = 2000,
) -> dict[str, Any]:
    """Reliability bins of predicted against given stars, and the line actual ~ predicted.

    `readers` is int64, `predicted` and `stars` are float64, all (T,). Predictions are clipped to
    the star scale, as readers see them. With slope 1, a book predicted one star higher gets one
    star more on average.
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
    slope, intercept = bootstrap_regression(readers, shown, stars, rng, samples)
    return {"bins": bins, "slope": asdict(slope), "intercept": asdict(intercept)}


def confidence_quintiles(
    readers: np.ndarray,
    confidence: np.ndarray,
    predicted: np.ndarray,
    stars: np.ndarray,
    rng: np.random.Generator,
    samples: int = 2000,
) -> list[dict[str, Any]]:
    """RMSE in stars for each quintile of confidence, from lowest to highest. All arrays are (T,).

    Predictions are not clipped, so the mean square over the quintiles is that of all rows.
    """
    found = []
    for rows in np.array_split(np.argsort(confidence, kind="stable"), QUINTILES):
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
