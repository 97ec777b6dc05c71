"""Tables for a terminal: numbers are never cut, texts wrap to the width that is left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from bookrec.text import plain_text

if TYPE_CHECKING:
    from rich.table import Table

Column = tuple[str, Literal["left", "right"]]  # heading and alignment

_GAP = 2  # spaces between columns
_NARROW = 8  # characters of a text column before words are considered
_LONG_WORD = 24  # longer words may be broken


def make_table(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int
) -> tuple[Table, int]:
    """Return a table for a terminal of this width, and the width that it needs."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    rows = [[plain_text(cell) for cell in row] for row in rows]
    widths = column_widths(columns, rows, width)
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, _GAP - 1, 0, 0))
    table.show_header = any(heading for heading, _ in columns)
    for (heading, align), size in zip(columns, widths, strict=True):
        table.add_column(heading, justify=align, width=size, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    return table, sum(widths) + _GAP * (len(widths) - 1)


def column_widths(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int
) -> list[int]:
    """Return a width for each column.

    Right-aligned columns get what they need, even if the table then exceeds `width`. The others
    share the rest, the narrowest first: each until its longest word fits, then evenly.
    """
    from rich.cells import cell_len

    cells = [[heading, *(row[i] for row in rows)] for i, (heading, _) in enumerate(columns)]
    full = [max(map(cell_len, texts)) for texts in cells]
    words = [max(map(cell_len, " ".join(texts).split()), default=0) for texts in cells]
    found = [
        size if align == "right" else min(size, _NARROW)
        for size, (_, align) in zip(full, columns, strict=True)
    ]
    spare = width - sum(found) - _GAP * (len(found) - 1)
    if spare < 0:  # too wide anyway: then break no word
        return [max(size, min(word, _LONG_WORD)) for size, word in zip(found, words, strict=True)]
    for _ in range(spare):
        growing = [i for i, size in enumerate(found) if size < full[i]]
        if not growing:
            break
        i = min(growing, key=lambda i: (found[i] >= min(words[i], _LONG_WORD), found[i]))
        found[i] += 1
    return found
