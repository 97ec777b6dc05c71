"""From predictions to the figures of the table. Intervals are over readers, all seeds together."""

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

_RANKED_ROWS = 10  # held-out rows of a reader for the ranking figures: more than the top five
COLD_ROWS = 3  # held-out cold books of a reader


@dataclass(frozen=True)
class Test:
    """The T held-out rows of one seed; `cold` bool (T,): the book has no training rating."""

    readers: np.ndarray
    books: np.ndarray
    stars: np.ndarray
    cold: np.ndarray


@dataclass(frozen=True)
class Row:
    """A line of the table. `values` are each reader's Pearson and Spearman, for pairing."""

    method: str
    kind: str  # "bookrec" or "peer"
    rates: bool
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
    """The test rows of a split."""
    rows, learned = split.rows(Part.TEST), split.rows(Part.TRAIN, Part.VALIDATION)
    counts = np.bincount(ratings.books[learned], minlength=int(ratings.books.max()) + 1)
    books = ratings.books[rows]
    return Test(ratings.readers[rows], books, ratings.stars[rows], counts[books] == 0)


def row_of(method: str, kind: str, rates: bool, tests: Sequence[Test], runs: Sequence[Run]) -> Row:
    """All figures of one method; `runs` are of the same seeds as `tests`."""
    own = {
        name: over_readers(tests, runs, metric, MIN_ROWS_FOR_CORRELATION)
        for name, metric in (("pearson", pearson), ("spearman", spearman))
    }
    cold = over_readers(tests, runs, pearson, COLD_ROWS, lambda test: test.cold)
    pooled = bootstrap_pooled(
        np.concatenate([t.readers for t in tests]),
        np.concatenate([r.predicted for r in runs]),
        np.concatenate([t.stars for t in tests]),
        rng(),
    )
    return Row(
        method,
        kind,
        rates,
        pearson=bootstrap_mean(own["pearson"], rng()),
        spearman=bootstrap_mean(own["spearman"], rng()),
        cold=bootstrap_mean(cold, rng()),
        pooled=pooled.pearson.value,
        rmse=pooled.rmse.value,
        ndcg=float(np.mean(over_readers(tests, runs, ndcg_at, _RANKED_ROWS))),
        top=float(np.mean(over_readers(tests, runs, top_share, _RANKED_ROWS))),
        fit=mean_seconds([r.fit_seconds for r in runs]),
        predict=mean_seconds([r.predict_seconds for r in runs]),
        values=own,
    )


def over_readers(
    tests: Sequence[Test],
    runs: Sequence[Run],
    metric: Metric,
    min_rows: int,
    mask: Callable[[Test], np.ndarray] | None = None,
) -> np.ndarray:
    """Each reader's metric, a mean over the seeds in which it is defined, by ascending reader.

    Whether it is defined depends on the stars alone, so the readers are the same for every method.
    """
    ids, values = [], []
    for test, run in zip(tests, runs, strict=True):
        kept = mask(test) if mask else np.ones(len(test.stars), dtype=bool)
        columns = (test.readers[kept], run.predicted[kept], test.stars[kept])
        who, found = by_reader(*columns, metric, min_rows)
        ids.append(who[~np.isnan(found)])
        values.append(found[~np.isnan(found)])
    _, reader = np.unique(np.concatenate(ids), return_inverse=True)
    return np.bincount(reader, np.concatenate(values)) / np.bincount(reader)


def difference(a: Row, b: Row, metric: str) -> Interval:
    """a − b, paired by reader."""
    return bootstrap_difference(a.values[metric], b.values[metric], rng())


def best_peer(rows: Sequence[Row]) -> Row:
    """The peer with the highest per-reader Pearson: picked on the test rows, to its advantage."""
    return max((r for r in rows if r.kind == "peer"), key=lambda r: r.pearson.value)


def rng() -> np.random.Generator:
    """The same draws of readers for every method."""
    return np.random.default_rng(0)


def mean_seconds(seconds: Sequence[float | None]) -> float | None:
    """The mean of those that were measured, None when none was."""
    known = [s for s in seconds if s is not None]
    return float(np.mean(known)) if known else None
