"""Which volumes of a series may be recommended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bookrec.catalogue.titles import Series


@dataclass(frozen=True)
class SeriesProgress:
    """The volumes of each series that the reader has read, by `Series.key`."""

    read: Mapping[str, frozenset[float]] = field(default_factory=dict)

    @classmethod
    def of(cls, histories: Iterable[Sequence[Series]]) -> SeriesProgress:
        """Return the progress from the series of each book of a history."""
        read: dict[str, set[float]] = defaultdict(set)
        for series in histories:
            for s in series:
                read[s.key].update(() if s.volume is None else (s.volume,))
        return cls({key: frozenset(volumes) for key, volumes in read.items()})

    def due(self, key: str) -> float:
        """Return the volume to read next: one after the last whole volume read, or the first."""
        known = [v for k, read in self.read.items() if _same_series(k, key) for v in read]
        whole = [v for v in known if v >= 1]
        return float(int(max(whole)) + 1) if whole else 1.0

    def allows(self, series: Sequence[Series], mode: str) -> bool:
        """Return whether a book of these series may be recommended.

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
            started = any(_same_series(s.key, k) for s in series for k in self.read)
            return not started and all(s.volume == 1 for s in numbered)
        return all(s.volume == self.due(s.key) for s in numbered[:1])


def _same_series(a: str, b: str) -> bool:
    """Whether one key is the other or begins with it.

    "narnia" and "narnia publication order" are one series; "dune" and "prelude to dune" are two.
    """
    return a == b or a.startswith(f"{b} ") or b.startswith(f"{a} ")
