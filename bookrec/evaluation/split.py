"""TODO"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from bookrec.catalogue.ratings import Ratings, reader_slices

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
