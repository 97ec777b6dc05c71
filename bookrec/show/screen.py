"""Everything a person or a pipe sees: results on stdout, notes, progress and errors on stderr.

Text from files is never trusted: it is stripped of control characters and shown as plain text,
never as markup.
"""

from __future__ import annotations

import csv
import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from bookrec.errors import BookrecError, TitleError, UsageError
from bookrec.progress import SilentTask
from bookrec.text import plain_text

if TYPE_CHECKING:
    from rich.console import Console as RichConsole

    from bookrec.progress import Task


class Format(StrEnum):
    """How a result is written to stdout."""

    TABLE = "table"
    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"
    TSV = "tsv"


@dataclass(frozen=True)
class Columns:
    """Which fields are written, all when none is named; whether their names go first, and whether
    a table says why."""

    fields: tuple[str, ...] = ()
    header: bool = True
    why: bool = True


ALL_COLUMNS = Columns()


class Screen:
    """One command's output. `quiet` leaves only data and errors; `verbose` adds remarks."""

    def __init__(self, quiet: bool = False, verbose: bool = False) -> None:
        self.quiet = quiet
        self.verbose = verbose

    def format_or_default(self, chosen: Format | None) -> Format:
        """The chosen format, else a table on a terminal and tab-separated values in a pipe."""
        return chosen or (Format.TABLE if sys.stdout.isatty() else Format.TSV)

    def say(self, text: str) -> None:
        """A remark for a person, on stderr."""
        if not self.quiet:
            self._stderr().print(plain_text(text), markup=False, highlight=False, soft_wrap=True)

    def detail(self, text: str) -> None:
        """A remark that only `--verbose` shows."""
        if self.verbose:
            self.say(text)

    def fail(self, error: BookrecError) -> None:
        """What happened, the candidates, and what to type next; on stderr, even when quiet."""
        err = self._stderr()
        err.print(f"bookrec: {plain_text(error.message)}", style="bold", **_PLAIN)
        if isinstance(error, TitleError) and error.candidates:
            if error.hint:
                err.print(plain_text(error.hint), **_PLAIN)
            for number, line in enumerate(error.candidates, 1):
                err.print(f"  {number}. {plain_text(line)}", **_PLAIN)
        elif error.hint:
            err.print(plain_text(error.hint), **_PLAIN)

    def records(
        self,
        rows: Sequence[dict[str, Any]],
        format: Format,
        fields: Sequence[str] = (),
        header: bool = True,
    ) -> None:
        """Rows of one shape in any format; `fields` chooses and orders columns.

        Raises:
            UsageError: a field that the rows do not have.
        """
        rows = self.choose(rows, fields)
        if format is Format.JSON:
            print(_json(rows, indent=2))
        elif format is Format.NDJSON:
            for row in rows:
                self.line(row)
        elif format is Format.TABLE:
            names = [(name, "left") for name in (rows[0] if rows else fields)]
            self.table(names, [[_cell(v) for v in row.values()] for row in rows])
        else:
            lines = [list(rows[0])] if rows and header else []
            lines += [[_cell(v) for v in row.values()] for row in rows]
            if format is Format.CSV:
                csv.writer(sys.stdout, lineterminator="\n").writerows(lines)
            else:  # no cell holds a tab or a line break, so nothing needs quotes: `cut` works
                sys.stdout.writelines("\t".join(line) + "\n" for line in lines)

    def choose(
        self, rows: Sequence[dict[str, Any]], fields: Sequence[str]
    ) -> Sequence[dict[str, Any]]:
        """The rows with only these fields; all when none is named.

        Raises:
            UsageError: a field that the rows do not have.
        """
        unknown = [f for f in fields if rows and f not in rows[0]]
        if unknown:
            raise UsageError(
                f"There is no field {unknown[0]!r}.", f"Choose among: {', '.join(rows[0])}."
            )
        return [{f: row[f] for f in fields} for row in rows] if fields else rows

    def line(self, value: dict[str, Any]) -> None:
        """One JSON object on a line, at once."""
        print(_json(value), flush=True)

    def object(self, value: dict[str, Any]) -> None:
        """One JSON object."""
        print(_json(value, indent=2))

    def table(
        self,
        columns: Sequence[tuple[str, str]],
        rows: Sequence[Sequence[str]],
        title: str = "",
        caption: str = "",
    ) -> None:
        """A table for a person; columns are (name, "left" or "right" or "wrap")."""
        from rich import box
        from rich.table import Table
        from rich.text import Text

        table = Table(
            box=box.SIMPLE_HEAD, title=title or None, title_justify="left", pad_edge=False
        )
        for name, kind in columns:
            table.add_column(
                name,
                justify="right" if kind == "right" else "left",
                no_wrap=kind == "right",
                overflow="fold",
                min_width=min(len(name), 12),
            )
        for row in rows:
            table.add_row(*(Text(plain_text(cell)) for cell in row))
        out = self._stdout()
        out.print(table)
        if caption:
            out.print(Text(plain_text(caption), style="dim"))

    def lines(self, texts: Sequence[str]) -> None:
        """Plain lines on stdout, under a table."""
        for text in texts:
            self._stdout().print(_one_line(text), style="dim", **_PLAIN)

    @contextmanager
    def task(self, name: str, total: float | None = None) -> Iterator[Task]:
        """A progress bar on stderr: share done, rate and time left. Silent when nobody looks."""
        if self.quiet or not sys.stderr.isatty():
            if not self.quiet:
                self.detail(f"{name} …")
            yield SilentTask()
            return
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TaskProgressColumn,
            TextColumn,
            TimeRemainingColumn,
        )

        columns = (
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TaskProgressColumn(show_speed=True),
            MofNCompleteColumn() if total and total < 1e7 else TextColumn(""),
            TimeRemainingColumn(),
            TextColumn("[dim]{task.fields[note]}"),
        )
        with Progress(*columns, console=self._stderr(), transient=True) as bars:
            yield _BarTask(bars, bars.add_task(name, total=total, note=""))

    def _stderr(self) -> RichConsole:
        from rich.console import Console

        return Console(stderr=True, soft_wrap=True, highlight=False, **_colour())

    def _stdout(self) -> RichConsole:
        from rich.console import Console

        dumb = os.environ.get("TERM") == "dumb"
        width = None if sys.stdout.isatty() else _columns()
        return Console(highlight=False, width=width, no_color=dumb or None, **_colour())


