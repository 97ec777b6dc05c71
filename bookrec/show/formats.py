"""Records for programs: JSON, NDJSON, CSV and TSV on stdout."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bookrec.errors import UsageError
from bookrec.text import plain_text

# Characters that JSON leaves as they are but a terminal acts on: C1 controls, text direction.
_TERMINAL_CONTROL = re.compile(r"[\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Format(StrEnum):
    """The output format of a result."""

    TABLE = "table"
    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"
    TSV = "tsv"


@dataclass(frozen=True)
class Columns:
    """The fields to write, in this order, or all if none is named; `header` is for CSV and TSV."""

    fields: tuple[str, ...] = ()
    header: bool = True


ALL_COLUMNS = Columns()


def select_fields(
    rows: Sequence[dict[str, Any]], fields: Sequence[str]
) -> Sequence[dict[str, Any]]:
    """Return the rows with only these fields, or unchanged if none is named.

    Raises:
        UsageError: the rows have no such field.
    """
    unknown = [f for f in fields if rows and f not in rows[0]]
    if unknown:
        raise UsageError(
            f"There is no field {unknown[0]!r}.", f"Choose from: {', '.join(rows[0])}."
        )
    return [{f: row[f] for f in fields} for row in rows] if fields else rows


def write_records(rows: Sequence[dict[str, Any]], format: Format, header: bool = True) -> None:
    """Write rows with the same keys in any format but TABLE."""
    if format is Format.JSON:
        print(as_json(rows, indent=2))
    elif format is Format.NDJSON:
        for row in rows:
            write_line(row)
    else:
        lines = [list(rows[0])] if rows and header else []
        lines += [[as_cell(v) for v in row.values()] for row in rows]
        if format is Format.CSV:
            csv.writer(sys.stdout, lineterminator="\n").writerows(lines)
        else:  # cells hold no tabs or line breaks, so `cut` works without unquoting
            sys.stdout.writelines("\t".join(line) + "\n" for line in lines)


def write_line(value: dict[str, Any]) -> None:
    """Write one JSON object on one line and flush."""
    print(as_json(value), flush=True)


def write_object(value: dict[str, Any]) -> None:
    """Write one indented JSON object."""
    print(as_json(value, indent=2))


def as_json(value: Any, indent: int | None = None) -> str:
    """Return JSON that is safe to print on a terminal."""
    text = json.dumps(value, indent=indent, ensure_ascii=False, allow_nan=False)
    return _TERMINAL_CONTROL.sub(lambda c: f"\\u{ord(c[0]):04x}", text)


def as_cell(value: Any) -> str:
    """Return a value as one line of text: None as "", lists of strings joined, objects as JSON."""
    if value is None:
        return ""
    if isinstance(value, list | dict):
        if isinstance(value, list) and all(isinstance(v, str) for v in value):
            return plain_text("; ".join(value))
        return as_json(value)
    return plain_text(str(value))
