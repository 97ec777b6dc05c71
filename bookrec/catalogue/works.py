"""Editions and works, the records from which the catalogue is built."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bookrec.catalogue.titles import Series, Title, same_series


@dataclass(frozen=True)
class Edition:
    """A row of a books file, cleaned: one edition of a work. Unknown is None or empty."""

    goodreads_id: str
    title: Title
    authors: tuple[str, ...]
    series: tuple[Series, ...]
    description: str
    language: str
    isbn: str
    genres: tuple[str, ...]
    pages: int | None
    year: int | None
    mean_rating: float | None  # stars
    ratings_count: int  # 0 when unknown


@dataclass(frozen=True)
class Work:
    """A book, independent of edition. `editions` come most rated first."""

    editions: tuple[Edition, ...]
    title: str
    authors: tuple[str, ...]
    series: Series | None
    year: int | None
    language: str
    pages: int | None
    genres: tuple[str, ...]
    description: str
    mean_rating: float | None  # stars, site-wide
    ratings_count: int
    learned_series: tuple[Series, ...] = ()  # named only in the ratings' titles
    derived_kind: str = ""  # the kind that other works show, see `derived.mark_kinds`

    @property
    def kind(self) -> str:
        """ "book" or one of `kinds.KINDS`."""
        return self.derived_kind or self.editions[0].title.kind

    @property
    def described(self) -> bool:
        """Whether it has a description and an author."""
        return bool(self.description) and bool(self.authors)


def series_conflict(a: Iterable[Series], b: Iterable[Series]) -> bool:
    """Whether `a` and `b` name different volumes of the series they share."""
    pairs = [(x, y) for x in a for y in b if same_series(x.key, y.key)]
    known = [(x, y) for x, y in pairs if x.volume is not None and y.volume is not None]
    return bool(known) and all(x.volume != y.volume for x, y in known)


def all_series(work: Work) -> tuple[Series, ...]:
    """Return the distinct series that the editions name, then those that only ratings name."""
    named = [s for e in work.editions for s in e.series]
    found = {(s.key, s.volume): s for s in (*named, *work.learned_series)}
    return tuple(found.values())


def titles_of(work: Work) -> Iterator[Title]:
    """Yield the distinct titles of the editions."""
    seen: set[str] = set()
    for edition in work.editions:
        if edition.title.full not in seen:
            seen.add(edition.title.full)
            yield edition.title
