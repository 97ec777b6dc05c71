"""Test cases: the rows of one reader that are known, and those to predict from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bookrec.catalogue.ratings import Ratings, reader_slices
from bookrec.evaluation.split import MIN_RATINGS_TO_SPLIT

WARM_UP_RATINGS = 20  # dated ratings of a reader before the first prediction
MIN_DATED_RATINGS = 40  # a reader with fewer is not predicted day by day
CUT_SHARE = 0.7  # of a reader's ratings, the earliest, are the past of `one_cut`


@dataclass(frozen=True)
class CaseRows:
    """Row numbers of one reader's ratings, int64.

    The ratings in `target` are predicted from those in `past`. No row is in both.
    """

    past: np.ndarray
    target: np.ndarray


def cases_of(ratings: Ratings, past_rows: np.ndarray, target_rows: np.ndarray) -> list[CaseRows]:
    """One case for each reader with target rows."""
    use = np.zeros(len(ratings), dtype=np.int8)
    use[past_rows] = 1
    use[target_rows] = 2
    found = []
    for rows in reader_slices(ratings.readers):
        numbers = np.arange(rows.start, rows.stop)
        case = CaseRows(numbers[use[rows] == 1], numbers[use[rows] == 2])
        if len(case.target):
            found.append(case)
    return found


def one_cut(
    ratings: Ratings,
    days: np.ndarray | None = None,
    min_ratings: int = MIN_RATINGS_TO_SPLIT,
    share: float = CUT_SHARE,
) -> list[CaseRows]:
    """One case per reader: the earliest `share` of the ratings is the past, the rest the target.

    Each reader's rows are in order of time. If `days` int64 (R,) are given, targets from the last
    day of the past are dropped. Readers with fewer than `min_ratings` ratings, or without a target,
    are left out.
    """
    found = []
    for rows in reader_slices(ratings.readers):
        numbers = np.arange(rows.start, rows.stop)
        if len(numbers) < min_ratings:
            continue
        past, target = np.split(numbers, [round(share * len(numbers))])
        if days is not None:
            target = target[days[target] > days[past[-1]]]
        if len(target):
            found.append(CaseRows(past, target))
    return found


def day_by_day(ratings: Ratings, days: np.ndarray) -> list[CaseRows]:
    """One case per reader and day: that day's ratings are the target, all earlier days the past.

    `days` int64 (R,) ascend within a reader. The first `WARM_UP_RATINGS` ratings and those of the
    first day are never targets. Readers with fewer than `MIN_DATED_RATINGS` are left out.
    """
    found = []
    for rows in reader_slices(ratings.readers):
        numbers, own = np.arange(rows.start, rows.stop), days[rows]
        if len(numbers) < MIN_DATED_RATINGS:
            continue
        for day in np.unique(own[WARM_UP_RATINGS:]):
            past = numbers[own < day]
            if len(past):
                target = numbers[(own == day) & (np.arange(len(own)) >= WARM_UP_RATINGS)]
                found.append(CaseRows(past, target))
    return found


def sample_history(history: np.ndarray, size: int | None, rng: np.random.Generator) -> np.ndarray:
    """Draw at most `size` of the history's rows without replacement, in ascending order."""
    if size is None or len(history) <= size:
        return history
    return np.sort(rng.choice(history, size, replace=False))
