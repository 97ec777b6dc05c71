"""Cases for lists: a history, and the held-out books the reader liked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from bookrec.catalogue.ratings import Ratings
from bookrec.evaluation import cases as split
from bookrec.evaluation.list_metrics import LIKED, liked
from bookrec.evaluation.list_protocol import READERS

MIN_TARGETS = 3  # of a reader who takes part


@dataclass(frozen=True)
class Case:
    """One reader: the history, `books` int64 (H,) and `stars` float64 (H,), and `targets` int64
    (n,), distinct. Where the history is only a part of what is read, `all_read` int64 is that."""

    books: np.ndarray
    stars: np.ndarray
    targets: np.ndarray
    all_read: np.ndarray | None = None

    @property
    def read(self) -> np.ndarray:
        """The books that may not come, int64."""
        return self.books if self.all_read is None else self.all_read


def cases_of_lists(
    ratings: Ratings, history_rows: np.ndarray, target_rows: np.ndarray, described: int
) -> list[Case]:
    """A case for each reader with `MIN_TARGETS` liked books or more among the target rows and some
    book in the history; of the `described` books alone."""
    found = []
    for case in cases_of(ratings, history_rows, target_rows):
        past = case.past[ratings.books[case.past] < described]
        target = case.target[ratings.stars[case.target] >= LIKED]
        target = target[ratings.books[target] < described]
        if len(target) >= MIN_TARGETS and len(past):
            books = ratings.books
            found.append(Case(books[past], ratings.stars[past], books[target]))
    return found


def cut_to(cases: Sequence[Case], size: int, rng: np.random.Generator) -> list[Case]:
    """The cases told by `size` liked books of the history, drawn at random, all else equal; those
    with fewer are left out."""
    found = []
    for case in cases:
        mine = np.flatnonzero(case.stars >= LIKED)
        if len(mine) >= size:
            some = np.sort(rng.choice(mine, size, replace=False))
            found.append(Case(case.books[some], case.stars[some], case.targets, case.read))
    return found


def cases_of(
    ratings: Ratings, rows: Sequence[split.Case], allowed: np.ndarray, rng: np.random.Generator
) -> list[Case]:
    """Cases of readers with `MIN_TARGETS` targets: books given `LIKED` stars that may be
    recommended. Of more than `READERS` so many are drawn."""
    found = []
    for one in rows:
        targets = liked(ratings.books[one.target], ratings.stars[one.target])
        targets = targets[allowed[targets]]
        if len(targets) >= MIN_TARGETS:
            found.append(Case(ratings.books[one.past], ratings.stars[one.past], targets))
    if len(found) > READERS:
        found = [found[i] for i in np.sort(rng.choice(len(found), READERS, replace=False))]
    return found


def only(cases: Sequence[Case], wanted: np.ndarray) -> dict[int, Case]:
    """By place, the cases with a target among the `wanted` bool (N,), and those targets alone."""
    cut = ((i, replace(c, targets=c.targets[wanted[c.targets]])) for i, c in enumerate(cases))
    return {i: case for i, case in cut if len(case.targets)}
