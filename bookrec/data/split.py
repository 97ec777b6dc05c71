"""Splits of ratings. The test part is drawn once and for all; the seed draws what may be looked at.

The constants, the early stop and α are chosen on validation rows, of several seeds. If the seed
drew the test part too, one seed's test rows would be another's validation rows, and no figure
would be of rows that chose nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from bookrec.data.catalogue import Ratings

TEST_SHARE = 0.2  # of each reader's ratings
VALIDATION_SHARE = 0.15  # likewise; constants and α are chosen on these
MIN_RATINGS = 10  # a reader with fewer keeps all of them for training
MIN_HELD_OUT = 5  # fewer held-out rows give no correlation worth the name
MIN_SCORED = math.ceil((MIN_HELD_OUT - 0.5) / TEST_SHARE)  # ratings of a reader with so many
_TEST_DRAW = 20261124  # the number of the draw; with another one the test part is another


class Part(IntEnum):
    """Which part of the split a rating belongs to."""

    TRAIN = 0
    VALIDATION = 1
    TEST = 2


@dataclass(frozen=True)
class Split:
    """`part` int8 (R,), a `Part` for each rating; `seed` is that of the validation part."""

    part: np.ndarray
    seed: int

    def rows(self, *parts: Part) -> np.ndarray:
        """Row numbers of these parts, int64, ascending."""
        return np.flatnonzero(np.isin(self.part, [int(p) for p in parts]))


def hold_out(ratings: Ratings, eligible: np.ndarray, seed: int) -> Split:
    """Hold out 20 % of each reader's ratings for test and 15 % for validation.

    `eligible` is bool (R,): only such rows (described works) are held out; the others are history
    for training. Readers with fewer than `MIN_RATINGS` eligible ratings give none.

    Whether a rating is a test row follows from who rated which book (`Ratings.keys`): not from
    `seed`, not from the other readers, and not from the order of the catalogue.
    """
    part = np.zeros(len(ratings), dtype=np.int8)
    for_test = _draw(ratings, _TEST_DRAW)
    for_validation = _draw(ratings, seed)
    for rows in reader_slices(ratings.readers):
        own = np.arange(rows.start, rows.stop)[eligible[rows]]
        if len(own) < MIN_RATINGS:
            continue
        own = own[np.argsort(for_test[own], kind="stable")]
        test, rest = np.split(own, [round(TEST_SHARE * len(own))])
        rest = rest[np.argsort(for_validation[rest], kind="stable")]
        part[test] = Part.TEST
        part[rest[: round(VALIDATION_SHARE * len(own))]] = Part.VALIDATION
    return Split(part, seed)


def _draw(ratings: Ratings, number: int) -> np.ndarray:
    """A uniform uint64 (R,) for each rating, from the draw's number, the reader and the book.

    The finaliser of SplitMix64 (Steele et al. 2014), once for each of the three.
    """
    mixed = np.full(len(ratings), number, dtype=np.int64).view(np.uint64)
    for part in (ratings.readers, ratings.keys):
        mixed = mixed + np.uint64(0x9E3779B97F4A7C15) + part.astype(np.int64).view(np.uint64)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
    return mixed


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


def reader_slices(readers: np.ndarray) -> list[slice]:
    """One slice a reader over arrays sorted by reader."""
    if len(readers) == 0:
        return []
    starts = np.flatnonzero(np.r_[True, readers[1:] != readers[:-1]])
    ends = np.r_[starts[1:], len(readers)]
    return [slice(int(a), int(b)) for a, b in zip(starts, ends, strict=True)]


def sample_history(history: np.ndarray, size: int | None, rng: np.random.Generator) -> np.ndarray:
    """At most `size` of the history's rows, drawn without replacement, ascending."""
    if size is None or len(history) <= size:
        return history
    return np.sort(rng.choice(history, size, replace=False))
