"""Reading a CSV file in chunks of rows, with selected columns."""

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


csv.field_size_limit((1 << 31) - 1)  # an unclosed quote turns the rest of the file into one cell

_CHUNK = 2048  # rows in memory at a time


def each_cell(cells: pd.Series[Any], clean: Callable[[Any], object]) -> pd.Series[Any]:
    """Apply `clean` to every cell, once per distinct value."""
    import pandas as pd

    known = {cell: clean(cell) for cell in cells.unique()}
    return pd.Series([known[cell] for cell in cells], cells.index, dtype=object)


def without(
    rows: pd.DataFrame, bad: pd.Series[bool] | np.ndarray, why: str, dropped: Counter[str]
) -> pd.DataFrame:
    """Remove the `bad` rows, and count them in `dropped` under the reason `why`."""
    if count := int(bad.sum()):
        dropped[why] += count
    return rows[~bad].copy()


def row_chunks(
    path: Path,
    columns: Sequence[str],
    dropped: Counter[str],
    advance: Callable[[int], None] | None,
) -> Iterator[pd.DataFrame]:
    """Yield the rows of a file in chunks of str columns.

    `columns` are lower-case names; a column that the file lacks is filled with "". Rows of the
    wrong width are counted in `dropped`. `advance` is called with the number of bytes read, after
    the consumer has used the chunk.

    `pandas.read_csv` is not used: it pads rows that are too short, truncates a first row that is
    too long, fails on an unclosed quote, and is no faster.
    """
    import pandas as pd

    with path.open("rb") as raw, utf8_text(raw) as text:
        reader = csv.reader(line.replace("\0", "") for line in text)
        header = [column.strip().lower() for column in next(reader, [])]
        positions = {column: position for position, column in enumerate(header)}
        reported = 0
        while rows := list(islice(reader, _CHUNK)):
            whole = [cells for cells in rows if len(cells) == len(header)]
            if odd := sum(map(bool, rows)) - len(whole):  # an empty line is not a row
                dropped["row with another number of columns than its header"] += odd
            table = {
                column: [cells[positions[column]] for cells in whole] if column in positions else ""
                for column in columns
            }
            yield pd.DataFrame(table, index=range(len(whole)), dtype=object)
            if advance is not None:
                advance(raw.tell() - reported)
                reported = raw.tell()
