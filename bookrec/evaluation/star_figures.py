"""What is measured of held-out predictions: each method's figures, the lift, the segments.

Letters: T held-out ratings, U readers. The JSON is that of the command line's contract.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import numpy as np

from bookrec.evaluation.bootstrap import bootstrap_difference, bootstrap_mean, bootstrap_pooled
from bookrec.evaluation.calibration import calibration, confidence_quintiles
from bookrec.evaluation.held_out import HeldOut
from bookrec.evaluation.metrics import Metric, by_reader, ndcg_at, pearson, spearman, top_share
from bookrec.evaluation.one_reader import one_reader
from bookrec.evaluation.split import MIN_HELD_OUT
from bookrec.progress import Progress

METHODS = ("mean", "reader_mean", "bias", "text", "personal")
BASELINE, OURS = "mean", "personal"
MIN_RANKED = 10  # held-out rows of a reader: with fewer, a top five is no choice
_HISTORY_SEGMENTS = ((0, 19), (20, 49), (50, 99), (100, None))
_MIN_SEGMENT_ROWS = 3  # held-out rows of a reader within a segment
_MIN_SEGMENT_READERS = 5
_SEGMENT_SAMPLES = 500


@dataclass(frozen=True)
class PerReader:
    """A figure that is a mean over readers: `metric` of each with at least `min_rows` rows."""

    metric: Metric
    min_rows: int


def _correlations(min_rows: int) -> dict[str, PerReader]:
    return {
        "per_user_pearson": PerReader(pearson, min_rows),
        "per_user_spearman": PerReader(spearman, min_rows),
    }


_RANKINGS = {
    "ndcg_at_10": PerReader(ndcg_at, MIN_RANKED),
    "top5_liked": PerReader(top_share, MIN_RANKED),
}


@dataclass(frozen=True)
class Trial:
    """T held-out rows: what each method says of them, the confidence of `personal` (T,), and which
    are cold (no training rating), bool (T,). `days` int64 (T,) of a single reader's rows are what
    that reader's intervals are drawn over; None where readers are."""

    held: HeldOut
    predictions: dict[str, np.ndarray]
    confidence: np.ndarray
    cold: np.ndarray
    days: np.ndarray | None = None

    @property
    def drawn(self) -> np.ndarray:
        """int64 (T,): equal for rows that are drawn together."""
        return self.held.readers if self.days is None else self.days

    def rows(self, rows: np.ndarray) -> Trial:
        """The trial of some rows alone; `rows` are row numbers."""
        held = HeldOut(*(getattr(self.held, f.name)[rows] for f in fields(self.held)))
        predictions = {name: values[rows] for name, values in self.predictions.items()}
        days = None if self.days is None else self.days[rows]
        return Trial(held, predictions, self.confidence[rows], self.cold[rows], days)


@dataclass(frozen=True)
class Sampling:
    """How intervals are drawn: bootstrap samples over readers, each figure from the same seed."""

    seed: int
    samples: int

    @property
    def rng(self) -> np.random.Generator:
        """A fresh generator."""
        return np.random.default_rng(self.seed)


def measured(trial: Trial, sampling: Sampling, progress: Progress) -> dict[str, Any]:
    """Everything: figures of each method, lift, ranking, calibration, confidence and segments."""
    held, personal = trial.held, trial.predictions[OURS]
    figures = _correlations(MIN_HELD_OUT) | _RANKINGS
    fifths = confidence_quintiles(
        trial.drawn, trial.confidence, personal, held.stars, sampling.rng, sampling.samples
    )
    return {
        "readers": scored_readers(held),
        "ratings": len(held.stars),
        **_measure(trial, figures, sampling, progress),
        "ranking": {"readers": scored_readers(held, MIN_RANKED), "min_rows": MIN_RANKED},
        "calibration": calibration(
            trial.drawn, personal, held.stars, sampling.rng, sampling.samples
        ),
        "confidence": fifths,
        "segments": _segments(trial, sampling, progress) if trial.days is None else {},
    }


def _measure(
    trial: Trial, wanted: Mapping[str, PerReader], sampling: Sampling, progress: Progress
) -> dict[str, Any]:
    """ "methods", "lift" and how many readers' correlations were undefined."""
    held = trial.held
    if trial.days is not None:
        metrics = {name: (of.metric, of.min_rows) for name, of in wanted.items()}
        of_whom = (trial.predictions, held.stars, trial.days)
        draw = (sampling.rng, sampling.samples)
        return one_reader(*of_whom, metrics, (OURS, BASELINE), *draw)
    methods: dict[str, dict[str, Any]] = {}
    values: dict[tuple[str, str], np.ndarray] = {}
    with progress.task("Bootstrapping over readers", len(METHODS)) as task:
        for name in METHODS:
            predicted = trial.predictions[name]
            draw = (sampling.rng, sampling.samples)
            pooled = bootstrap_pooled(held.readers, predicted, held.stars, *draw)
            methods[name] = {}
            for figure, of in wanted.items():
                _, found = by_reader(held.readers, predicted, held.stars, of.metric, of.min_rows)
                values[name, figure] = found
                methods[name][figure] = asdict(
                    bootstrap_mean(found, sampling.rng, sampling.samples)
                )
            methods[name] |= {
                "pooled_pearson": asdict(pooled.pearson),
                "rmse": asdict(pooled.rmse),
                "coverage": float(np.isfinite(predicted).mean()),
            }
            task.advance()
    lift = {f: _lift(values[OURS, f], values[BASELINE, f], sampling) for f in wanted}
    undefined = int(np.isnan(values[BASELINE, "per_user_pearson"]).sum())
    return {"methods": methods, "lift": lift, "undefined_readers": undefined}


def _lift(ours: np.ndarray, baseline: np.ndarray, sampling: Sampling) -> dict[str, float]:
    """The mean difference of values of the same readers (U,), with its interval."""
    gain = bootstrap_difference(ours, baseline, sampling.rng, sampling.samples)
    return {"difference": gain.value, "low": gain.low, "high": gain.high}


def _segments(trial: Trial, sampling: Sampling, progress: Progress) -> dict[str, Any]:
    """The correlations where it is hardest: cold books, books of which the history gives nothing
    away, and by length of history."""
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
    quick = replace(sampling, samples=min(sampling.samples, _SEGMENT_SAMPLES))
    for name, mask in masks.items():
        part = trial.rows(np.flatnonzero(mask))
        readers = scored_readers(part.held, _MIN_SEGMENT_ROWS)
        if readers >= _MIN_SEGMENT_READERS:
            figures = _measure(part, _correlations(_MIN_SEGMENT_ROWS), quick, progress)
            found[name] = {"readers": readers, "ratings": len(part.held.stars), **figures}
    return found


def scored_readers(held: HeldOut, min_rows: int = MIN_HELD_OUT) -> int:
    """How many readers have at least `min_rows` held-out ratings."""
    return int((np.unique(held.readers, return_counts=True)[1] >= min_rows).sum())
