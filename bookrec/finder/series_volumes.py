"""The volumes of a series in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bookrec.catalogue.book import Book
from bookrec.catalogue.database import TITLE_ONLY, Catalogue, placeholders
from bookrec.catalogue.people import author_key
from bookrec.catalogue.titles import Series, same_series, series_key

_NEAR = 80.0  # rapidfuzz ratio of a misspelt series


@dataclass(frozen=True)
class Volume:
    """A book as a volume of a series; `number` is None if it has none."""

    number: float | None
    book: Book
    kind: str


def volumes_called(catalogue: Catalogue, typed: str) -> tuple[list[Volume], str]:
    """Return the volumes of the series that a typed name means, and a note if it was misspelt.

    A series of this name comes before those whose names contain it. Series that share a name but no
    author follow each other, the most read first.
    """
    wanted = series_key(typed)
    if not wanted:
        return [], ""
    if exact := _volumes(catalogue, [wanted]):
        return _in_order(exact), ""
    keys = [key for (key,) in catalogue.rows("SELECT DISTINCT key FROM series ORDER BY key")]
    if inside := _volumes(catalogue, [k for k in keys if same_series(wanted, k)]):
        return _in_order(inside), ""
    from rapidfuzz import fuzz, process

    for near, _, _ in process.extract(wanted, keys, scorer=fuzz.ratio, score_cutoff=_NEAR, limit=3):
        if found := _volumes(catalogue, [near]):
            return _in_order(found), f"The series {typed!r} is taken as {near!r}."
    return [], ""


def volumes_beside(catalogue: Catalogue, book: Book, series: Series) -> list[Volume]:
    """Return the volumes of a book's series in order, the book included; no sets and guides."""
    found = [
        v
        for v in _volumes(catalogue, [series.key])
        if v.kind == "book" or v.book.index == book.index
    ]
    return next((own for own in _runs(found) if any(v.book == book for v in own)), [])


def _volumes(catalogue: Catalogue, keys: Sequence[str]) -> list[Volume]:
    """Return the works that are in a series of one of these keys; not what only ratings name."""
    if not keys:
        return []
    marks = placeholders(keys)
    rows = catalogue.rows(
        f"SELECT s.book, s.volume FROM series s JOIN books b USING (book) WHERE s.key IN ({marks}) "
        f"AND NOT {TITLE_ONLY} ORDER BY s.volume IS NULL DESC, s.volume DESC",
        keys,
    )
    numbers = dict(rows)  # the smallest of several, a known one if there is any
    kinds = catalogue.kinds(numbers)
    return [Volume(numbers[b.index], b, kinds[b.index]) for b in catalogue.books(numbers)]


def _in_order(volumes: Sequence[Volume]) -> list[Volume]:
    return [volume for run in _runs(volumes) for volume in run]


def _runs(volumes: Sequence[Volume]) -> list[list[Volume]]:
    """Part the volumes of a name into series, most read first; each is put in order.

    Books with a common author belong together. So do those of several authors as long as no two
    have the same number.
    """
    runs: list[list[Volume]] = []
    for volume in sorted(volumes, key=lambda v: v.book.index):
        runs = _joined(runs, volume)
    runs.sort(key=_reads, reverse=True)
    parted: list[list[Volume]] = []
    for run in runs:
        free = (known for known in parted if not _numbers(known) & _numbers(run))
        home = next(free, None) if _numbers(run) else None
        if home is None:
            parted.append(run)
        else:
            home += run
    return [sorted(run, key=_place) for run in sorted(parted, key=_reads, reverse=True)]


def _joined(runs: list[list[Volume]], volume: Volume) -> list[list[Volume]]:
    """Return the runs with the volume added, and those that it connects in one."""
    authors = _authors([volume])
    near = [run for run in runs if _authors(run) & authors]
    others = [run for run in runs if not _authors(run) & authors]
    return [*others, [*(v for run in near for v in run), volume]]


def _authors(volumes: Sequence[Volume]) -> set[str]:
    return {author_key(name) for v in volumes for name in v.book.authors}


def _numbers(volumes: Sequence[Volume]) -> set[float]:
    return {v.number for v in volumes if v.number is not None and v.kind == "book"}


def _reads(volumes: Sequence[Volume]) -> int:
    return sum(v.book.ratings_count for v in volumes)


def _place(volume: Volume) -> tuple[bool, bool, float, int, int]:
    """Books before sets, numbered ones first and in order, then by year."""
    book, number = volume.book, volume.number
    known = number is not None
    return volume.kind != "book", not known, number or 0.0, book.year or 9999, book.index
