"""Figures of predicted stars: each method's metrics, the lift over the baseline, the segments.

Shapes: T held-out ratings, U readers. The dictionaries have the keys of `evaluate --json`
(docs/cli.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import numpy as np

from bookrec.evaluation.bootstrap import (
    Sampling,
    bootstrap_difference,
    bootstrap_mean,
    bootstrap_pooled,
)
from bookrec.evaluation.calibration import calibration, confidence_quintiles
from bookrec.evaluation.held_out import HeldOut
from bookrec.evaluation.metrics import (
    ReaderMetric,
    by_reader,
    ndcg_at,
    pearson,
    spearman,
    top_share,
)
from bookrec.evaluation.one_reader import one_reader
from bookrec.evaluation.split import MIN_ROWS_FOR_CORRELATION
from bookrec.progress import Progress

METHODS = ("mean", "reader_mean", "bias", "text", "personal")
BASELINE, OURS = "mean", "personal"
MIN_ROWS_FOR_RANKING = 10  # held-out rows per reader; of fewer, the top five are most of the rows
_HISTORY_SEGMENTS = ((0, 19), (20, 49), (50, 99), (100, None))  # books in the history
_MIN_SEGMENT_ROWS = 3  # held-out rows per reader within a segment
_MIN_SEGMENT_READERS = 5
_SEGMENT_SAMPLES = 500


def _correlations(min_rows: int) -> dict[str, ReaderMetric]:
    return {
        "per_user_pearson": ReaderMetric(pearson, min_rows),
        "per_user_spearman": ReaderMetric(spearman, min_rows),
    }


_RANKINGS = {
    "ndcg_at_10": ReaderMetric(ndcg_at, MIN_ROWS_FOR_RANKING),
    "top5_liked": ReaderMetric(top_share, MIN_ROWS_FOR_RANKING),
}


@dataclass(frozen=True)
class Trial:
    """T held-out rows with every method's predictions.

    `predictions` maps a method to stars (T,). `confidence` (T,) belongs to `personal`. `cold` is
    bool (T,): the book has no training rating. `days` int64 (T,) is set for a single reader, whose
    intervals are over days; None means intervals over readers.
    """

    held: HeldOut
    predictions: dict[str, np.ndarray]
    confidence: np.ndarray
    cold: np.ndarray
    days: np.ndarray | None = None

    @property
    def clusters(self) -> np.ndarray:
        """int64 (T,): the unit that the bootstrap resamples, a reader or a day."""
        return self.held.readers if self.days is None else self.days

    def rows(self, rows: np.ndarray) -> Trial:
        """The trial restricted to these row numbers."""
        held = HeldOut(*(getattr(self.held, f.name)[rows] for f in fields(self.held)))
        predictions = {name: values[rows] for name, values in self.predictions.items()}
        days = None if self.days is None else self.days[rows]
        return Trial(held, predictions, self.confidence[rows], self.cold[rows], days)


def evaluate_stars(trial: Trial, sampling: Sampling, progress: Progress) -> dict[str, Any]:
    """Every figure of predicted stars: methods, lift, ranking, calibration, segments."""
    held, personal = trial.held, trial.predictions[OURS]
    figures = _correlations(MIN_ROWS_FOR_CORRELATION) | _RANKINGS
    quintiles = confidence_quintiles(
        trial.clusters, trial.confidence, personal, held.stars, sampling.rng(), sampling.samples
    )
    return {
        "readers": scored_readers(held),
        "ratings": len(held.stars),
        **_figures(trial, figures, sampling, progress),
        "ranking": {
            "readers": scored_readers(held, MIN_ROWS_FOR_RANKING),
            "min_rows": MIN_ROWS_FOR_RANKING,
        },
        "calibration": calibration(
            trial.clusters, personal, held.stars, sampling.rng(), sampling.samples
        ),
        "confidence": quintiles,
        "segments": _segments(trial, sampling, progress) if trial.days is None else {},
    }


def scored_readers(held: HeldOut, min_rows: int = MIN_ROWS_FOR_CORRELATION) -> int:
    """The number of readers with at least `min_rows` held-out ratings."""
    return int((np.unique(held.readers, return_counts=True)[1] >= min_rows).sum())


def _figures(
    trial: Trial, metrics: Mapping[str, ReaderMetric], sampling: Sampling, progress: Progress
) -> dict[str, Any]:
    """ "methods", "lift" and "undefined_readers" (readers without a correlation)."""
    held = trial.held
    if trial.days is not None:
        return one_reader(
            trial.predictions,
            held.stars,
            trial.days,
            metrics,
            (OURS, BASELINE),
            sampling.rng(),
            sampling.samples,
        )
    methods: dict[str, dict[str, Any]] = {}
    values: dict[tuple[str, str], np.ndarray] = {}
    with progress.task("Bootstrapping over readers", len(METHODS)) as task:
        for name in METHODS:
            predicted = trial.predictions[name]
            pooled = bootstrap_pooled(
                held.readers, predicted, held.stars, sampling.rng(), sampling.samples
            )
            methods[name] = {}
            for figure, (metric, min_rows) in metrics.items():
                _, found = by_reader(held.readers, predicted, held.stars, metric, min_rows)
                values[name, figure] = found
                methods[name][figure] = asdict(
                    bootstrap_mean(found, sampling.rng(), sampling.samples)
                )
            methods[name] |= {
                "pooled_pearson": asdict(pooled.pearson),
                "rmse": asdict(pooled.rmse),
                "coverage": float(np.isfinite(predicted).mean()),
            }
            task.advance()
    lift = {f: _lift(values[OURS, f], values[BASELINE, f], sampling) for f in metrics}
    undefined = int(np.isnan(values[BASELINE, "per_user_pearson"]).sum())
    return {"methods": methods, "lift": lift, "undefined_readers": undefined}


def _lift(ours: np.ndarray, baseline: np.ndarray, sampling: Sampling) -> dict[str, float]:
    """The mean paired difference over readers, from one value per reader (U,)."""
    gain = bootstrap_difference(ours, baseline, sampling.rng(), sampling.samples)
    return gain.as_difference()


def _segments(trial: Trial, sampling: Sampling, progress: Progress) -> dict[str, Any]:
    """Correlations within parts of the held-out rows.

    The parts are rows without hindsight, cold and warm books, and ranges of history length.
    """
    masks = {
        "without_hindsight": ~trial.held.hindsight,
        "cold_books": trial.cold,
        "warm_books": ~trial.cold,
    }
    for low, high in _HISTORY_SEGMENTS:
        name = f"history_{low}_{high}" if high is not None else f"history_{low}_plus"
        top = np.inf if high is None else high
        masks[name] = (trial.held.history >= low) & (trial.held.history <= top)
    found: dict[str, Any] = {}
    fewer = replace(sampling, samples=min(sampling.samples, _SEGMENT_SAMPLES))
    for name, mask in masks.items():
        part = trial.rows(np.flatnonzero(mask))
        readers = scored_readers(part.held, _MIN_SEGMENT_ROWS)
        if readers >= _MIN_SEGMENT_READERS:
            figures = _figures(part, _correlations(_MIN_SEGMENT_ROWS), fewer, progress)
            found[name] = {"readers": readers, "ratings": len(part.held.stars), **figures}
    return found
