"""Metrics of predicted stars. Intervals are bootstraps over readers, all seeds together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from methods import Run

from bookrec.catalogue.ratings import Ratings
from bookrec.evaluation.bootstrap import (
    Interval,
    bootstrap_difference,
    bootstrap_mean,
    bootstrap_pooled,
)
from bookrec.evaluation.metrics import Metric, by_reader, ndcg_at, pearson, spearman, top_share
from bookrec.evaluation.split import MIN_ROWS_FOR_CORRELATION, Part, Split

_MIN_RANKED = 10  # held-out rows per reader for nDCG and the top five: fewer leave little to rank
MIN_COLD = 3  # held-out rows of cold books per reader for the cold-start correlation


@dataclass(frozen=True)
class Test:
    """The T test rows of one seed. `cold` is bool (T,): the book has no rating in the fit."""

    readers: np.ndarray
    books: np.ndarray
    stars: np.ndarray
    cold: np.ndarray


@dataclass(frozen=True)
class Row:
    """A row of the table. `values` holds the Pearson and Spearman of each reader, for pairing."""

    method: str
    kind: str  # "bookrec" or "peer"
    predicts_stars: bool
    pearson: Interval
    spearman: Interval
    cold: Interval
    pooled: float
    rmse: float
    ndcg: float
    top: float
    fit: float | None
    predict: float | None
    values: dict[str, np.ndarray] = field(repr=False)


def test_of(ratings: Ratings, split: Split) -> Test:
    """Return the test rows of a split."""
    rows, fit_rows = split.rows(Part.TEST), split.rows(Part.TRAIN, Part.VALIDATION)
    counts = np.bincount(ratings.books[fit_rows], minlength=int(ratings.books.max()) + 1)
    books = ratings.books[rows]
    return Test(ratings.readers[rows], books, ratings.stars[rows], counts[books] == 0)


def row_of(
    method: str, kind: str, predicts_stars: bool, tests: Sequence[Test], runs: Sequence[Run]
) -> Row:
    """Return all figures of one method from `tests` and `runs`, one of each per seed."""
    values = {
        name: reader_means(tests, runs, metric, MIN_ROWS_FOR_CORRELATION)
        for name, metric in (("pearson", pearson), ("spearman", spearman))
    }
    cold = reader_means(tests, runs, pearson, MIN_COLD, lambda test: test.cold)
    pooled = bootstrap_pooled(
        np.concatenate([t.readers for t in tests]),
        np.concatenate([r.predicted for r in runs]),
        np.concatenate([t.stars for t in tests]),
        bootstrap_rng(),
    )
    return Row(
        method,
        kind,
        predicts_stars,
        pearson=bootstrap_mean(values["pearson"], bootstrap_rng()),
        spearman=bootstrap_mean(values["spearman"], bootstrap_rng()),
        cold=bootstrap_mean(cold, bootstrap_rng()),
        pooled=pooled.pearson.value,
        rmse=pooled.rmse.value,
        ndcg=float(np.mean(reader_means(tests, runs, ndcg_at, _MIN_RANKED))),
        top=float(np.mean(reader_means(tests, runs, top_share, _MIN_RANKED))),
        fit=mean_seconds([r.fit_seconds for r in runs]),
        predict=mean_seconds([r.predict_seconds for r in runs]),
        values=values,
    )


def reader_means(
    tests: Sequence[Test],
    runs: Sequence[Run],
    metric: Metric,
    min_rows: int,
    mask: Callable[[Test], np.ndarray] | None = None,
) -> np.ndarray:
    """Return each reader's metric, averaged over the seeds that define it, by ascending reader id.

    `mask` selects test rows. Whether a metric is defined depends on the stars alone, so all methods
    are measured on the same readers.
    """
    ids, values = [], []
    for test, run in zip(tests, runs, strict=True):
        kept = mask(test) if mask else np.ones(len(test.stars), dtype=bool)
        columns = (test.readers[kept], run.predicted[kept], test.stars[kept])
        readers, metrics = by_reader(*columns, metric, min_rows)
        defined = ~np.isnan(metrics)
        ids.append(readers[defined])
        values.append(metrics[defined])
    _, reader = np.unique(np.concatenate(ids), return_inverse=True)
    return np.bincount(reader, np.concatenate(values)) / np.bincount(reader)


def difference(a: Row, b: Row, metric: str) -> Interval:
    """Return a − b, paired by reader."""
    return bootstrap_difference(a.values[metric], b.values[metric], bootstrap_rng())


def best_peer(rows: Sequence[Row]) -> Row:
    """Return the peer with the highest per-reader Pearson on the test rows."""
    return max((r for r in rows if r.kind == "peer"), key=lambda r: r.pearson.value)


def bootstrap_rng() -> np.random.Generator:
    """Return a generator with a fixed seed: every method gets the same bootstrap samples."""
    return np.random.default_rng(0)


def mean_seconds(seconds: Sequence[float | None]) -> float | None:
    """Return the mean of the measured seconds, or None if none was measured."""
    known = [s for s in seconds if s is not None]
    return float(np.mean(known)) if known else None
