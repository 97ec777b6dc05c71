"""Which rows `evaluate` predicts from which: the protocols.

"held-out": a part of each known reader's ratings, drawn at random, from the rest. "unseen-readers":
the same of readers the model never saw. "forward": what came later, from what came before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from bookrec.catalogue.ratings import Ratings
from bookrec.evaluation.cases import LEAST, Case, cases_of, day_by_day, one_cut, sample_history
from bookrec.evaluation.dated import Dated
from bookrec.evaluation.split import MIN_HELD_OUT, Part, hold_out

# Ratings of a reader of whom one cut leaves enough to be scored.
CUT_SCORED = next(n for n in range(1, 100) if n - round(0.7 * n) >= MIN_HELD_OUT)


@dataclass(frozen=True)
class Rows:
    """The rows of a protocol: of `ratings`, whose stars are predicted in the cases of `stars`, and
    for whose readers lists are made in those of `lists`.

    `fitted_on` int64 are the rows of the known ratings that may be looked at. `histories` says of
    a forward protocol what it knows of time, "dated" or "in-order"; `days` int64 (R,) are those of
    the ratings, None where there are none.
    """

    protocol: str
    ratings: Ratings
    fitted_on: np.ndarray
    stars: tuple[Case, ...]
    lists: tuple[Case, ...]
    histories: str | None = None
    days: np.ndarray | None = None

    @property
    def targets(self) -> np.ndarray:
        """int64 (T,): the rows whose stars are predicted, case by case."""
        nothing = np.zeros(0, dtype=np.int64)
        return np.concatenate([nothing, *(case.target for case in self.stars)])

    def shortened(self, size: int | None, rng: np.random.Generator) -> Rows:
        """The same from at most `size` books a history, drawn at random."""
        if size is None:
            return self
        stars, lists = (
            tuple(replace(c, past=sample_history(c.past, size, rng)) for c in cases)
            for cases in (self.stars, self.lists)
        )
        return replace(self, stars=stars, lists=lists)


def held_out(known: Ratings, described: int, seed: int) -> Rows:
    """The known readers' test rows from all their others; the first `described` books count."""
    parts = hold_out(known, known.books < described, seed)
    past, target = parts.rows(Part.TRAIN, Part.VALIDATION), parts.rows(Part.TEST)
    cases = tuple(cases_of(known, past, target))
    return Rows("held-out", known, past, cases, cases)


def unseen_readers(known: Ratings, unseen: Ratings, described: int, seed: int) -> Rows:
    """The same of readers that the model never saw."""
    everything = np.arange(len(known))
    return replace(
        held_out(unseen, described, seed), protocol="unseen-readers", fitted_on=everything
    )


def forward_by_day(known: Ratings, dated: Dated) -> Rows:
    """Stars day by day, lists by one cut, of readers with `LEAST` dated ratings."""
    ratings, days = dated.ratings, dated.days
    stars = tuple(day_by_day(ratings, days))
    lists = tuple(one_cut(ratings, days, LEAST))
    return Rows("forward", ratings, np.arange(len(known)), stars, lists, "dated", days)


def forward_by_cut(known: Ratings, dated: Dated) -> Rows:
    """Stars and lists by one cut."""
    cases = tuple(one_cut(dated.ratings, dated.days))
    return Rows("forward", dated.ratings, np.arange(len(known)), cases, cases, "in-order")
