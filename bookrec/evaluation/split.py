"""Split each reader's ratings at random into training, validation and test rows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from bookrec.catalogue.ratings import Ratings, reader_slices

TEST_SHARE = 0.2  # of each reader's ratings
VALIDATION_SHARE = 0.15  # of each reader's ratings; constants and α are chosen on these
MIN_RATINGS_TO_SPLIT = 10  # a reader with fewer keeps them all for training
MIN_ROWS_FOR_CORRELATION = 5  # held-out rows per reader; fewer give a useless correlation
# Ratings of a reader with that many test rows.
MIN_RATINGS_TO_SCORE = math.ceil((MIN_ROWS_FOR_CORRELATION - 0.5) / TEST_SHARE)
_TEST_DRAW = 20261124  # fixed, so that the test rows are the same for every seed


class Part(IntEnum):
    """The part of the split that a rating belongs to."""

    TRAIN = 0
    VALIDATION = 1
    TEST = 2


@dataclass(frozen=True)
class Split:
    """A `Part` for each rating, int8 (R,), and the `seed` that drew the validation part."""

    part: np.ndarray
    seed: int

    def rows(self, *parts: Part) -> np.ndarray:
        """The row numbers of these parts, int64, ascending."""
        return np.flatnonzero(np.isin(self.part, [int(p) for p in parts]))


def hold_out(ratings: Ratings, eligible: np.ndarray, seed: int) -> Split:
    """Hold out 20 % of each reader's ratings for test and 15 % for validation.

    Only `eligible` rows, bool (R,), are held out (ratings of described books). The others are
    training rows, as are all rows of a reader with fewer than `MIN_RATINGS_TO_SPLIT` eligible ones.

    Whether a rating is a test row depends only on the reader and the book (`Ratings.keys`). It does
    not depend on `seed`, on the other readers or on the order of the catalogue.
    """
    part = np.zeros(len(ratings), dtype=np.int8)
    for_test = _draw(ratings, _TEST_DRAW)
    for_validation = _draw(ratings, seed)
    for rows in reader_slices(ratings.readers):
        own = np.arange(rows.start, rows.stop)[eligible[rows]]
        if len(own) < MIN_RATINGS_TO_SPLIT:
            continue
        own = own[np.argsort(for_test[own], kind="stable")]
        test, rest = np.split(own, [round(TEST_SHARE * len(own))])
        rest = rest[np.argsort(for_validation[rest], kind="stable")]
        part[test] = Part.TEST
        part[rest[: round(VALIDATION_SHARE * len(own))]] = Part.VALIDATION
    return Split(part, seed)


def _draw(ratings: Ratings, number: int) -> np.ndarray:
    """Hash `number`, the reader and the book of each rating to a uniform uint64 (R,).

    Uses the finaliser of SplitMix64 (Steele et al. 2014).
    """
    mixed = np.full(len(ratings), number, dtype=np.int64).view(np.uint64)
    for part in (ratings.readers, ratings.keys):
        mixed = mixed + np.uint64(0x9E3779B97F4A7C15) + part.astype(np.int64).view(np.uint64)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
    return mixed
