"""The CSV files of a folder, told apart by their headers."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import BinaryIO, TextIO


class RawKind(Enum):
    """The three kinds of raw file, by the columns that only they have."""

    BEST_BOOKS = frozenset({"bookid", "title", "author", "description"})
    METADATA = frozenset({"id", "name", "authors", "ratingdisttotal"})
    RATINGS = frozenset({"id", "name", "rating"})

    @classmethod
    def of(cls, header: list[str]) -> RawKind | None:
        """The kind whose columns the header has, in any order and case; None for another file."""
        have = {column.strip().lower() for column in header}
        return next((kind for kind in cls if kind.value <= have), None)


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
        RawKind.BEST_BOOKS: found.best_books,
        RawKind.METADATA: found.metadata,
        RawKind.RATINGS: found.ratings,
    }
    for path in sorted(folder.glob("**/*.csv")):
        if path.name.startswith("."):
            continue
        kind = raw_kind_of(path)
        (places[kind] if kind else found.others).append(path)
    return found


def raw_kind_of(path: Path) -> RawKind | None:
    """The kind of one file, by its header."""
    with path.open("rb") as raw, utf8_text(raw) as text:
        return RawKind.of(next(csv.reader(text), []))


def utf8_text(raw: BinaryIO) -> TextIO:
    """The file as UTF-8 text. A byte order mark is dropped, broken bytes are replaced."""
    return io.TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline="")
