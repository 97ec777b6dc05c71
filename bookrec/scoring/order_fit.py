"""Learning the weights of the order: a conditional logit over the whole catalogue.

Of each validation reader the targets, held-out books they liked, are to come before all other
books: the loss is the cross-entropy of the targets under the softmax of the scores (McFadden 1974,
"Conditional logit analysis of qualitative choice behavior"). A target weighs
(site ratings + 10)^-½, as in stratified recall (Steck 2011): bestsellers are not the whole of it.
Whole histories and histories of one and of five liked books count alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields

import numpy as np

from bookrec.scoring.lists import LIKED, Case
from bookrec.scoring.rank import Order

JUDGES = 0.25  # share of the readers whose lists the weights are fitted on
READERS = 150  # of them at most
SHORT = (1, 5)  # liked books of the short histories
_STRATA = -0.5
_RIDGE = 1e-3  # of weights in units of their feature's spread


def with_short(cases: Sequence[Case], rng: np.random.Generator) -> list[Case]:
    """The cases, and each again with histories cut to `SHORT` liked books drawn at random; a
    reader with fewer gives none."""
    found = list(cases)
    for case in cases:
        liked = np.flatnonzero(case.stars >= LIKED)
        for size in SHORT:
            if len(liked) > size:
                some = np.sort(rng.choice(liked, size, replace=False))
                found.append(Case(case.books[some], case.stars[some], case.targets))
    return found


def fit_order(
    cases: Sequence[Case],
    features: Callable[[Case], np.ndarray],
    ratings_count: np.ndarray,
    allowed: np.ndarray,
    advance: Callable[[], None] | None = None,
) -> Order:
    """The weights that suit the cases best; the defaults when there are none.

    `features` gives float64 (M, 6) of a case's candidates, all M described books;
    `ratings_count` are theirs, `allowed` bool (M,) which may be recommended at all.
    """
    from scipy.optimize import minimize

    tables, worths = [], []
    for case in cases:
        targets = case.targets[allowed[case.targets]]
        if not len(targets):
            continue
        may = allowed.copy()
        may[case.books] = False
        worth = np.zeros(len(allowed))
        worth[targets] = (ratings_count[targets] + 10.0) ** _STRATA
        tables.append(features(case)[may].astype(np.float32))
        worths.append((worth[may] / worth.sum()).astype(np.float32))
        if advance is not None:
            advance()
    if not tables:
        return Order()
    spread = np.maximum(1e-9, np.mean([t.std(axis=0) for t in tables], axis=0))

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        total, slope = _RIDGE * float(weights @ weights), 2.0 * _RIDGE * weights
        for table, worth in zip(tables, worths, strict=True):
            scores = table @ (weights / spread).astype(np.float32)
            chances = np.exp(scores - scores.max())
            everything = float(chances.sum())
            total += (np.log(everything) + scores.max() - float(worth @ scores)) / len(tables)
            slope = slope + ((chances / everything - worth) @ table) / spread / len(tables)
        return total, np.asarray(slope, dtype=np.float64)

    found = minimize(loss, np.zeros(len(spread)), jac=True, method="L-BFGS-B")
    names = [field.name for field in fields(Order)]
    return Order(**dict(zip(names, map(float, found.x / spread), strict=True)))
