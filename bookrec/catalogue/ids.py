"""Author and series ids, and volumes, of all books."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class BookIds:
    """Author and series of N books.

    `authors` is int64 (N,): the id of the first author, -1 where unknown. `series` is int64 (N,):
    the id of the main series, -1 where unknown. `volumes` is float64 (N,): the volume within that
    series, NaN where unknown.
    """

    authors: np.ndarray
    series: np.ndarray
    volumes: np.ndarray

    def __len__(self) -> int:
        return len(self.authors)

    def first(self, count: int) -> BookIds:
        """Return the ids of the first `count` books."""
        return BookIds(self.authors[:count], self.series[:count], self.volumes[:count])


def shared(ids: np.ndarray, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return whether each pair of books has the same known id: bool (n, H).

    `ids` is int64 (N,), `one` (n,) and `other` (H,) are indices into it.
    """
    own = ids[one]
    return np.asarray((own[:, None] == ids[other]) & (own >= 0)[:, None])
