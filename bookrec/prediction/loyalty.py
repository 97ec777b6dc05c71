"""LOYALTY"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bookrec.catalogue.ids import shared

_LONGEST = 50  # volumes; what goes on is a publisher's line, which nobody reads in order


@dataclass(frozen=True)
class Kin:
    """Of N books: `authors` and `series` int64 (N,) ids, -1 unknown; `volumes` float64 (N,), NaN
    unknown."""

    authors: np.ndarray
    series: np.ndarray
    volumes: np.ndarray

    def loyalty(
        self, read: np.ndarray, books: np.ndarray, per_volume: float, per_author: float
    ) -> np.ndarray:
        """s_ui float64 (n,) in stars of `books` (n,) for a reader of `read` (H,), with γ and δ.

        A book tells nothing of itself.
        """
        other = books[:, None] != read
        series, volume = self.series[books], self.volumes[books]
        followed = shared(self.series, books, read) & other
        told = self.volumes[read] <= _LONGEST
        reached = np.where(followed & told, self.volumes[read], 1.0)
        last = np.max(reached, axis=1, initial=1.0)
        far = np.log(last / np.maximum(1.0, volume))
        again = shared(self.authors, books, read) & other
        others = (again & ~followed).sum(axis=1)
        numbered = (series >= 0) & (volume <= _LONGEST)
        found = per_volume * np.where(numbered, far, 0.0) + per_author * np.log1p(others)
        return np.asarray(found)

    def read_past(self, read: np.ndarray, books: np.ndarray) -> np.ndarray:
        """Whether a reader of `read` (H,) knows a later volume of the series of each of `books`
        (n,): bool (n,). Who has read on has let slip that they liked the book."""
        later = self.volumes[read] > self.volumes[books][:, None]
        return np.asarray((shared(self.series, books, read) & later).any(axis=1))
