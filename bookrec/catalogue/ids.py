"""Author and series ids, and volumes, of all books."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class BookIds:
    """Ids of N books: `authors` (the first author) and `series` (the main series) int64 (N,), -1
    where unknown; `volumes` float64 (N,), volumes of that series, NaN where unknown."""

    authors: np.ndarray
    series: np.ndarray
    volumes: np.ndarray

    def __len__(self) -> int:
        return len(self.authors)

    def first(self, count: int) -> BookIds:
        """The ids of the first `count` books."""
        return BookIds(self.authors[:count], self.series[:count], self.volumes[:count])


def shared(ids: np.ndarray, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Whether books (n,) and (H,) have the same known id of `ids` (N,): bool (n, H)."""
    own = ids[one]
    return np.asarray((own[:, None] == ids[other]) & (own >= 0)[:, None])
