"""The reason for a recommendation: which books of the history made it, and by how much.

What is shown is rounded to `DIGITS` so that it still adds up, to the last digit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bookrec.prediction.constants import Constants
from bookrec.prediction.stars import History, contributions

DIGITS = 3
_UNIT = 10**DIGITS


@dataclass(frozen=True)
class Cause:
    """A book of the history (its place in it) and what it adds to the personal part.

    `stars` over a whole history sum to the personal part; `weight` is its w_ij and `together` its
    B_ji (`neighbours.py`), both 0 when it only tells how generous the reader is.
    """

    place: int
    stars: float
    weight: float
    together: float = 0.0


def causes(
    w: np.ndarray, history: History, constants: Constants, together: np.ndarray
) -> list[Cause]:
    """What each book of the history (H,) adds to one book's prediction, largest effect first.

    `w` float64 (H,) are the book's weights, as `predict.weights` gives them, `together` float64
    (H,) what each says as a neighbour.
    """
    stars = contributions(w[None, :], history, constants)[0]
    order = np.argsort(-np.abs(stars), kind="stable")
    return [Cause(int(i), float(stars[i]), float(w[i]), float(together[i])) for i in order]


def leading(found: list[Cause], count: int = 3) -> list[Cause]:
    """The causes worth naming of books that are like this one: those that speak for it, or, when
    none does, those that speak against it.

    A book that only moves the reader's offset is part of every prediction and no reason for one.
    """
    like = [c for c in found if c.weight > 0 or c.together > 0]
    return ([c for c in like if c.stars > 0] or like)[:count]


def rounded_to_total(values: Sequence[float], total: float) -> list[float]:
    """The values rounded to `DIGITS`, so that they sum to `total`: their own sum, rounded up or
    down. No value moves by a whole last digit (the method of the largest remainder)."""
    exact = np.asarray(values, dtype=np.float64) * _UNIT
    units = np.rint(exact).astype(np.int64)
    missing = round(total * _UNIT) - int(units.sum())
    step = 1 if missing > 0 else -1
    most_rounded = np.argsort(step * (units - exact), kind="stable")[: abs(missing)]
    units[most_rounded] += step
    return [int(unit) / _UNIT for unit in units]


def shares(stars: Sequence[float]) -> list[float] | None:
    """Each part's share of the absolute total, with the part's sign: the absolute shares sum to 1.

    None when the total rounds to nothing. Shares of the plain sum would have no bounds: where
    parts pull against each other it is a small difference of large ones.
    """
    absolute = np.abs(np.asarray(stars, dtype=np.float64))
    whole = float(absolute.sum())
    if not round(whole, DIGITS):
        return None
    parts = rounded_to_total(list(absolute / whole), 1.0)
    return [-part if star < 0 and part else part for part, star in zip(parts, stars, strict=True)]
