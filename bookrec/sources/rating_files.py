"""Ratings from the raw shards."""

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
    """Ratings of shards, a row each: `reader` int64, `title` as printed, `stars` 1.0 to 5.0.

    Rows that hold none are counted in `dropped`.
    """
    import pandas as pd

    chunks = [rows for path in paths for rows in row_chunks(path, _RATINGS, dropped, advance)]
    rows = pd.concat([pd.DataFrame(columns=_RATINGS, dtype=object), *chunks], ignore_index=True)
    phrase = each_cell(rows["rating"], lambda cell: cell.strip().lower())
    rows["stars"] = phrase.map(STARS_OF_PHRASE).astype(np.float64)
    rows["reader"] = each_cell(rows["id"], _reader)
    rows["title"] = each_cell(rows["name"], fix_encoding)
    none = phrase == NO_RATING
    rows = without(rows, none, "reader without ratings", dropped)
    unclear = rows["stars"].isna()
    rows = without(rows, unclear, "rating that is none of the five phrases", dropped)
    nobody = rows["reader"].isna() | (rows["title"] == "")
    rows = without(rows, nobody, "rating row without a reader or a title", dropped)
    found = rows[["reader", "title", "stars"]].astype({"reader": np.int64})
    return found.reset_index(drop=True)


def _reader(cell: str) -> int | None:
    """The number of a reader, None for what int64 cannot hold."""
    digits = cell.strip()
    return int(digits) if digits.isdecimal() and len(digits) <= 18 else None
