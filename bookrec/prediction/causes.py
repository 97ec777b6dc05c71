"""Which books of the history a prediction comes from, and by how much.

Displayed values are rounded to `DIGITS` so that they still add up exactly.
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
    """What one book of the history adds to a prediction; `place` is its index in the history.

    `stars` is its contribution: over the whole history these sum to the personal part minus
    loyalty. `weight` is w_ij (`stars.py`), `neighbour_weight` is B_ji (`neighbours.py`). If both
    are 0, the book only moves the reader's offset.
    """

    place: int
    stars: float
    weight: float
    neighbour_weight: float = 0.0


def causes(
    w: np.ndarray, history: History, constants: Constants, neighbour_weights: np.ndarray
) -> list[Cause]:
    """Return what each book of the history (H,) adds to one prediction, largest effect first.

    `w` float64 (H,) are the weights w_ij of the predicted book, `neighbour_weights` float64 (H,)
    its B_ji.
    """
    stars = contributions(w[None, :], history, constants)[0]
    order = np.argsort(-np.abs(stars), kind="stable")
    return [Cause(int(i), float(stars[i]), float(w[i]), float(neighbour_weights[i])) for i in order]


def leading(found: list[Cause], count: int = 3) -> list[Cause]:
    """Return the causes to name: the largest from similar books that raise the prediction.

    If none raises it, similar books that lower it. A book that only moves the reader's offset is
    part of every prediction and therefore no reason for this one.
    """
    similar = [c for c in found if c.weight > 0 or c.neighbour_weight > 0]
    return ([c for c in similar if c.stars > 0] or similar)[:count]


def rounded_to_total(values: Sequence[float], total: float) -> list[float]:
    """Round values to `DIGITS` so that they sum to `total`, itself the rounded sum of the values.

    Largest remainder method: no value moves by a whole unit of the last digit.
    """
    exact = np.asarray(values, dtype=np.float64) * _UNIT
    units = np.rint(exact).astype(np.int64)
    missing = round(total * _UNIT) - int(units.sum())
    step = 1 if missing > 0 else -1
    most_rounded = np.argsort(step * (units - exact), kind="stable")[: abs(missing)]
    units[most_rounded] += step
    return [int(unit) / _UNIT for unit in units]


def shares(stars: Sequence[float]) -> list[float] | None:
    """Return each contribution as a share of the absolute total, signed; None if that rounds to 0.

    Shares of the plain sum would be unbounded: if contributions cancel, the sum is a small
    difference of large numbers.
    """
    absolute = np.abs(np.asarray(stars, dtype=np.float64))
    whole = float(absolute.sum())
    if not round(whole, DIGITS):
        return None
    parts = rounded_to_total(list(absolute / whole), 1.0)
    return [-part if star < 0 and part else part for part, star in zip(parts, stars, strict=True)]
