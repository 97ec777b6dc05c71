"""Whose lists are measured, from what histories, and what is reported of them.

Letters: N books of the catalogue, C cases.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bookrec.catalogue.ratings import Ratings
from bookrec.evaluation.baselines import ItemItem, ease, histories_of, item_knn, popularity
from bookrec.evaluation.list_cases import ListCase
from bookrec.evaluation.list_figures import Figures, figures_of, lift, summary
from bookrec.evaluation.list_metrics import best
from bookrec.prediction.slim import who_read_what

HISTORIES = (1, 5, 20)  # liked books, of the shortened histories
BASELINE = "ease"
# Chosen on validation rows of readers as they are, see docs/log.md.
_EASE_L2, _EASE_READERS = 100.0, 4
_AT_ONCE = 64  # histories that a baseline scores together
Lists = dict[str, list[np.ndarray]]  # each method's lists, one a case
Rng = Callable[[], np.random.Generator]


@dataclass(frozen=True)
class Candidates:
    """What lists choose from. Of N books: `allowed` bool, those that may be recommended; `cold`
    bool, those without a rating in the rows that were fitted on; `ratings_count` int64, the site's;
    `works` int64, equal for printings of one work."""

    allowed: np.ndarray
    cold: np.ndarray
    ratings_count: np.ndarray
    works: np.ndarray

    def open_to(self, case: ListCase) -> np.ndarray:
        """bool (N,): the candidates of a case, what may be recommended less what is read."""
        found = self.allowed.copy()
        found[case.read] = False
        return found

    def figures(self, cases: Sequence[ListCase], lists: Lists) -> dict[str, Figures]:
        """The figures of each method."""
        return {
            name: figures_of(cases, found, self.ratings_count, self.works)
            for name, found in lists.items()
        }


def baselines(known: Ratings, rows: np.ndarray, books: int) -> dict[str, ItemItem]:
    """The baselines fitted on these rows of the known ratings, of the first `books` alone: what no
    list can hold gives them nothing (docs/log.md)."""
    seen = Ratings(known.readers[rows], known.books[rows], known.stars[rows])
    matrix = who_read_what(seen, books)
    return {
        "popularity": popularity(matrix),
        "itemknn": item_knn(matrix),
        "ease": ease(matrix, _EASE_L2, _EASE_READERS),
    }


def lists_of(
    models: Mapping[str, ItemItem],
    cases: Sequence[ListCase],
    field: Candidates,
    books: int,
) -> Lists:
    """Each model's lists; the models know the first `books`."""
    found: Lists = {name: [] for name in models}
    for start in range(0, len(cases), _AT_ONCE):
        some = cases[start : start + _AT_ONCE]
        histories = histories_of([case.books[case.books < books] for case in some], books)
        for name, model in models.items():
            scores = model.scores(histories)
            found[name] += [
                best(row, field.open_to(case)[:books])
                for case, row in zip(some, scores, strict=True)
            ]
    return found


def list_report(
    cases: Sequence[ListCase], lists: Lists, field: Candidates, rng: Rng
) -> dict[str, Any]:
    """Readers, targets and each method's figures, as the contract has them."""
    figures = field.figures(cases, lists)
    found: dict[str, Any] = {
        "readers": len(cases),
        "targets": sum(len(case.targets) for case in cases),
        "methods": summary(figures, int(field.allowed.sum()), rng),
    }
    if len(cases) == 1:  # what a share of few is made of
        for name, lists_of_one in lists.items():
            hits = int(np.isin(lists_of_one[0], cases[0].targets).sum())
            found["methods"][name]["hits"] = hits
    if BASELINE in figures:
        found["lift"] = {"over": BASELINE, **lift(figures["personal"], figures[BASELINE], rng)}
    return found
