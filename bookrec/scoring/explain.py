"""The reason for a recommendation: which books of the history made it, and by how much."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bookrec.scoring.predict import Constants, History, contributions


@dataclass(frozen=True)
class Cause:
    """A book of the history (its place in it) and what it adds to the personal part.

    `stars` over a whole history sum to the personal part; `share` is stars / personal, NaN where
    the personal part is nothing.
    """

    place: int
    stars: float
    share: float


def causes(w: np.ndarray, history: History, constants: Constants) -> list[Cause]:
    """What each book of the history (H,) adds to one book's prediction, largest effect first.

    `w` float64 (H,) are the book's weights, as `predict.weights` gives them.
    """
    stars = contributions(w[None, :], history, constants)[0]
    personal = float(stars.sum())
    order = np.argsort(-np.abs(stars), kind="stable")
    return [
        Cause(int(i), float(stars[i]), float(stars[i]) / personal if personal else float("nan"))
        for i in order
    ]


def leading(found: list[Cause], w: np.ndarray, count: int = 3) -> list[Cause]:
    """The causes worth naming: books that are like this one and push it the way it went.

    A book that only moves the reader's offset is part of every prediction and no reason for one.
    """
    personal = sum(c.stars for c in found)
    agreeing = [c for c in found if w[c.place] > 0 and c.stars * personal > 0]
    return agreeing[:count]
