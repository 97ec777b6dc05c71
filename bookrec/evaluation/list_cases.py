"""Test cases for lists: a reader's history, and the held-out books that the reader liked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from bookrec.catalogue.ratings import Ratings
from bookrec.evaluation.cases import CaseRows, cases_of
from bookrec.evaluation.list_metrics import LIKED

# Recall is known to ±.02 with this many readers, and all methods take minutes on one core.
MAX_LIST_READERS = 300
MIN_TARGETS = 3  # a reader with fewer liked held-out books is left out


@dataclass(frozen=True)
class ListCase:
    """One reader's history and targets, as books.

    The history is `books` int64 (H,) with `stars` float64 (H,). `targets` int64 (n,) are distinct.
    If the history was shortened, `all_read` int64 holds every book the reader has read.
    """

    books: np.ndarray
    stars: np.ndarray
    targets: np.ndarray
    all_read: np.ndarray | None = None

    @property
    def read(self) -> np.ndarray:
        """int64: every book the reader has read, none of which may be recommended."""
        return self.books if self.all_read is None else self.all_read


def list_cases_of_rows(
    ratings: Ratings, history_rows: np.ndarray, target_rows: np.ndarray, described: int
) -> list[ListCase]:
    """One case for each reader with a history and at least `MIN_TARGETS` liked target rows.

    Only the first `described` books count, in the history and as targets.
    """
    is_described = ratings.books < described
    rows = cases_of(ratings, history_rows[is_described[history_rows]], target_rows)
    return [case for case in _with_targets(ratings, rows, is_described) if len(case.books)]


def list_cases(
    ratings: Ratings, rows: Sequence[CaseRows], allowed: np.ndarray, rng: np.random.Generator
) -> list[ListCase]:
    """One case for each reader with at least `MIN_TARGETS` targets.

    Targets are liked books that may be recommended, `allowed` bool (N,). Of more than
    `MAX_LIST_READERS` readers a random sample is taken.
    """
    found = _with_targets(ratings, rows, allowed[ratings.books])
    if len(found) > MAX_LIST_READERS:
        drawn = np.sort(rng.choice(len(found), MAX_LIST_READERS, replace=False))
        found = [found[i] for i in drawn]
    return found


def _with_targets(
    ratings: Ratings, rows: Sequence[CaseRows], allowed: np.ndarray
) -> list[ListCase]:
    """The cases with at least `MIN_TARGETS` liked targets among the `allowed` rows, bool (R,)."""
    wanted = allowed & (ratings.stars >= LIKED)
    found = []
    for one in rows:
        target = one.target[wanted[one.target]]
        if len(target) >= MIN_TARGETS:
            past = one.past
            found.append(ListCase(ratings.books[past], ratings.stars[past], ratings.books[target]))
    return found


def shortened_to(cases: Sequence[ListCase], size: int, rng: np.random.Generator) -> list[ListCase]:
    """The cases with their histories cut to `size` random liked books.

    Cases with fewer liked books are left out. Targets and `read` stay the same.
    """
    found = []
    for case in cases:
        liked = np.flatnonzero(case.stars >= LIKED)
        if len(liked) >= size:
            some = np.sort(rng.choice(liked, size, replace=False))
            found.append(ListCase(case.books[some], case.stars[some], case.targets, case.read))
    return found


def with_targets_in(cases: Sequence[ListCase], wanted: np.ndarray) -> dict[int, ListCase]:
    """The cases restricted to targets in `wanted` bool (N,), by position in `cases`.

    Cases without such a target are left out.
    """
    cut = ((i, replace(c, targets=c.targets[wanted[c.targets]])) for i, c in enumerate(cases))
    return {i: case for i, case in cut if len(case.targets)}
