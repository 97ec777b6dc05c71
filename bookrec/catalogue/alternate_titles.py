"""Other titles of the most read works: original, translated, British and American, short.

`alternate_titles.csv` is a table of facts. A row "work" names one work. A row "series" names a
series, whose other names only the finder uses (see `usual_titles`).
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from bookrec.catalogue.people import author_key
from bookrec.catalogue.titles import Title, normal, parse_title
from bookrec.catalogue.works import Work, titles_of

_SEPARATOR = " | "  # between authors' spellings, and between titles
# A constant, so that a catalogue made with another table is stale.
_FILE = (resources.files("bookrec") / "catalogue/alternate_titles.csv").read_bytes()


class _Row(NamedTuple):
    of: str  # "work" or "series"
    authors: tuple[str, ...]  # spellings of the author's name, or co-authors
    titles: tuple[str, ...]  # the usual English title first


@lru_cache(maxsize=1)
def _rows() -> tuple[_Row, ...]:
    return tuple(
        _Row(
            row["of"],
            tuple(row["author"].split(_SEPARATOR)),
            (row["title"], *row["alternates"].split(_SEPARATOR)),
        )
        for row in csv.DictReader(_FILE.decode("utf-8").splitlines())
    )


@lru_cache(maxsize=1)
def _works() -> dict[tuple[str, str], int]:
    """Return the row of each author key and normalised title."""
    return {
        (author_key(author), normal(title)): number
        for number, row in enumerate(_rows())
        if row.of == "work"
        for author in row.authors
        for title in row.titles
    }


def alternate_work(authors: frozenset[str], title: str) -> str:
    """Return a key that is equal for the titles of one work in the table; "" for other titles.

    `authors` are author keys, `title` is a normalised title.
    """
    found = (_works().get((author, title)) for author in authors)
    return next((f"alternate {number}" for number in found if number is not None), "")


def alternate_titles(works: Sequence[Work]) -> dict[int, list[Title]]:
    """Return the titles in the table that no edition of a work has, by the work's index.

    If several works fit a row, the titles go to the most rated that is neither set nor guide.
    """
    best: dict[int, int] = {}
    table = _works()
    for index, work in enumerate(works):
        keys = [author_key(a) for a in work.authors]
        names = {name for t in titles_of(work) for name in (t.full, t.core)}
        for row in {table[key, name] for key in keys for name in names if (key, name) in table}:
            known = best.setdefault(row, index)
            if _rank(work) > _rank(works[known]):
                best[row] = index
    found: dict[int, list[Title]] = defaultdict(list)
    for row, index in best.items():
        own = {t.full for t in titles_of(works[index])}
        parsed = {t.full: t for t in map(parse_title, _rows()[row].titles)}
        found[index] += [t for full, t in parsed.items() if full not in own]
    return found


def _rank(work: Work) -> tuple[bool, bool, int]:
    return work.kind == "book", work.described, work.ratings_count


def usual_titles(title: str) -> list[str]:
    """Return the usual titles of works and series of which this normalised title is another."""
    return [row.titles[0] for row in _rows() if title in _other_names(row)]


@lru_cache(maxsize=1 << 12)
def _other_names(row: _Row) -> frozenset[str]:
    return frozenset(map(normal, row.titles[1:]))
