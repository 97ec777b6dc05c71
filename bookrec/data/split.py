"""Seeded splits of ratings. The seed governs every split; test rows are looked at once."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from bookrec.data.catalogue import Ratings

TEST_SHARE = 0.2  # of each reader's ratings
VALIDATION_SHARE = 0.15  # likewise; constants and α are chosen on these
MIN_RATINGS = 10  # a reader with fewer keeps all of them for training
MIN_HELD_OUT = 5  # fewer held-out rows give no correlation worth the name


class Part(IntEnum):
    """Which part of the split a rating belongs to."""

    TRAIN = 0
    VALIDATION = 1
    TEST = 2


@dataclass(frozen=True)
class Split:
    """`part` int8 (R,), a `Part` for each rating."""

    part: np.ndarray
    seed: int

    def rows(self, *parts: Part) -> np.ndarray:
        """Row numbers of these parts, int64, ascending."""
        return np.flatnonzero(np.isin(self.part, [int(p) for p in parts]))


def hold_out(ratings: Ratings, eligible: np.ndarray, seed: int) -> Split:
    """Hold out 20 % of each reader's ratings for test and 15 % for validation.

    `eligible` is bool (R,): only such rows (described works) are held out; the others are history
    for training. Readers with fewer than `MIN_RATINGS` eligible ratings give none.
    """
    rng = np.random.default_rng(seed)
    part = np.zeros(len(ratings), dtype=np.int8)
    for rows in reader_slices(ratings.readers):
        own = np.arange(rows.start, rows.stop)[eligible[rows]]
        if len(own) < MIN_RATINGS:
            continue
        shuffled = rng.permutation(own)
        test = round(TEST_SHARE * len(own))
        validation = round(VALIDATION_SHARE * len(own))
        part[shuffled[:test]] = Part.TEST
        part[shuffled[test : test + validation]] = Part.VALIDATION
    return Split(part, seed)


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
