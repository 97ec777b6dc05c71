"""Ratings of readers outside the catalogue, matched to its books."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.matching import TitleMatcher
from bookrec.catalogue.ratings import Ratings
from bookrec.errors import UsageError
from bookrec.sources.rating_files import read_ratings
from bookrec.sources.raw_files import RawKind, find_raw_files, raw_kind_of

if TYPE_CHECKING:
    import pandas as pd


def read_unseen(catalogue: Catalogue, path: Path) -> Ratings:
    """Read a ratings file, or every ratings file in a folder.

    Titles that the catalogue does not hold are dropped.

    Raises:
        UsageError: there is no such file, or none with the columns ID,Name,Rating.
    """
    rows = matched_rows(catalogue, path)
    ratings = Ratings.folded(rows["reader"], rows["book"], rows["stars"])
    return replace(ratings, book_keys=catalogue.book_keys())


def matched_rows(catalogue: Catalogue, path: Path) -> pd.DataFrame:
    """Return `reader`, `book` and `stars` of the rows that match a book of the catalogue.

    The rows keep the order of the file. The files of a folder are read in order of path.

    Raises:
        UsageError: there is no such file, or none with the columns ID,Name,Rating.
    """
    if not path.exists():
        raise UsageError(f"There is no {path}.", "Give a file or a folder of ID,Name,Rating.")
    files = find_raw_files(path).ratings if path.is_dir() else [path]
    if not files or any(raw_kind_of(f) is not RawKind.RATINGS for f in files):
        raise UsageError(
            f"{path} holds no ratings.", "A ratings file has the columns ID,Name,Rating."
        )
    dropped: Counter[str] = Counter()
    rows = read_ratings(files, dropped)
    matches = TitleMatcher(catalogue.works()).match_all(rows["title"].unique())
    rows["book"] = [matches[title].work for title in rows["title"]]
    return rows.dropna(subset="book").astype({"book": "int64"})
