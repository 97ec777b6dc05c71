"""Finding the raw CSV files of a folder. Their kind is recognised by the header."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import BinaryIO, TextIO


class RawKind(Enum):
    """The three kinds of raw file, with the columns that identify them. The first match counts."""

    BEST_BOOKS = frozenset({"bookid", "title", "author", "description"})
    METADATA = frozenset({"id", "name", "authors", "ratingdisttotal"})
    RATINGS = frozenset({"id", "name", "rating"})

    @classmethod
    def of(cls, header: list[str]) -> RawKind | None:
        """Return the kind of a header, in any order and case; None if it is not a raw file."""
        columns = {column.strip().lower() for column in header}
        return next((kind for kind in cls if kind.value <= columns), None)


@dataclass
class RawFiles:
    """The CSV files of a folder by kind. `others` are of no known kind."""

    best_books: list[Path] = field(default_factory=list)
    metadata: list[Path] = field(default_factory=list)
    ratings: list[Path] = field(default_factory=list)
    others: list[Path] = field(default_factory=list)


def find_raw_files(folder: Path) -> RawFiles:
    """Find every CSV file below `folder`, in order of path. Hidden files are skipped."""
    found = RawFiles()
    lists = {
        RawKind.BEST_BOOKS: found.best_books,
        RawKind.METADATA: found.metadata,
        RawKind.RATINGS: found.ratings,
    }
    for path in sorted(folder.glob("**/*.csv")):
        if path.name.startswith("."):
            continue
        kind = raw_kind_of(path)
        (lists[kind] if kind else found.others).append(path)
    return found


def raw_kind_of(path: Path) -> RawKind | None:
    """Return the kind of a file, or None if it is not a raw file."""
    with path.open("rb") as raw, utf8_text(raw) as text:
        return RawKind.of(next(csv.reader(text), []))


def utf8_text(raw: BinaryIO) -> TextIO:
    """Decode a file as UTF-8. A byte order mark is dropped, invalid bytes are replaced."""
    return io.TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline="")
