"""Which volumes of a series may be recommended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bookrec.catalogue.titles import Series

UNKNOWN = -1  # the id of an unknown author


@dataclass(frozen=True)
class SeriesProgress:
    """The volumes of each series that the reader has read, by `Series.key` and author id."""

    read: Mapping[tuple[str, int], frozenset[float]] = field(default_factory=dict)

    @classmethod
    def of(cls, books: Iterable[tuple[Sequence[Series], int]]) -> SeriesProgress:
        """Return the progress from the series and the author id of each book of a history."""
        read: dict[tuple[str, int], set[float]] = defaultdict(set)
        for series, author in books:
            for s in series:
                read[s.key, author].update(() if s.volume is None else (s.volume,))
        return cls({key: frozenset(volumes) for key, volumes in read.items()})

    def due(self, key: str, author: int = UNKNOWN) -> float:
        """Return the volume to read next: one after the last whole volume read, or the first."""
        known = [v for own, read in self.read.items() if _same(own, (key, author)) for v in read]
        whole = [v for v in known if v >= 1]
        return float(int(max(whole)) + 1) if whole else 1.0

    def allows(self, series: Sequence[Series], mode: str, author: int = UNKNOWN) -> bool:
        """Return whether a book of these series, by this author, may be recommended.

        Modes: "any"; "none", no series at all; "first", only series not begun, from volume 1;
        "next", the volume that is due. Novellas and prequels (volume 0.5, 2.5) are never first or
        next. A book without a volume number counts as due.
        """
        if mode == "any" or not series:
            return True
        if mode == "none":
            return False
        numbered = [s for s in series if s.volume is not None]
        if mode == "first":
            started = any(_same((s.key, author), own) for s in series for own in self.read)
            return not started and all(s.volume == 1 for s in numbered)
        return all(s.volume == self.due(s.key, author) for s in numbered[:1])


def _same(one: tuple[str, int], other: tuple[str, int]) -> bool:
    """Whether two keys with their authors are of one series: equal, or one begins with the other.

    "narnia" and "narnia publication order" are one series; "dune" and "prelude to dune" are two,
    and so are "beautiful" and "beautiful creatures", which have different authors.
    """
    (a, by), (b, also_by) = one, other
    return a == b or (by == also_by and (a.startswith(f"{b} ") or b.startswith(f"{a} ")))
