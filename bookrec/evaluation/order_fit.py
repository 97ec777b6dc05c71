"""Fit the weights of the list order by the lists they give to readers left out of training.

The objective is recall@20 + 2 · stratified recall@20 (`list_metrics`) of held-out liked books. It
is averaged over readers within each history size (whole, five liked books, one liked book), then
over the sizes. Stratified recall keeps bestsellers from dominating.

The objective is piecewise constant, so it has no useful gradient. A coordinate search starts from
the default weights. It accepts a step only if the gain exceeds its standard error, because a few
hundred readers give noisy estimates. A conditional logit of the targets has a gradient but gives
worse lists: most targets rank far below 20, and it spends its effort on those too (docs/log.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from bookrec.evaluation.list_cases import ListCase, shortened_to
from bookrec.evaluation.list_metrics import LIKED, best, recall, stratified_recall
from bookrec.prediction.order import OrderWeights, rank_scores

JUDGE_SHARE = 0.3  # share of the readers whose lists the weights are fitted to
MAX_JUDGES = 200  # at most this many of those readers
SHORT_HISTORIES = (1, 5)  # liked books in the short histories
_STRATIFIED = 2.0  # weight of stratified recall relative to recall
_STEPS = (1.6, 1.25)  # factors by which a weight is changed, one round each
_FIXED = "popularity"  # only ratios of weights matter, so one stays fixed


@dataclass(frozen=True)
class _FitCase:
    """A case with its `features` float32 (M, 6) and `candidates` bool (M,)."""

    targets: np.ndarray
    features: np.ndarray
    candidates: np.ndarray


def with_short_histories(
    cases: Sequence[ListCase], rng: np.random.Generator
) -> dict[int, list[ListCase]]:
    """The cases by history size: all of them under 0, and shortened ones under `SHORT_HISTORIES`.

    The short histories are random liked books. Readers with no more liked books than that are left
    out.
    """
    found: dict[int, list[ListCase]] = {0: list(cases), **{size: [] for size in SHORT_HISTORIES}}
    for case in cases:
        liked = np.sum(case.stars >= LIKED)
        for size in SHORT_HISTORIES:
            if liked > size:
                found[size] += shortened_to([case], size, rng)
    return found


def fit_order(
    cases: dict[int, list[ListCase]],
    features: Callable[[ListCase], np.ndarray],
    ratings_count: np.ndarray,
    allowed: np.ndarray,
    advance: Callable[[], None] | None = None,
) -> OrderWeights:
    """Fit the weights to the cases of each history size. Without cases, return the defaults.

    `features` returns float64 (M, 6) for a case, over all M described books. `ratings_count` (M,)
    are the site's. `allowed` is bool (M,): the book may be recommended.
    """
    groups = []
    for some in cases.values():
        group = []
        for case in some:
            targets = case.targets[allowed[case.targets]]
            if len(targets):
                candidates = allowed.copy()
                candidates[case.read] = False
                group.append(_FitCase(targets, features(case).astype(np.float32), candidates))
            if advance is not None:
                advance()
        if group:
            groups.append(group)

    def objective(one: _FitCase, order: OrderWeights) -> float:
        found = best(rank_scores(one.features, order), one.candidates)
        stratified = stratified_recall(found, one.targets, ratings_count)
        return recall(found, one.targets) + _STRATIFIED * stratified

    def measure(order: OrderWeights) -> list[np.ndarray]:
        return [np.array([objective(one, order) for one in group]) for group in groups]

    return _coordinate_search(measure) if groups else OrderWeights()


def _coordinate_search(measure: Callable[[OrderWeights], list[np.ndarray]]) -> OrderWeights:
    """Scale one weight at a time, up and down, for as long as the objective improves.

    `measure` returns the objective of each case, one array for each history size.
    """
    weights = asdict(OrderWeights())
    top = measure(OrderWeights())
    for step in _STEPS:
        for name in weights:
            for factor in (step, 1.0 / step) if name != _FIXED else ():
                while True:
                    tried = {**weights, name: weights[name] * factor}
                    values = measure(OrderWeights(**tried))
                    if not _improves(values, top):
                        break
                    top, weights = values, tried
    return OrderWeights(**weights)


def _improves(values: list[np.ndarray], top: list[np.ndarray]) -> bool:
    """Whether the mean gain over history sizes exceeds its standard error."""
    gains = [one - other for one, other in zip(values, top, strict=True)]
    error = np.sqrt(sum(float(np.var(g)) / len(g) for g in gains)) / len(gains)
    return bool(np.mean([np.mean(g) for g in gains]) > error)
