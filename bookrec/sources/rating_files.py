"""Reading ratings from the raw shards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bookrec.sources.chunks import each_cell, row_chunks, without
from bookrec.stars import NO_RATING, STARS_OF_PHRASE
from bookrec.text import fix_encoding

if TYPE_CHECKING:
    import pandas as pd


_RATINGS = ["id", "name", "rating"]


def read_ratings(
    paths: Iterable[Path], dropped: Counter[str], advance: Callable[[int], None] | None = None
) -> pd.DataFrame:
    """Read the ratings of shards, one per row: `reader` int64, `title` str, `stars` 1.0 to 5.0.

    `dropped` counts skipped rows by reason. `advance` is called with the number of bytes read.
    """
    import pandas as pd

    chunks = [rows for path in paths for rows in row_chunks(path, _RATINGS, dropped, advance)]
    rows = pd.concat([pd.DataFrame(columns=_RATINGS, dtype=object), *chunks], ignore_index=True)
    phrase = each_cell(rows["rating"], lambda cell: cell.strip().lower())
    rows["stars"] = phrase.map(STARS_OF_PHRASE).astype(np.float64)
    rows["reader"] = each_cell(rows["id"], _reader)
    rows["title"] = each_cell(rows["name"], fix_encoding)
    unrated = phrase == NO_RATING
    rows = without(rows, unrated, "reader without ratings", dropped)
    unclear = rows["stars"].isna()
    rows = without(rows, unclear, "rating that is none of the five phrases", dropped)
    incomplete = rows["reader"].isna() | (rows["title"] == "")
    rows = without(rows, incomplete, "rating row without a reader or a title", dropped)
    found = rows[["reader", "title", "stars"]].astype({"reader": np.int64})
    return found.reset_index(drop=True)


def _reader(cell: str) -> int | None:
    """Parse the number of a reader, or None if it is not a number that fits int64."""
    digits = cell.strip()
    return int(digits) if digits.isdecimal() and len(digits) <= 18 else None