_PLAIN: dict[str, Any] = {"markup": False, "highlight": False, "soft_wrap": True}


class _BarTask:
    def __init__(self, bars: Any, task: Any) -> None:
        self._bars, self._task = bars, task

    def advance(self, step: float = 1) -> None:
        self._bars.advance(self._task, step)

    def note(self, text: str) -> None:
        self._bars.update(self._task, note=text)


def _columns() -> int:
    """How wide a table in a pipe is: COLUMNS where it is a width, else 100."""
    given = os.environ.get("COLUMNS", "")
    return int(given) if given.isascii() and given.isdigit() and int(given) else 100


def _one_line(text: str) -> str:
    """`plain_text`, but with its runs of spaces: columns stay columns."""
    return "".join(c if c.isprintable() else " " for c in text)


def _colour() -> dict[str, Any]:
    """No escape codes at all under NO_COLOR: Rich by itself still prints bold and dim."""
    return {"color_system": None} if os.environ.get("NO_COLOR") else {}


# What JSON leaves as it is and a terminal would obey: C1 controls and direction characters.
_OBEYED = re.compile(r"[\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def _json(value: Any, indent: int | None = None) -> str:
    text = json.dumps(value, indent=indent, ensure_ascii=False, allow_nan=False)
    return _OBEYED.sub(lambda c: f"\\u{ord(c[0]):04x}", text)


def _cell(value: Any) -> str:
    """A value as one cell: lists and objects as JSON, unknown as nothing, no line breaks."""
    if value is None:
        return ""
    if isinstance(value, list | dict):
        if isinstance(value, list) and all(isinstance(v, str) for v in value):
            return plain_text("; ".join(value))
        return _json(value)
    return plain_text(str(value))
