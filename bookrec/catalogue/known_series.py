"""Well-known series: which volume of which series a book is, by author and title.

Few rows of the real files name a series, so volume 9 would be recommended to readers who have not
read volume 1. `known_series.csv` lists series whose volumes and order are general knowledge.
Series that other authors continue have rows and names of their own.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib import resources

from bookrec.catalogue.people import author_key
from bookrec.catalogue.titles import Series, parse_title, series_key

# A constant, so that a catalogue made with another table is stale.
_FILE = (resources.files("bookrec") / "catalogue/known_series.csv").read_bytes()
_NUMBERED = re.compile(r"^(?P<first>\d+(?:\.\d+)?)(?:-(?P<last>\d+))?=(?P<titles>.*)$")


def known_series(authors: Iterable[str], title: str) -> Series | None:
    """Return the series and volume of a book, None if the table does not list the book.

    `authors` are author keys (see `people.author_key`). `title` is a normal form (`Title.full` or
    `Title.core`); try the full form first.
    """
    return next((found for a in authors if (found := _books_of(a).get(title))), None)


def rows() -> Iterator[tuple[tuple[str, ...], str, list[tuple[float, str]]]]:
    """Yield (authors, name of the series, volumes as pairs of number and title) from the file.

    A volume with alternate titles is yielded once for each of them.
    """
    for row in csv.DictReader(_FILE.decode("utf-8").splitlines()):
        yield tuple(row["author"].split(" / ")), row["series"], list(_volumes(row["titles"]))


def forms(title: str, series: str, number: float) -> tuple[str, str, str]:
    """Return the normal forms of a title: alone, after its series, after series and volume.

    The last two are those of "Mistborn: The Final Empire" and "Fables, Vol. 2: Animal Farm".
    """
    printed = title, f"{series}: {title}", f"{series}, Vol. {number:g}: {title}"
    alone, after_series, after_volume = (parse_title(form).full for form in printed)
    return alone, after_series, after_volume


def _volumes(cell: str) -> Iterator[tuple[float, str]]:
    """Read "A | B / Other title of B | 2.5=C | 4-6=D, Vol. {n}".

    A volume without a number has the next whole number.
    """
    last = 0.0
    for entry in cell.split(" | "):
        numbered = _NUMBERED.match(entry)
        first = float(numbered["first"]) if numbered else last // 1 + 1
        count = int(numbered["last"]) - int(first) + 1 if numbered and numbered["last"] else 1
        for number in (first + i for i in range(count)):
            for title in (numbered["titles"] if numbered else entry).split(" / "):
                yield number, title.replace("{n}", f"{number:g}")
            last = number


@lru_cache(maxsize=1)
def _rows_by_author() -> dict[str, list[tuple[str, list[tuple[float, str]]]]]:
    """Return {author key: [(name of the series, volumes)]}."""
    found: dict[str, list[tuple[str, list[tuple[float, str]]]]] = defaultdict(list)
    for authors, name, volumes in rows():
        for author in authors:
            found[author_key(author)].append((name, volumes))
    return dict(found)


@lru_cache(maxsize=1 << 14)  # parsing all titles takes two seconds, so only those of the author
def _books_of(author: str) -> dict[str, Series]:
    """Return {normal form of a title: series} of an author key.

    A title alone is a surer sign than one after its series' name, so those come last.
    """
    alone: dict[str, Series] = {}
    prefixed: dict[str, Series] = {}
    for name, volumes in _rows_by_author().get(author, ()):
        for number, title in volumes:
            series = Series(name, series_key(name), number)
            bare, *long = forms(title, name, number)
            alone[bare] = series
            prefixed.update(dict.fromkeys(long, series))
    return prefixed | alone
