"""One reader a raw format, told apart by header, in any column order and number of shards."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from bookrec.data.clean import (
    clean_description,
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

csv.field_size_limit(1 << 24)


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
class RatingRow:
    """A row of a ratings shard: `title` as printed, `stars` 1 to 5."""

    reader: int
    title: str
    stars: float


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
    with _open(path) as file:
        return Kind.of(next(csv.reader(file), []))


def read_best_books(
    path: Path, dropped: Counter[str], advance: Callable[[int], None] | None = None
) -> Iterator[Edition]:
    """Editions of a Best Books Ever file; rows without a title are counted in `dropped`."""
    for row in _rows(path, dropped, advance):
        title = parse_title(fix_encoding(row.get("title", "")))
        if not title.full:
            dropped["book row without a title"] += 1
            continue
        yield Edition(
            goodreads_id=_goodreads_id(row.get("bookid", "")),
            title=title,
            authors=parse_authors(fix_encoding(row.get("author", ""))),
            series=parse_series(fix_encoding(row.get("series", ""))) + title.series,
            description=clean_description(row.get("description", "")),
            language=language_name(row.get("language", "")),
            isbn=clean_isbn(row.get("isbn", "")),
            genres=parse_genres(row.get("genres", "")),
            pages=pages_in_range(parse_float(row.get("pages", ""))),
            year=parse_year(row.get("firstpublishdate", ""))
            or parse_year(row.get("publishdate", "")),
            mean_rating=_mean(row.get("rating", ""), dropped),
            ratings_count=int(parse_float(row.get("numratings", "")) or 0),
        )


def read_metadata(
    path: Path, dropped: Counter[str], advance: Callable[[int], None] | None = None
) -> Iterator[Edition]:
    """Editions of a metadata shard (18 to 20 columns, `Description` only in some)."""
    for row in _rows(path, dropped, advance):
        title = parse_title(fix_encoding(row.get("name", "")))
        if not title.full:
            dropped["metadata row without a title"] += 1
            continue
        yield Edition(
            goodreads_id=row.get("id", "").strip(),
            title=title,
            authors=parse_authors(fix_encoding(row.get("authors", ""))),
            series=title.series,
            description=clean_description(row.get("description", "")),
            language=language_name(row.get("language", "")),
            isbn=clean_isbn(row.get("isbn", "")),
            genres=(),
            pages=pages_in_range(parse_float(row.get("pagesnumber", ""))),
            year=parse_year(row.get("publishyear", "")),
            mean_rating=_mean(row.get("rating", ""), dropped),
            ratings_count=int(parse_float(row.get("ratingdisttotal", "")) or 0),
        )


def read_ratings(
    path: Path, dropped: Counter[str], advance: Callable[[int], None] | None = None
) -> Iterator[RatingRow]:
    """Ratings of a shard in stars; rows that hold none are counted in `dropped`."""
    for row in _rows(path, dropped, advance):
        phrase = row.get("rating", "").strip().lower()
        reader = row.get("id", "").strip()
        title = fix_encoding(row.get("name", ""))
        if phrase == NO_RATING:
            dropped["reader without ratings"] += 1
        elif phrase not in STARS_OF_PHRASE:
            dropped["rating that is none of the five phrases"] += 1
        elif not reader.isdigit() or not title:
            dropped["rating row without a reader or a title"] += 1
        else:
            yield RatingRow(int(reader), title, STARS_OF_PHRASE[phrase])


def clean_isbn(cell: str) -> str:
    """ISBN-13 digits of a valid ISBN, "" otherwise; 9999999999999 stands for none."""
    digits = cell.strip().strip('="').replace("-", "")
    if len(digits) == 9 and digits.isdigit():
        digits = digits.zfill(10)  # a spreadsheet ate the leading zero
    if len(digits) not in (10, 13) or set(digits) == {"9"}:
        return ""
    from stdnum import isbn

    return str(isbn.to_isbn13(digits)) if isbn.is_valid(digits) else ""


def _goodreads_id(cell: str) -> str:
    """The digits that lead `2767052-the-hunger-games`; another id stays as it is."""
    head = cell.strip().split("-")[0].split(".")[0]
    return head if head.isdigit() else cell.strip()


def _mean(cell: str, dropped: Counter[str]) -> float | None:
    value = parse_float(cell)
    mean = stars_in_range(value)
    if value not in (None, 0) and mean is None:
        dropped["mean rating outside 1 to 5 (made unknown)"] += 1
    return mean


def _rows(
    path: Path, dropped: Counter[str], advance: Callable[[int], None] | None
) -> Iterator[dict[str, str]]:
    """Rows as dictionaries with lower-case column names; `advance` gets bytes read."""
    with _open(path) as file:
        reader = csv.reader(_without_nul(file, advance), strict=False)
        header = [column.strip().lower() for column in next(reader, [])]
        for cells in reader:
            if len(cells) != len(header):
                if cells:
                    dropped["row with another number of columns than its header"] += 1
                continue
            yield dict(zip(header, cells, strict=True))


def _without_nul(file: TextIO, advance: Callable[[int], None] | None) -> Iterator[str]:
    for line in file:
        if advance is not None:
            advance(len(line))
        yield line.replace("\0", "")


def _open(path: Path) -> TextIO:
    return io.TextIOWrapper(path.open("rb"), encoding="utf-8-sig", errors="replace", newline="")
