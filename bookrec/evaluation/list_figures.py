"""Figures of the lists of many readers: per reader, and as `evaluate --json` reports them.

Shapes: U readers, N books.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from bookrec.evaluation.bootstrap import Interval, Sampling, bootstrap_mean
from bookrec.evaluation.list_cases import ListCase
from bookrec.evaluation.list_metrics import ndcg, recall, repeats, stratified_recall

BASELINE, OURS = "ease", "personal"
ListsByMethod = dict[str, list[np.ndarray]]  # one list, int64 (≤ k,), for each case


@dataclass(frozen=True)
class Candidates:
    """The books that lists choose from, as arrays over the N books.

    `allowed` is bool: the book may be recommended. `cold` is bool: the book has no training rating.
    `ratings_count` int64 are the site's. `works` int64 are equal for printings of the same work.
    `contents` maps a work to those that it contains or that contain it.
    """

    allowed: np.ndarray
    cold: np.ndarray
    ratings_count: np.ndarray
    works: np.ndarray
    contents: Mapping[int, frozenset[int]]

    def of_case(self, case: ListCase) -> np.ndarray:
        """bool (N,): the allowed books that the reader has not read."""
        found = self.allowed.copy()
        found[case.read] = False
        return found


@dataclass(frozen=True)
class Figures:
    """One method's lists for U readers, as arrays (U,).

    `popularity` is the mean log₁₀(ratings + 10) of a list, `duplicates` the share of a list that
    repeats a work, see `list_metrics.repeats`. `shown` is the set of books over all lists.
    """

    recall: np.ndarray
    ndcg: np.ndarray
    stratified: np.ndarray
    popularity: np.ndarray
    duplicates: np.ndarray
    shown: frozenset[int]


def figures_of(
    cases: Sequence[ListCase],
    lists: Sequence[np.ndarray],
    candidates: Candidates,
) -> Figures:
    """Measure one method's lists, int64 (≤ k,), one for each case."""
    ratings_count = candidates.ratings_count
    rows, shown = [], set()
    for case, found in zip(cases, lists, strict=True):
        shown.update(found.tolist())
        repeated = repeats(found, case.read, candidates.works, candidates.contents)
        rows.append(
            (
                recall(found, case.targets),
                ndcg(found, case.targets),
                stratified_recall(found, case.targets, ratings_count),
                float(np.log10(ratings_count[found] + 10.0).mean()) if len(found) else np.nan,
                repeated / max(1, len(found)),
            )
        )
    table = np.array(rows, dtype=np.float64).reshape(-1, 5)
    recalls, gains, stratified, popularity, repeated_share = table.T
    return Figures(recalls, gains, stratified, popularity, repeated_share, frozenset(shown))


def list_report(
    cases: Sequence[ListCase], lists: ListsByMethod, candidates: Candidates, sampling: Sampling
) -> dict[str, Any]:
    """The number of readers and targets, each method's figures, and the lift over the baseline."""
    figures = {name: figures_of(cases, found, candidates) for name, found in lists.items()}
    allowed = int(candidates.allowed.sum())
    methods = {name: _summary(found, allowed, sampling) for name, found in figures.items()}
    report = {
        "readers": len(cases),
        "targets": sum(len(case.targets) for case in cases),
        "methods": methods,
    }
    if len(cases) == 1:  # a single reader's recall reads better as a count
        for name, (only,) in lists.items():
            methods[name]["hits"] = int(np.isin(only, cases[0].targets).sum())
    if BASELINE in figures:
        gains = _lift(figures[OURS], figures[BASELINE], sampling)
        report["lift"] = {"over": BASELINE, **gains}
    return report


def _summary(figures: Figures, candidates: int, sampling: Sampling) -> dict[str, Any]:
    """One method's figures over all readers."""
    return {
        "recall_at_20": asdict(_mean(figures.recall, sampling)),
        "ndcg_at_20": asdict(_mean(figures.ndcg, sampling)),
        "stratified_recall_at_20": asdict(_mean(figures.stratified, sampling)),
        "popularity": float(np.nanmean(figures.popularity)),
        "coverage": len(figures.shown) / candidates,
        "duplicates": float(np.mean(figures.duplicates)),
    }


def _lift(ours: Figures, other: Figures, sampling: Sampling) -> dict[str, Any]:
    """The mean paired differences in recall and stratified recall."""
    return {
        "recall_at_20": _mean(ours.recall - other.recall, sampling).as_difference(),
        "stratified_recall_at_20": _mean(
            ours.stratified - other.stratified, sampling
        ).as_difference(),
    }


def _mean(values: np.ndarray, sampling: Sampling) -> Interval:
    """The mean over readers. A single reader has no interval."""
    found = bootstrap_mean(values, sampling.rng(), sampling.samples)
    return found if len(values) > 1 else Interval(found.value, float("nan"), float("nan"))
