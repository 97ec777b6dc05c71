"""Rules that keep a book off a list given the books before it: series order, books per author,
repeated titles, sets and their parts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, field

import numpy as np

from bookrec.catalogue.titles import Series
from bookrec.prediction.series_order import SeriesProgress


@dataclass
class Caps:
    """The rules, and the books on the list so far.

    `authors` int64 (N,) ids, -1 where unknown. `series_of` and `title_of` return the series of a
    book and the normal form of its title, `contents_of` its parts and the sets with it. `mode` is
    one of the series modes of `SeriesProgress.allows`. `taken` holds the listed books by author,
    `titles` by title.
    """

    authors: np.ndarray
    series_of: Callable[[int], Sequence[Series]]
    title_of: Callable[[int], str]
    contents_of: Callable[[int], Set[int]]
    volumes: SeriesProgress
    mode: str
    max_per_author: int
    taken: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    titles: dict[str, int] = field(default_factory=dict)

    def refuses(self, book: int) -> str:
        """Return why the book may not come next, "" if it may.

        "series", "author", "title" or "contents": the list has a part of it, or a set with it.
        """
        author = int(self.authors[book])
        if not self.volumes.allows(self.series_of(book), self.mode, author):
            return "series"
        if author >= 0 and len(self.taken[author]) >= self.max_per_author:
            return "author"
        # a second book of the same title is mostly a film tie-in or a retelling
        if self.title_of(book) in self.titles:
            return "title"
        return "contents" if self.listed_contents(book) else ""

    def listed_contents(self, book: int) -> set[int]:
        """Return the listed books that the book contains or that contain it."""
        return {listed for listed in self.contents_of(book) if listed in self.titles.values()}

    def take(self, book: int) -> None:
        """Put the book on the list."""
        self.titles[self.title_of(book)] = book
        self.taken[int(self.authors[book])].append(book)


def capped(order: Iterable[int], caps: Caps, limit: int) -> list[int]:
    """Return the first `limit` books of `order` that the rules allow."""
    chosen: list[int] = []
    for book in order:
        if not caps.refuses(book):
            caps.take(book)
            chosen.append(book)
            if len(chosen) == limit:
                break
    return chosen
