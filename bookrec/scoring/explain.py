"""The reason for a recommendation: which books of the history made it, and by how much."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bookrec.scoring.predict import Constants, History, contributions


@dataclass(frozen=True)
class Cause:
    """A book of the history (its place in it) and what it adds to the personal part.

    `stars` over a whole history sum to the personal part; `weight` is its w_ij, 0 when it only
    tells how generous the reader is.
    """

    place: int
    stars: float
    weight: float


def causes(w: np.ndarray, history: History, constants: Constants) -> list[Cause]:
    """What each book of the history (H,) adds to one book's prediction, largest effect first.

    `w` float64 (H,) are the book's weights, as `predict.weights` gives them.
    """
    stars = contributions(w[None, :], history, constants)[0]
    order = np.argsort(-np.abs(stars), kind="stable")
    return [Cause(int(i), float(stars[i]), float(w[i])) for i in order]


def leading(found: list[Cause], count: int = 3) -> list[Cause]:
    """The causes worth naming of books that are like this one: those that speak for it, or, when
    none does, those that speak against it.

    A book that only moves the reader's offset is part of every prediction and no reason for one.
    """
    like = [c for c in found if c.weight > 0]
    return ([c for c in like if c.stars > 0] or like)[:count]
