"""Figures of a single reader, with intervals over that reader's days.

The intervals tell how much a figure depends on the days that were sampled. They do not tell how
well another reader would be predicted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from bookrec.evaluation.bootstrap import DayBootstrap, bootstrap_pooled, percentile_interval
from bookrec.evaluation.metrics import ReaderMetric


def one_reader(
    predictions: Mapping[str, np.ndarray],
    stars: np.ndarray,
    days: np.ndarray,
    metrics: Mapping[str, ReaderMetric],
    lift: tuple[str, str],
    rng: np.random.Generator,
    samples: int,
) -> dict[str, Any]:
    """Return "methods", "lift" and "undefined_readers" in the form used for many readers.

    `predictions` and `stars` are float64 (T,), `days` is int64 (T,). `lift` names the method and
    its baseline.
    """
    by_day = DayBootstrap(days, rng, samples)
    methods: dict[str, dict[str, Any]] = {}
    draws: dict[tuple[str, str], np.ndarray] = {}
    for name, predicted in predictions.items():
        pooled = bootstrap_pooled(days, predicted, stars, rng, samples)
        methods[name] = {}
        for figure, (metric, min_rows) in metrics.items():
            enough = len(stars) >= min_rows
            value = metric(predicted, stars) if enough else float("nan")
            drawn = by_day.distribution(metric, predicted, stars) if enough else np.zeros(0)
            draws[name, figure] = drawn
            methods[name][figure] = asdict(percentile_interval(value, drawn))
        methods[name] |= {
            "pooled_pearson": asdict(pooled.pearson),
            "rmse": asdict(pooled.rmse),
            "coverage": float(np.isfinite(predicted).mean()),
        }
    ours, baseline = lift
    gains = {
        figure: percentile_interval(
            methods[ours][figure]["value"] - methods[baseline][figure]["value"],
            draws[ours, figure] - draws[baseline, figure],
        ).as_difference()
        for figure in metrics
    }
    undefined = int(np.isnan(methods[baseline]["per_user_pearson"]["value"]))
    return {"methods": methods, "lift": gains, "undefined_readers": undefined}
