"""A CSV file as chunks of rows, each with the columns asked for."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bookrec.sources.raw_files import utf8_text

if TYPE_CHECKING:
    import pandas as pd


csv.field_size_limit((1 << 31) - 1)  # an unclosed quote makes one cell of the rest of the file

_CHUNK = 2048  # rows of a file that are held at once


def each_cell(cells: pd.Series[Any], clean: Callable[[Any], object]) -> pd.Series[Any]:
    """`clean` of every cell; it is asked once about those that are alike."""
    import pandas as pd

    known = {cell: clean(cell) for cell in cells.unique()}
    return pd.Series([known[cell] for cell in cells], cells.index, dtype=object)


def without(
    rows: pd.DataFrame, bad: pd.Series[bool] | np.ndarray, why: str, dropped: Counter[str]
) -> pd.DataFrame:
    """The rows that are not `bad`; those that are, are counted."""
    if count := int(bad.sum()):
        dropped[why] += count
    return rows[~bad].copy()


def row_chunks(
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

    with path.open("rb") as raw, utf8_text(raw) as text:
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
