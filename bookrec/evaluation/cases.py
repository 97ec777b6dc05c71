"""Cases: the rows of one reader that are known, and those to predict from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bookrec.catalogue.ratings import Ratings, reader_slices
from bookrec.evaluation.split import MIN_RATINGS


@dataclass(frozen=True)
class Case:
    """Rows of one reader's ratings: those of `past` are known, those of `target` are predicted from
    them; int64, no row in both."""

    past: np.ndarray
    target: np.ndarray


def cases_of(ratings: Ratings, past_rows: np.ndarray, target_rows: np.ndarray) -> list[Case]:
    """One case a reader with targets."""
    use = np.zeros(len(ratings), dtype=np.int8)
    use[past_rows] = 1
    use[target_rows] = 2
    found = []
    for rows in reader_slices(ratings.readers):
        numbers = np.arange(rows.start, rows.stop)
        case = Case(numbers[use[rows] == 1], numbers[use[rows] == 2])
        if len(case.target):
            found.append(case)
    return found


def one_cut(
    ratings: Ratings,
    days: np.ndarray | None = None,
    least: int = MIN_RATINGS,
    share: float = 0.7,
) -> list[Case]:
    """Each reader's earliest `share` as past, what is strictly later as targets.

    The rows of a reader stand in the order of time; `days` int64 (R,) say which are of one day, and
    what shares its day with the end of the past is neither. A reader with fewer than `least`
    ratings, or with nothing later, gives none.
    """
    found = []
    for rows in reader_slices(ratings.readers):
        numbers = np.arange(rows.start, rows.stop)
        if len(numbers) < least:
            continue
        past, target = np.split(numbers, [round(share * len(numbers))])
        if days is not None:
            target = target[days[target] > days[past[-1]]]
        if len(target):
            found.append(Case(past, target))
    return found


FIRST = 20  # dated ratings of a reader before the first that is predicted
LEAST = 40  # dated ratings of a reader who takes part


def day_by_day(ratings: Ratings, days: np.ndarray) -> list[Case]:
    """Each day of each reader's as targets, all that is strictly earlier as past.

    `days` int64 (R,) ascend within a reader. The first `FIRST` ratings are no targets, nor are
    those of a reader's first day; a reader with fewer than `LEAST` gives none.
    """
    found = []
    for rows in reader_slices(ratings.readers):
        numbers, own = np.arange(rows.start, rows.stop), days[rows]
        if len(numbers) < LEAST:
            continue
        for day in np.unique(own[FIRST:]):
            past = numbers[own < day]
            if len(past):
                target = numbers[(own == day) & (np.arange(len(own)) >= FIRST)]
                found.append(Case(past, target))
    return found


def sample_history(history: np.ndarray, size: int | None, rng: np.random.Generator) -> np.ndarray:
    """At most `size` of the history's rows, drawn without replacement, ascending."""
    if size is None or len(history) <= size:
        return history
    return np.sort(rng.choice(history, size, replace=False))
