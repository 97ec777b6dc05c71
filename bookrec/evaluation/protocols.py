"""The protocols of `evaluate`: which ratings are predicted from which.

- "held-out": a random part of each known reader's ratings, from the rest.
- "unseen-readers": the same, for readers that were not in the training data.
- "forward": later ratings, from earlier ones.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from bookrec.catalogue.ratings import Ratings
from bookrec.evaluation.cases import (
    CUT_SHARE,
    MIN_DATED_RATINGS,
    CaseRows,
    cases_of,
    day_by_day,
    one_cut,
    sample_history,
)
from bookrec.evaluation.dated import DatedRatings
from bookrec.evaluation.split import MIN_ROWS_FOR_CORRELATION, Part, hold_out

# A reader with this many ratings has enough targets after one cut.
MIN_RATINGS_TO_SCORE_BY_CUT = next(
    n for n in range(1, 100) if n - round(CUT_SHARE * n) >= MIN_ROWS_FOR_CORRELATION
)


@dataclass(frozen=True)
class ProtocolRows:
    """The rows that a protocol uses.

    `ratings` are the ratings of the evaluated readers. Stars are predicted for `star_cases`, lists
    are made for `list_cases`. `training_rows` int64 are the rows of the known ratings that models
    may be fitted on. In the forward protocol, `histories` is "dated" or "in-order". `days` int64
    (R,) are the dates of the ratings, None without dates.
    """

    protocol: str
    ratings: Ratings
    training_rows: np.ndarray
    star_cases: tuple[CaseRows, ...]
    list_cases: tuple[CaseRows, ...]
    histories: str | None = None
    days: np.ndarray | None = None

    @property
    def targets(self) -> np.ndarray:
        """int64 (T,): the rows whose stars are predicted, case by case."""
        nothing = np.zeros(0, dtype=np.int64)
        return np.concatenate([nothing, *(case.target for case in self.star_cases)])

    def shortened(self, size: int | None, rng: np.random.Generator) -> ProtocolRows:
        """The same targets, predicted from at most `size` random books of each history."""
        if size is None:
            return self
        star_cases, list_cases = (
            tuple(replace(c, past=sample_history(c.past, size, rng)) for c in cases)
            for cases in (self.star_cases, self.list_cases)
        )
        return replace(self, star_cases=star_cases, list_cases=list_cases)


def held_out(known: Ratings, described: int, seed: int) -> ProtocolRows:
    """The known readers' test rows, predicted from their other rows.

    Only ratings of the first `described` books are held out.
    """
    parts = hold_out(known, known.books < described, seed)
    past, target = parts.rows(Part.TRAIN, Part.VALIDATION), parts.rows(Part.TEST)
    cases = tuple(cases_of(known, past, target))
    return ProtocolRows("held-out", known, past, cases, cases)


def unseen_readers(known: Ratings, unseen: Ratings, described: int, seed: int) -> ProtocolRows:
    """As `held_out`, for readers outside the known ratings, all of which may be trained on."""
    everything = np.arange(len(known))
    return replace(
        held_out(unseen, described, seed), protocol="unseen-readers", training_rows=everything
    )


def forward_by_day(known: Ratings, dated: DatedRatings) -> ProtocolRows:
    """Stars day by day, lists after one cut, for readers with `MIN_DATED_RATINGS` or more."""
    ratings, days = dated.ratings, dated.days
    star_cases = tuple(day_by_day(ratings, days))
    list_cases = tuple(one_cut(ratings, days, MIN_DATED_RATINGS))
    everything = np.arange(len(known))
    return ProtocolRows("forward", ratings, everything, star_cases, list_cases, "dated", days)


def forward_by_cut(known: Ratings, dated: DatedRatings) -> ProtocolRows:
    """Stars and lists after one cut."""
    cases = tuple(one_cut(dated.ratings, dated.days))
    return ProtocolRows("forward", dated.ratings, np.arange(len(known)), cases, cases, "in-order")
