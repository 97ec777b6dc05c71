"""A series by its typed name: its volumes, and the first of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from bookrec.catalogue.book import Book
from bookrec.catalogue.database import TITLE_ONLY, Catalogue, placeholders
from bookrec.catalogue.titles import normal, series_key
from bookrec.finder.named import TYPED_DOMINANCE, written_by
from bookrec.finder.near_titles import word_test
from bookrec.finder.words import typos

_LAST_CHARACTER = "\U0010ffff"  # sorts after every other character
_MIN_PREFIX_WORDS = 2  # "percy jackson" begins one series' name, "harry" many


@dataclass(frozen=True)
class NamedSeries:
    """A series of one author: the most rated book of each volume, by number."""

    name: str
    volumes: dict[float, Book]
    ratings: int  # of all its books

    @property
    def first(self) -> Book | None:
        """The book of volume 1; without one, None."""
        numbers = sorted(n for n in self.volumes if 1 <= n < 2)
        return self.volumes[numbers[0]] if numbers else None

    @property
    def in_order(self) -> list[Book]:
        """The books by volume."""
        return [self.volumes[n] for n in sorted(self.volumes)]


def series_named(catalogue: Catalogue, names: Iterable[str], author: str) -> NamedSeries | None:
    """Return the series that has one of the names, or whose name begins so; None without one.

    Of several authors' series of one name it is the most rated.
    """
    for name in names:
        key = series_key(normal(name))
        if not key or key.isdigit():
            continue
        rows = _rows(catalogue, "s.key IN (?, ?)", (key, f"of {key}"))
        if found := _most_rated(catalogue, rows, author):
            return found[0]
        if len(key.split()) >= _MIN_PREFIX_WORDS:
            rows = _rows(catalogue, "s.key >= ? AND s.key < ?", (key + " ", key + _LAST_CHARACTER))
            ranked = _most_rated(catalogue, rows, author)
            if ranked and (
                len(ranked) == 1 or ranked[0].ratings >= TYPED_DOMINANCE * ranked[1].ratings
            ):
                return ranked[0]
    return None


def series_like(catalogue: Catalogue, name: str, author: str) -> NamedSeries | None:
    """Return the most rated series whose name is the typed one but for typos."""
    key = series_key(normal(name))
    keys = catalogue.rows("SELECT DISTINCT key FROM series WHERE volume = 1")
    is_word = word_test(catalogue)
    near = [
        known
        for (known,) in keys
        if (wrong := typos(key, known)) is not None and not any(map(is_word, wrong))
    ]
    if not near:
        return None
    rows = _rows(catalogue, f"s.key IN ({placeholders(near)})", near)
    return next(iter(_most_rated(catalogue, rows, author)), None)


def _rows(
    catalogue: Catalogue, condition: str, keys: Iterable[str]
) -> list[tuple[str, str, float, int, int]]:
    return catalogue.rows(
        "SELECT s.key, s.name, s.volume, b.book, b.author_id FROM series s JOIN books b "
        "ON b.book = s.book WHERE b.kind = 'book' AND s.volume IS NOT NULL "
        f"AND NOT {TITLE_ONLY} AND {condition}",
        tuple(keys),
    )


def _most_rated(
    catalogue: Catalogue, rows: list[tuple[str, str, float, int, int]], author: str
) -> list[NamedSeries]:
    """Return the series of the rows, one for each key and author, most rated first."""
    groups: dict[tuple[str, int], list[tuple[str, float, Book]]] = defaultdict(list)
    books = {b.index: b for b in catalogue.books({row[3] for row in rows})} if rows else {}
    for key, name, volume, index, author_id in rows:
        groups[key, author_id].append((name, volume, books[index]))
    found = []
    for members in groups.values():
        if not written_by(catalogue, members[0][2], author):
            continue
        volumes: dict[float, Book] = {}
        for _, volume, book in sorted(members, key=lambda m: m[2].index):
            volumes.setdefault(volume, book)
        ratings = sum(book.ratings_count for book in {b.index: b for *_, b in members}.values())
        found.append(NamedSeries(members[0][0], volumes, ratings))
    return sorted(found, key=lambda s: -s.ratings)
