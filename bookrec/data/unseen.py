"""Ratings of readers the model never saw, matched to the books of a catalogue."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np

from bookrec.data.catalogue import Catalogue, Ratings
from bookrec.data.matching import Matcher
from bookrec.data.schema import Kind
from bookrec.data.sources import find_raw_files, kind_of, read_ratings
from bookrec.errors import UsageError


def read_unseen(catalogue: Catalogue, path: Path) -> Ratings:
    """Ratings of a file, or of every ratings file of a folder; titles outside are left out.

    Raises:
        UsageError: no such file, or none with the columns ID,Name,Rating.
    """
    if not path.exists():
        raise UsageError(f"There is no {path}.", "Name a file or a folder of ID,Name,Rating.")
    files = find_raw_files(path).ratings if path.is_dir() else [path]
    if not files or any(kind_of(f) is not Kind.RATINGS for f in files):
        raise UsageError(
            f"{path} holds no ratings.", "A ratings file has the columns ID,Name,Rating."
        )
    dropped: Counter[str] = Counter()
    rows = [row for f in files for row in read_ratings(f, dropped)]
    matches = Matcher(catalogue.works()).match_all({r.title for r in rows})
    given: dict[tuple[int, int], list[float]] = {}
    for row in rows:
        book = matches[row.title].work
        if book is not None:
            given.setdefault((row.reader, book), []).append(row.stars)
    pairs = sorted(given)
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    stars = np.array([float(np.mean(given[p])) for p in pairs], dtype=np.float64)
    return Ratings(table[:, 0], table[:, 1], stars, catalogue.book_keys())
