"""Reading editions from the two raw formats with book metadata."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bookrec.catalogue.genres import parse_genres
from bookrec.catalogue.isbns import isbn13
from bookrec.catalogue.languages import language_name
from bookrec.catalogue.people import parse_authors
from bookrec.catalogue.titles import Series, Title, parse_series, parse_title
from bookrec.catalogue.works import Edition
from bookrec.sources.cells import pages_in_range, parse_float, parse_year
from bookrec.sources.chunks import each_cell, row_chunks, without
from bookrec.stars import stars_in_range
from bookrec.text import clean_description, fix_encoding

if TYPE_CHECKING:
    import pandas as pd


_BEST_BOOKS = (
    "bookid,title,author,series,description,language,isbn,genres,pages,firstpublishdate,"
    "publishdate,rating,numratings"
).split(",")
_METADATA = (
    "id,name,authors,description,language,isbn,pagesnumber,publishyear,rating,ratingdisttotal"
).split(",")


def read_best_books(
    path: Path, dropped: Counter[str], advance: Callable[[int], None] | None = None
) -> Iterator[Edition]:
    """Read the editions of a Best Books Ever file.

    `dropped` counts skipped rows and unknown values by reason. `advance` is called with the number
    of bytes read.
    """
    for rows in row_chunks(path, _BEST_BOOKS, dropped, advance):
        rows["title"] = each_cell(rows["title"], _title)
        rows = _titled(rows, "book row without a title", dropped)
        series = zip(each_cell(rows["series"], _series), rows["title"], strict=True)
        first, this = (each_cell(rows[c], parse_year) for c in ("firstpublishdate", "publishdate"))
        yield from map(
            Edition,
            each_cell(rows["bookid"], _goodreads_id),
            rows["title"],
            each_cell(rows["author"], _authors),
            [own + title.series for own, title in series],
            each_cell(rows["description"], clean_description),
            each_cell(rows["language"], language_name),
            each_cell(rows["isbn"], isbn13),
            each_cell(rows["genres"], parse_genres),
            each_cell(rows["pages"], _pages),
            [a or b for a, b in zip(first, this, strict=True)],
            _means(rows["rating"], dropped),
            each_cell(rows["numratings"], _ratings),
        )


def read_metadata(
    path: Path,
    dropped: Counter[str],
    advance: Callable[[int], None] | None = None,
    keep: Callable[[Title], bool] = lambda title: True,
) -> Iterator[Edition]:
    """Read the editions of a metadata shard. It has 18 to 20 columns; some lack `Description`.

    `keep` selects rows by title, before the slow cleaning of the other columns. `dropped` and
    `advance` are as in `read_best_books`.
    """
    for rows in row_chunks(path, _METADATA, dropped, advance):
        rows["title"] = each_cell(rows["name"], _title)
        rows = _titled(rows, "metadata row without a title", dropped)
        rows["rating"] = _means(rows["rating"], dropped)
        rows = rows[np.fromiter(map(keep, rows["title"]), bool, len(rows))]
        yield from map(
            Edition,
            each_cell(rows["id"], str.strip),
            rows["title"],
            each_cell(rows["authors"], _authors),
            [title.series for title in rows["title"]],
            each_cell(rows["description"], clean_description),
            each_cell(rows["language"], language_name),
            each_cell(rows["isbn"], isbn13),
            [()] * len(rows),
            each_cell(rows["pagesnumber"], _pages),
            each_cell(rows["publishyear"], parse_year),
            rows["rating"],
            each_cell(rows["ratingdisttotal"], _ratings),
        )


def _title(cell: str) -> Title:
    return parse_title(fix_encoding(cell))


def _authors(cell: str) -> tuple[str, ...]:
    return parse_authors(fix_encoding(cell))


def _series(cell: str) -> tuple[Series, ...]:
    return parse_series(fix_encoding(cell))


def _pages(cell: str) -> int | None:
    return pages_in_range(parse_float(cell))


def _ratings(cell: str) -> int:
    return int(parse_float(cell) or 0)


def _goodreads_id(cell: str) -> str:
    """Return the leading digits of `2767052-the-hunger-games`, or the cell if it has none."""
    head = cell.strip().split("-")[0].split(".")[0]
    return head if head.isdigit() else cell.strip()


def _means(cells: pd.Series[Any], dropped: Counter[str]) -> pd.Series[Any]:
    """Parse mean ratings. One outside 1 to 5 stars becomes None and is counted, unless it is 0."""
    values = each_cell(cells, parse_float)
    means = each_cell(values, stars_in_range)
    if outside := int((means.isna() & values.notna() & (values != 0)).sum()):
        dropped["mean rating outside 1 to 5 (made unknown)"] += outside
    return means


def _titled(rows: pd.DataFrame, why: str, dropped: Counter[str]) -> pd.DataFrame:
    untitled = np.fromiter((not title.full for title in rows["title"]), bool, len(rows))
    return without(rows, untitled, why, dropped)
