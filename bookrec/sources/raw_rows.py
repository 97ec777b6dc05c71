"""All rows of the raw files, cleaned: the input of `merge`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bookrec.catalogue.languages import LanguageDetector
from bookrec.catalogue.titles import Title, parse_title
from bookrec.catalogue.works import Edition
from bookrec.progress import Progress
from bookrec.sources.book_files import read_best_books, read_metadata
from bookrec.sources.rating_files import read_ratings
from bookrec.sources.raw_files import RawFiles

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class RawRows:
    """The cleaned rows of the raw files.

    `metadata_rows` counts the metadata rows read, `metadata` holds those kept. `title_counts` are
    the rating rows of each title as printed, `dropped` the discarded rows by reason.
    """

    books: list[Edition]
    metadata: list[Edition]
    metadata_rows: int
    ratings: pd.DataFrame
    title_counts: Counter[str]
    dropped: Counter[str]


def read_rows(files: RawFiles, progress: Progress) -> RawRows:
    """Read all raw files of a folder; metadata rows only of titles that books or ratings have."""
    dropped: Counter[str] = Counter()
    with _reading("books", files.best_books, progress) as advance:
        books = [e for path in files.best_books for e in read_best_books(path, dropped, advance)]
    with _reading("ratings", files.ratings, progress) as advance:
        ratings = read_ratings(files.ratings, dropped, advance)
    title_counts = Counter(ratings["title"])
    relevant = _MetadataFilter(_normal_forms(books, title_counts))
    with _reading("metadata", files.metadata, progress) as advance:
        metadata = [
            e for path in files.metadata for e in read_metadata(path, dropped, advance, relevant)
        ]
    books = _detect_languages(books, progress)
    return RawRows(books, metadata, relevant.asked, ratings, title_counts, dropped)


@contextmanager
def _reading(what: str, paths: list[Path], progress: Progress) -> Iterator[Callable[[int], None]]:
    """Show a progress bar over the bytes of the files."""
    with progress.task(f"Reading {what}", sum(p.stat().st_size for p in paths)) as task:
        yield task.advance


@dataclass
class _MetadataFilter:
    """Keeps a metadata row if its title is that of a book or of a rating; `asked` counts the rows.

    The full data set has 1.85 million metadata rows, and most of their titles are never rated.
    """

    titles: set[str]
    asked: int = 0

    def __call__(self, title: Title) -> bool:
        self.asked += 1
        return title.full in self.titles or title.core in self.titles


def _normal_forms(books: list[Edition], rated: Iterable[str]) -> set[str]:
    """Return the normal titles, with and without subtitle, of all books and ratings."""
    titles = [e.title for e in books] + [parse_title(t) for t in rated]
    return {t.full for t in titles} | {t.core for t in titles}


def _detect_languages(books: list[Edition], progress: Progress) -> list[Edition]:
    """Fill in a missing language from the description."""
    detect = LanguageDetector()
    with progress.task("Detecting languages", len(books)) as task:
        found = []
        for edition in books:
            if edition.description and not edition.language:
                edition = replace(edition, language=detect(edition.description))
            found.append(edition)
            task.advance()
    return found
