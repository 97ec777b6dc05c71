"""The figures of each method over the lists of many readers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from bookrec.evaluation.bootstrap import Interval, bootstrap_mean
from bookrec.evaluation.list_cases import ListCase
from bookrec.evaluation.list_metrics import ndcg, recall, stratified_recall

# A reader's history, books (H,) and stars (H,), to their list: books int64 (≤ k,), best first.
Lister = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Figures:
    """One method's lists of U readers: each (U,), `popularity` the mean log₁₀(ratings + 10) of a
    list, `duplicates` the share of a list that repeats a work. `shown` are the books that any list
    holds."""

    recall: np.ndarray
    ndcg: np.ndarray
    stratified: np.ndarray
    popularity: np.ndarray
    duplicates: np.ndarray
    shown: frozenset[int]


def measure(
    cases: Sequence[ListCase],
    lister: Lister,
    ratings_count: np.ndarray,
    works: np.ndarray,
    advance: Callable[[], None] | None = None,
) -> Figures:
    """The figures of one method, which makes a list of each case. See `figures_of`."""
    lists = []
    for case in cases:
        lists.append(lister(case.books, case.stars))
        if advance is not None:
            advance()
    return figures_of(cases, lists, ratings_count, works)


def figures_of(
    cases: Sequence[ListCase],
    lists: Sequence[np.ndarray],
    ratings_count: np.ndarray,
    works: np.ndarray,
) -> Figures:
    """The figures of one method's lists, int64 (≤ k,), one a case. `ratings_count` (N,) are the
    site's, `works` int64 (N,) tells which books are printings of one work."""
    rows, shown = [], set()
    for case, found in zip(cases, lists, strict=True):
        shown.update(found.tolist())
        repeated = len(found) - len(set(works[found].tolist()) - set(works[case.read].tolist()))
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
    recalls, gains, stratified, popularity, repeats = table.T
    return Figures(recalls, gains, stratified, popularity, repeats, frozenset(shown))


def summary(
    methods: Mapping[str, Figures], candidates: int, rng: Callable[[], np.random.Generator]
) -> dict[str, Any]:
    """Each method's figures in the form of the command line's contract; `rng` gives a generator
    of the same draws for every figure."""
    return {
        name: {
            "recall_at_20": asdict(_mean(f.recall, rng())),
            "ndcg_at_20": asdict(_mean(f.ndcg, rng())),
            "stratified_recall_at_20": asdict(_mean(f.stratified, rng())),
            "popularity": float(np.nanmean(f.popularity)),
            "coverage": len(f.shown) / candidates,
            "duplicates": float(np.mean(f.duplicates)),
        }
        for name, f in methods.items()
    }


def lift(ours: Figures, other: Figures, rng: Callable[[], np.random.Generator]) -> dict[str, Any]:
    """Recall and stratified recall of one method less another's, paired by reader."""
    found = {}
    for name, a, b in (
        ("recall_at_20", ours.recall, other.recall),
        ("stratified_recall_at_20", ours.stratified, other.stratified),
    ):
        gain = _mean(a - b, rng())
        found[name] = {"difference": gain.value, "low": gain.low, "high": gain.high}
    return found


def _mean(values: np.ndarray, rng: np.random.Generator) -> Interval:
    """The mean over readers; one reader's has no interval over readers."""
    found = bootstrap_mean(values, rng)
    return found if len(values) > 1 else Interval(found.value, float("nan"), float("nan"))
