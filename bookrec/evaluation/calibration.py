"""Whether predicted stars mean what they say, and whether confidence orders the errors.

Letters: T held-out ratings, U readers. Intervals are 95 % bootstraps over readers, as in `metrics`.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from bookrec.evaluation.bootstrap import bootstrap_pooled, regression
from bookrec.stars import MAX_STARS, MIN_STARS

BINS = 10  # of equally many predictions
QUINTILES = 5


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


def confidence_quintiles(
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
