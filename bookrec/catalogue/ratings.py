"""Ratings as arrays, and site-wide rating figures."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True)
class SiteFigures:
    """Site-wide figures of N books.

    `mean` is float64 (N,): mean ratings in stars, NaN where unknown. `count` is float64 (N,):
    numbers of ratings.
    """

    mean: np.ndarray
    count: np.ndarray


@dataclass(frozen=True)
class Ratings:
    """R ratings as parallel arrays, sorted by reader, then book; each pair occurs once.

    `readers` and `books` are int64 (R,), `stars` float64 (R,). `book_keys` int64 (N,) identify the
    books across rebuilds of the catalogue; empty when not available.
    """

    readers: np.ndarray
    books: np.ndarray
    stars: np.ndarray
    book_keys: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @property
    def keys(self) -> np.ndarray:
        """int64 (R,): the key of each rating's book, or its index without `book_keys`."""
        return self.book_keys[self.books] if len(self.book_keys) else self.books

    def __len__(self) -> int:
        return len(self.stars)

    @classmethod
    def folded(cls, readers: ArrayLike, books: ArrayLike, stars: ArrayLike) -> Ratings:
        """Build from ratings in any order. A reader's ratings of one book become their mean."""
        import pandas as pd

        given = pd.DataFrame({"reader": readers, "book": books, "stars": stars})
        mean = given.groupby(["reader", "book"], as_index=False)["stars"].mean()
        return cls(
            np.array(mean["reader"], dtype=np.int64),
            np.array(mean["book"], dtype=np.int64),
            np.array(mean["stars"], dtype=np.float64),
        )


def reader_slices(readers: np.ndarray) -> list[slice]:
    """Return one slice per reader; `readers` must be sorted."""
    if len(readers) == 0:
        return []
    starts = np.flatnonzero(np.r_[True, readers[1:] != readers[:-1]])
    ends = np.r_[starts[1:], len(readers)]
    return [slice(int(a), int(b)) for a, b in zip(starts, ends, strict=True)]
