"""Learning the weights of the order: what makes the best lists of readers who were left out.

Of each judge the targets, held-out books they liked, are to come among the first 20 of all books.
The measure is recall@20 + 2·stratified recall@20 (`lists.py`), so that bestsellers are not the
whole of it, as a mean over whole histories, histories of five and of one liked book, which count
alike. It has steps, so no gradient: the weights are searched one after the other, from the
defaults, and one moves only where the gain is more than its own standard error: a few hundred
readers tell little. A likelihood of the targets (conditional logit) has a gradient, and gives worse
lists: most targets are far from the first 20, and it cares for these as well (docs/log.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from bookrec.evaluation.list_cases import ListCase, shortened_to
from bookrec.evaluation.list_metrics import LIKED, best, recall, stratified_recall
from bookrec.prediction.order import OrderWeights, rank_scores

JUDGE_SHARE = 0.3  # share of the readers whose lists the weights are judged by
MAX_JUDGES = 200  # of them at most
SHORT_HISTORIES = (1, 5)  # liked books of the short histories
_STRATIFIED = 2.0  # of stratified recall, beside recall
_STEPS = (1.6, 1.25)  # factors by which a weight is tried, round by round
_HELD = "popularity"  # the scale of a score is free: this weight stays


@dataclass(frozen=True)
class _JudgedCase:
    """A case to judge by: features float32 (M, 6), `may` bool (M,) the candidates."""

    targets: np.ndarray
    table: np.ndarray
    may: np.ndarray


def with_short_histories(
    cases: Sequence[ListCase], rng: np.random.Generator
) -> dict[int, list[ListCase]]:
    """By the liked books of a history: the cases (0), and each again with histories cut to one of
    `SHORT_HISTORIES`, drawn at random; a reader with fewer gives none."""
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
    """The weights that suit the cases best, from the defaults on; these when there are no cases.

    `features` gives float64 (M, 6) of a case's candidates, all M described books;
    `ratings_count` are theirs, `allowed` bool (M,) which may be recommended at all.
    """
    groups = []
    for some in cases.values():
        judged = []
        for case in some:
            targets = case.targets[allowed[case.targets]]
            if len(targets):
                may = allowed.copy()
                may[case.read] = False
                judged.append(_JudgedCase(targets, features(case).astype(np.float32), may))
            if advance is not None:
                advance()
        if judged:
            groups.append(judged)

    def worth(one: _JudgedCase, order: OrderWeights) -> float:
        found = best(rank_scores(one.table, order), one.may)
        stratified = stratified_recall(found, one.targets, ratings_count)
        return recall(found, one.targets) + _STRATIFIED * stratified

    def measure(order: OrderWeights) -> list[np.ndarray]:
        return [np.array([worth(one, order) for one in group]) for group in groups]

    return _searched(measure) if groups else OrderWeights()


def _searched(measure: Callable[[OrderWeights], list[np.ndarray]]) -> OrderWeights:
    """From the defaults, each weight in turn made larger and smaller while that helps; `measure`
    gives what each case of each size is worth."""
    weights = asdict(OrderWeights())
    top = measure(OrderWeights())
    for step in _STEPS:
        for name in weights:
            for factor in (step, 1.0 / step) if name != _HELD else ():
                while True:
                    tried = {**weights, name: weights[name] * factor}
                    values = measure(OrderWeights(**tried))
                    if not _better(values, top):
                        break
                    top, weights = values, tried
    return OrderWeights(**weights)


def _better(values: list[np.ndarray], top: list[np.ndarray]) -> bool:
    """Whether the mean over sizes gains more than the standard error of the gain, by reader."""
    gains = [one - other for one, other in zip(values, top, strict=True)]
    error = np.sqrt(sum(float(np.var(g)) / len(g) for g in gains)) / len(gains)
    return bool(np.mean([np.mean(g) for g in gains]) > error)
