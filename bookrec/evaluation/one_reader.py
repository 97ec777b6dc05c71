"""Figures of a single reader, with intervals over that reader's days.

One reader is no sample of readers: the interval says how far the figure hangs on the days that
happen to be there, not how another reader would fare.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from bookrec.evaluation.bootstrap import DayBootstrap, Interval, bootstrap_pooled, interval_of
from bookrec.evaluation.metrics import Metric


def one_reader(
    predictions: Mapping[str, np.ndarray],
    stars: np.ndarray,
    days: np.ndarray,
    wanted: Mapping[str, tuple[Metric, int]],
    lift: tuple[str, str],
    rng: np.random.Generator,
    samples: int,
) -> dict[str, Any]:
    """ "methods", "lift" and "undefined_readers", in the form of those of many readers.

    `predictions` and `stars` float64 and `days` int64 are (T,). `wanted` are metrics, each with the
    rows it takes; `lift` names the method and its baseline.
    """
    draws = DayBootstrap(days, rng, samples)
    methods: dict[str, dict[str, Any]] = {}
    sampled: dict[tuple[str, str], np.ndarray] = {}
    for name, predicted in predictions.items():
        pooled = bootstrap_pooled(days, predicted, stars, rng, samples)
        methods[name] = {}
        for figure, (metric, least) in wanted.items():
            enough = len(stars) >= least
            value = metric(predicted, stars) if enough else float("nan")
            sampled[name, figure] = draws.of(metric, predicted, stars) if enough else np.zeros(0)
            methods[name][figure] = asdict(interval_of(value, sampled[name, figure]))
        methods[name] |= {
            "pooled_pearson": asdict(pooled.pearson),
            "rmse": asdict(pooled.rmse),
            "coverage": float(np.isfinite(predicted).mean()),
        }
    ours, baseline = lift
    gains = {
        figure: _difference(
            methods[ours][figure]["value"] - methods[baseline][figure]["value"],
            sampled[ours, figure] - sampled[baseline, figure],
        )
        for figure in wanted
    }
    undefined = int(np.isnan(methods[baseline]["per_user_pearson"]["value"]))
    return {"methods": methods, "lift": gains, "undefined_readers": undefined}


def _difference(value: float, drawn: np.ndarray) -> dict[str, float]:
    found: Interval = interval_of(value, drawn)
    return {"difference": found.value, "low": found.low, "high": found.high}
