"""Ratings as arrays, and the figures of the whole site."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True)
class SiteFigures:
    """What the whole site gives N books: `mean` float64 (N,) in stars, NaN where unknown; `count`
    float64 (N,) ratings."""

    mean: np.ndarray
    count: np.ndarray


@dataclass(frozen=True)
class Ratings:
    """R ratings as parallel arrays, sorted by reader, then book; no pair twice.

    `readers` and `books` are int64 (R,), `stars` float64 (R,). `book_keys` int64 (N,) are numbers
    that stay a book's own when the catalogue is made anew, empty when there are none.
    """

    readers: np.ndarray
    books: np.ndarray
    stars: np.ndarray
    book_keys: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @property
    def keys(self) -> np.ndarray:
        """int64 (R,): the lasting number of each rating's book; its index when it has none."""
        return self.book_keys[self.books] if len(self.book_keys) else self.books

    def __len__(self) -> int:
        return len(self.stars)

    @classmethod
    def folded(cls, readers: ArrayLike, books: ArrayLike, stars: ArrayLike) -> Ratings:
        """Of ratings (R,) in any order: what one reader gave one book counts once, as its mean."""
        import pandas as pd

        given = pd.DataFrame({"reader": readers, "book": books, "stars": stars})
        mean = given.groupby(["reader", "book"], as_index=False)["stars"].mean()
        return cls(
            np.array(mean["reader"], dtype=np.int64),
            np.array(mean["book"], dtype=np.int64),
            np.array(mean["stars"], dtype=np.float64),
        )


def reader_slices(readers: np.ndarray) -> list[slice]:
    """One slice a reader over arrays sorted by reader."""
    if len(readers) == 0:
        return []
    starts = np.flatnonzero(np.r_[True, readers[1:] != readers[:-1]])
    ends = np.r_[starts[1:], len(readers)]
    return [slice(int(a), int(b)) for a, b in zip(starts, ends, strict=True)]
