"""Editions and works: what is known of a book before it is in the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bookrec.catalogue.titles import Series, Title, same_series


@dataclass(frozen=True)
class Edition:
    """A row of a books file: one printing of a work, values cleaned, unknown is None or empty."""

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
    """A book as readers speak of it. `editions` are rows of the raw files, most rated first."""

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
    learned_series: tuple[Series, ...] = ()  # what only the ratings' titles know
    derived: str = ""  # "set" or "guide" when other works tell that it is one

    @property
    def kind(self) -> str:
        """ "book", "set" or "guide", see `titles.Title`."""
        return self.derived or self.editions[0].title.kind

    @property
    def described(self) -> bool:
        """Whether it may be recommended: it has a description and somebody wrote it."""
        return bool(self.description) and bool(self.authors)


def series_conflict(a: Iterable[Series], b: Iterable[Series]) -> bool:
    """Whether both name a volume of one series, and not the same volume."""
    pairs = [(x, y) for x in a for y in b if same_series(x.key, y.key)]
    known = [(x, y) for x, y in pairs if x.volume is not None and y.volume is not None]
    return bool(known) and all(x.volume != y.volume for x, y in known)


def all_series(work: Work) -> tuple[Series, ...]:
    """Every series any edition of the work names, once each; then those the ratings name."""
    named = [s for e in work.editions for s in e.series]
    found = {(s.key, s.volume): s for s in (*named, *work.learned_series)}
    return tuple(found.values())


def titles_of(work: Work) -> Iterator[Title]:
    """The titles of its editions, once each."""
    seen: set[str] = set()
    for edition in work.editions:
        if edition.title.full not in seen:
            seen.add(edition.title.full)
            yield edition.title
