"""Cases for lists: a history, and the held-out books the reader liked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from bookrec.catalogue.ratings import Ratings
from bookrec.evaluation.cases import Case, cases_of
from bookrec.evaluation.list_metrics import LIKED, liked

READERS = 300  # at most: a recall is known to ±.02 then, and all methods take minutes on one core
MIN_TARGETS = 3  # of a reader who takes part


@dataclass(frozen=True)
class ListCase:
    """One reader's history, `books` int64 (H,) and `stars` float64 (H,), and `targets` int64 (n,),
    distinct. Where the history is shortened, `all_read` int64 holds every book read."""

    books: np.ndarray
    stars: np.ndarray
    targets: np.ndarray
    all_read: np.ndarray | None = None

    @property
    def read(self) -> np.ndarray:
        """The books that may not come, int64."""
        return self.books if self.all_read is None else self.all_read


def list_cases_of_rows(
    ratings: Ratings, history_rows: np.ndarray, target_rows: np.ndarray, described: int
) -> list[ListCase]:
    """A case for each reader with `MIN_TARGETS` liked books or more among the target rows and some
    book in the history; of the `described` books alone."""
    found = []
    for case in cases_of(ratings, history_rows, target_rows):
        past = case.past[ratings.books[case.past] < described]
        target = case.target[ratings.stars[case.target] >= LIKED]
        target = target[ratings.books[target] < described]
        if len(target) >= MIN_TARGETS and len(past):
            books = ratings.books
            found.append(ListCase(books[past], ratings.stars[past], books[target]))
    return found


def shortened_to(cases: Sequence[ListCase], size: int, rng: np.random.Generator) -> list[ListCase]:
    """The cases told by `size` liked books of the history, drawn at random, all else equal; those
    with fewer are left out."""
    found = []
    for case in cases:
        mine = np.flatnonzero(case.stars >= LIKED)
        if len(mine) >= size:
            some = np.sort(rng.choice(mine, size, replace=False))
            found.append(ListCase(case.books[some], case.stars[some], case.targets, case.read))
    return found


def list_cases(
    ratings: Ratings, rows: Sequence[Case], allowed: np.ndarray, rng: np.random.Generator
) -> list[ListCase]:
    """Cases of readers with `MIN_TARGETS` targets: books given `LIKED` stars that may be
    recommended. Of more than `READERS` so many are drawn."""
    found = []
    for one in rows:
        targets = liked(ratings.books[one.target], ratings.stars[one.target])
        targets = targets[allowed[targets]]
        if len(targets) >= MIN_TARGETS:
            found.append(ListCase(ratings.books[one.past], ratings.stars[one.past], targets))
    if len(found) > READERS:
        found = [found[i] for i in np.sort(rng.choice(len(found), READERS, replace=False))]
    return found


def with_targets_in(cases: Sequence[ListCase], wanted: np.ndarray) -> dict[int, ListCase]:
    """By place, the cases with a target among the `wanted` bool (N,), and those targets alone."""
    cut = ((i, replace(c, targets=c.targets[wanted[c.targets]])) for i, c in enumerate(cases))
    return {i: case for i, case in cut if len(case.targets)}
