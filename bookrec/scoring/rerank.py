"""From scores to a list: filters, series order, caps, novelty and diversity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from bookrec.data.titles import Series

# How many times the asked-for length is collected before diversity chooses among them.
_POOL = 8


@dataclass(frozen=True)
class Volumes:
    """Which volumes of each series the reader knows; keys are `Series.key`."""

    read: Mapping[str, frozenset[float]] = field(default_factory=dict)

    @classmethod
    def of(cls, histories: Iterable[Sequence[Series]]) -> Volumes:
        """From the series of each book of a history."""
        read: dict[str, set[float]] = defaultdict(set)
        for series in histories:
            for s in series:
                read[s.key].update(() if s.volume is None else (s.volume,))
        return cls({key: frozenset(volumes) for key, volumes in read.items()})

    def due(self, key: str) -> float:
        """The volume to read next: one after the last whole volume read, or the first."""
        known = [v for k, read in self.read.items() if _one_series(k, key) for v in read]
        whole = [v for v in known if v >= 1]
        return float(int(max(whole)) + 1) if whole else 1.0

    def allows(self, series: Sequence[Series], mode: str) -> bool:
        """Whether a book of these series may come, in mode first, next, any or none.

        Novellas and prequels (volume 0.5, 2.5) are nobody's next book.
        """
        if mode == "any" or not series:
            return True
        if mode == "none":
            return False
        numbered = [s for s in series if s.volume is not None]
        if mode == "first":
            started = any(_one_series(s.key, k) for s in series for k in self.read)
            return not started and all(s.volume == 1 for s in numbered)
        return all(s.volume == self.due(s.key) for s in numbered[:1])


def _one_series(a: str, b: str) -> bool:
    """ "narnia" and "narnia publication order" are one; "dune" and "prelude to dune" are two."""
    return a == b or a.startswith(f"{b} ") or b.startswith(f"{a} ")


@dataclass
class Caps:
    """What keeps a book off a list in the making: series order, the author cap, a title twice.

    `authors` int64 (N,) ids, -1 unknown; `series_of` and `title_of` tell a book's series and the
    normal form of its title.
    """

    authors: np.ndarray
    series_of: Callable[[int], Sequence[Series]]
    title_of: Callable[[int], str]
    volumes: Volumes
    mode: str
    max_per_author: int
    taken: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    titles: dict[str, int] = field(default_factory=dict)

    def refuses(self, book: int) -> str:
        """Why the book may not come next: "series", "author", "title", or "" when it may."""
        if not self.volumes.allows(self.series_of(book), self.mode):
            return "series"
        author = int(self.authors[book])
        if author >= 0 and len(self.taken[author]) >= self.max_per_author:
            return "author"
        # what follows under the same name is a film book or a retelling
        return "title" if self.title_of(book) in self.titles else ""

    def take(self, book: int) -> None:
        """Put the book on the list."""
        self.titles[self.title_of(book)] = book
        self.taken[int(self.authors[book])].append(book)


def capped(order: Iterable[int], caps: Caps, limit: int) -> list[int]:
    """The first `limit` books of `order` that the caps let through."""
    chosen: list[int] = []
    for book in order:
        if not caps.refuses(book):
            caps.take(book)
            chosen.append(book)
            if len(chosen) == limit:
                break
    return chosen


def diversified(
    books: Sequence[int], scores: np.ndarray, vectors: np.ndarray, diversity: float, limit: int
) -> list[int]:
    """Maximal marginal relevance (Carbonell & Goldstein 1998) over a pool, best first.

    `scores` (N,), `vectors` float32 (N, D) of unit length. diversity 0 keeps the order, 1 asks
    only that each book be unlike those before it.
    """
    if diversity <= 0 or len(books) <= 1:
        return list(books[:limit])
    pool = np.asarray(books)
    relevance = scores[pool]
    spread = float(np.ptp(relevance)) or 1.0
    relevance = (relevance - relevance.min()) / spread
    cosine = np.asarray(vectors[pool] @ vectors[pool].T, dtype=np.float64)
    chosen = [0]
    while len(chosen) < min(limit, len(pool)):
        nearest = cosine[:, chosen].max(axis=1)
        worth = (1 - diversity) * relevance - diversity * nearest
        worth[chosen] = -np.inf
        chosen.append(int(np.argmax(worth)))
    return [int(pool[i]) for i in chosen]


def pool_size(limit: int, diversity: float) -> int:
    """How many books to collect before `diversified` chooses."""
    return limit if diversity <= 0 else limit * _POOL
