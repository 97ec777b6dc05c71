"""One reader a raw format, told apart by header, in any column order and number of shards."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

import numpy as np

from bookrec.data.clean import (
    clean_description,
    clean_isbn,
    fix_encoding,
    language_name,
    parse_float,
    parse_genres,
    parse_year,
)
from bookrec.data.people import parse_authors
from bookrec.data.schema import (
    NO_RATING,
    STARS_OF_PHRASE,
    Kind,
    pages_in_range,
    stars_in_range,
)
from bookrec.data.titles import Series, Title, parse_series, parse_title

if TYPE_CHECKING:
    import pandas as pd

csv.field_size_limit((1 << 31) - 1)  # a quote that is never closed makes one cell of the rest

_CHUNK = 2048  # rows of a file that are held at once
_BEST_BOOKS = (
    "bookid,title,author,series,description,language,isbn,genres,pages,firstpublishdate,"
    "publishdate,rating,numratings"
).split(",")
_METADATA = (
    "id,name,authors,description,language,isbn,pagesnumber,publishyear,rating,ratingdisttotal"
).split(",")
_RATINGS = ["id", "name", "rating"]


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


@dataclass
class RawFiles:
    """The CSVs of a folder by kind, and what is none of them."""

    best_books: list[Path] = field(default_factory=list)
    metadata: list[Path] = field(default_factory=list)
    ratings: list[Path] = field(default_factory=list)
    others: list[Path] = field(default_factory=list)


def find_raw_files(folder: Path) -> RawFiles:
    """Every CSV below `folder`, told apart by its header alone, in order of path."""
    found = RawFiles()
    places = {
        Kind.BEST_BOOKS: found.best_books,
        Kind.METADATA: found.metadata,
        Kind.RATINGS: found.ratings,
    }
    for path in sorted(folder.glob("**/*.csv")):
        if path.name.startswith("."):
            continue
        kind = kind_of(path)
        (places[kind] if kind else found.others).append(path)
    return found


def kind_of(path: Path) -> Kind | None:
    """The kind of one file, by its header."""
    with path.open("rb") as raw, _text(raw) as text:
        return Kind.of(next(csv.reader(text), []))


def read_best_books(
    path: Path, dropped: Counter[str], advance: Callable[[int], None] | None = None
) -> Iterator[Edition]:
    """Editions of a Best Books Ever file; rows without a title are counted in `dropped`."""
    for rows in _chunks(path, _BEST_BOOKS, dropped, advance):
        rows["title"] = _each(rows["title"], _title)
        rows = _titled(rows, "book row without a title", dropped)
        series = zip(_each(rows["series"], _series), rows["title"], strict=True)
        first, this = (_each(rows[c], parse_year) for c in ("firstpublishdate", "publishdate"))
        yield from map(
            Edition,
            _each(rows["bookid"], _goodreads_id),
            rows["title"],
            _each(rows["author"], _authors),
            [own + title.series for own, title in series],
            _each(rows["description"], clean_description),
            _each(rows["language"], language_name),
            _each(rows["isbn"], clean_isbn),
            _each(rows["genres"], parse_genres),
            _each(rows["pages"], _pages),
            [a or b for a, b in zip(first, this, strict=True)],
            _means(rows["rating"], dropped),
            _each(rows["numratings"], _ratings),
        )


def read_metadata(
    path: Path,
    dropped: Counter[str],
    advance: Callable[[int], None] | None = None,
    keep: Callable[[Title], bool] = lambda title: True,
) -> Iterator[Edition]:
    """Editions of a metadata shard (18 to 20 columns, `Description` only in some).

    `keep` is asked about every row with a title, before the rest of the row is cleaned.
    """
    for rows in _chunks(path, _METADATA, dropped, advance):
        rows["title"] = _each(rows["name"], _title)
        rows = _titled(rows, "metadata row without a title", dropped)
        rows["rating"] = _means(rows["rating"], dropped)
        rows = rows[np.fromiter(map(keep, rows["title"]), bool, len(rows))]
        yield from map(
            Edition,
            _each(rows["id"], str.strip),
            rows["title"],
            _each(rows["authors"], _authors),
            [title.series for title in rows["title"]],
            _each(rows["description"], clean_description),
            _each(rows["language"], language_name),
            _each(rows["isbn"], clean_isbn),
            [()] * len(rows),
            _each(rows["pagesnumber"], _pages),
            _each(rows["publishyear"], parse_year),
            rows["rating"],
            _each(rows["ratingdisttotal"], _ratings),
        )


def read_ratings(
    paths: Iterable[Path], dropped: Counter[str], advance: Callable[[int], None] | None = None
) -> pd.DataFrame:
    """Ratings of shards, a row each: `reader` int64, `title` as printed, `stars` 1.0 to 5.0.

    Rows that hold none are counted in `dropped`.
    """
    import pandas as pd

    chunks = [rows for path in paths for rows in _chunks(path, _RATINGS, dropped, advance)]
    rows = pd.concat([pd.DataFrame(columns=_RATINGS, dtype=object), *chunks], ignore_index=True)
    phrase = _each(rows["rating"], lambda cell: cell.strip().lower())
    rows["stars"] = phrase.map(STARS_OF_PHRASE).astype(np.float64)
    rows["reader"] = _each(rows["id"], _reader)
    rows["title"] = _each(rows["name"], fix_encoding)
    none = phrase == NO_RATING
    rows = _without(rows, none, "reader without ratings", dropped)
    unclear = rows["stars"].isna()
    rows = _without(rows, unclear, "rating that is none of the five phrases", dropped)
    nobody = rows["reader"].isna() | (rows["title"] == "")
    rows = _without(rows, nobody, "rating row without a reader or a title", dropped)
    found = rows[["reader", "title", "stars"]].astype({"reader": np.int64})
    return found.reset_index(drop=True)


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
    """The digits that lead `2767052-the-hunger-games`; another id stays as it is."""
    head = cell.strip().split("-")[0].split(".")[0]
    return head if head.isdigit() else cell.strip()


def _reader(cell: str) -> int | None:
    """The number of a reader, None for what int64 cannot hold."""
    digits = cell.strip()
    return int(digits) if digits.isdecimal() and len(digits) <= 18 else None


def _means(cells: pd.Series[Any], dropped: Counter[str]) -> pd.Series[Any]:
    """Means in stars; one outside the scale is None, and counted unless it is 0."""
    values = _each(cells, parse_float)
    means = _each(values, stars_in_range)
    if outside := int((means.isna() & values.notna() & (values != 0)).sum()):
        dropped["mean rating outside 1 to 5 (made unknown)"] += outside
    return means


def _each(cells: pd.Series[Any], clean: Callable[[Any], object]) -> pd.Series[Any]:
    """`clean` of every cell; it is asked once about those that are alike."""
    import pandas as pd

    known = {cell: clean(cell) for cell in cells.unique()}
    return pd.Series([known[cell] for cell in cells], cells.index, dtype=object)


def _titled(rows: pd.DataFrame, why: str, dropped: Counter[str]) -> pd.DataFrame:
    bare = np.fromiter((not title.full for title in rows["title"]), bool, len(rows))
    return _without(rows, bare, why, dropped)


def _without(
    rows: pd.DataFrame, bad: pd.Series[bool] | np.ndarray, why: str, dropped: Counter[str]
) -> pd.DataFrame:
    """The rows that are not `bad`; those that are, are counted."""
    if count := int(bad.sum()):
        dropped[why] += count
    return rows[~bad].copy()


def _chunks(
    path: Path,
    columns: Sequence[str],
    dropped: Counter[str],
    advance: Callable[[int], None] | None,
) -> Iterator[pd.DataFrame]:
    """A file's rows, some at a time: `columns` (lower case) as str, "" where the file has none.

    `csv` takes the file apart: `pandas.read_csv` fills up a row that is too short, cuts a first row
    that is too long, gives up at a quote that is never closed, and is no faster. `advance` gets the
    bytes read, when the rows before them have been used.
    """
    import pandas as pd

    with path.open("rb") as raw, _text(raw) as text:
        reader = csv.reader(line.replace("\0", "") for line in text)
        header = [column.strip().lower() for column in next(reader, [])]
        places = {column: place for place, column in enumerate(header)}
        told = 0
        while rows := list(islice(reader, _CHUNK)):
            whole = [cells for cells in rows if len(cells) == len(header)]
            if odd := sum(map(bool, rows)) - len(whole):  # an empty line is no row
                dropped["row with another number of columns than its header"] += odd
            table = {
                column: [cells[places[column]] for cells in whole] if column in places else ""
                for column in columns
            }
            yield pd.DataFrame(table, index=range(len(whole)), dtype=object)
            if advance is not None:
                advance(raw.tell() - told)
                told = raw.tell()


def _text(raw: BinaryIO) -> TextIO:
    return io.TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline="")
