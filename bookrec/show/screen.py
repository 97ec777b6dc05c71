"""What a command prints: results on stdout; messages, progress and errors on stderr.

Text from files is not trusted: control characters are removed and markup is not interpreted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from bookrec.errors import BookrecError, TitleError
from bookrec.progress import SilentTask
from bookrec.show.formats import ALL_COLUMNS, Columns, Format, as_cell, select_fields, write_records
from bookrec.text import plain_text

if TYPE_CHECKING:
    from rich.console import Console

    from bookrec.progress import Task
    from bookrec.show.tables import Column

_DEFAULT_WIDTH = 100  # of a table that is not written to a terminal
_PLAIN: dict[str, Any] = {"markup": False, "highlight": False, "soft_wrap": True}


class Screen:
    """The output of one command.

    `quiet` leaves only results and errors; `verbose` adds details.
    """

    def __init__(self, quiet: bool = False, verbose: bool = False) -> None:
        self.quiet = quiet
        self.verbose = verbose

    def format_or_default(self, chosen: Format | None) -> Format:
        """Return the chosen format, or by default TABLE on a terminal and TSV in a pipe."""
        return chosen or (Format.TABLE if sys.stdout.isatty() else Format.TSV)

    def say(self, text: str) -> None:
        """Print a message on stderr, unless quiet."""
        if not self.quiet:
            self._stderr().print(plain_text(text), **_PLAIN)

    def detail(self, text: str) -> None:
        """Print a message on stderr if verbose."""
        if self.verbose:
            self.say(text)

    def fail(self, error: BookrecError) -> None:
        """Print an error with its hint and candidates on stderr, even if quiet."""
        err = self._stderr()
        err.print(f"bookrec: {plain_text(error.message)}", style="bold", **_PLAIN)
        if error.hint:
            err.print(plain_text(error.hint), **_PLAIN)
        if isinstance(error, TitleError):
            for number, line in enumerate(error.candidates, 1):
                err.print(f"  {number}. {plain_text(line)}", **_PLAIN)

    def records(
        self, rows: Sequence[dict[str, Any]], format: Format, columns: Columns = ALL_COLUMNS
    ) -> None:
        """Write rows with the same keys in any format.

        Raises:
            UsageError: the rows have no such field.
        """
        rows = select_fields(rows, columns.fields)
        if format is Format.TABLE:
            names = rows[0] if rows else columns.fields
            self.table(
                [(name, "left") for name in names],
                [[as_cell(value) for value in row.values()] for row in rows],
            )
        else:
            write_records(rows, format, columns.header)

    def table(
        self,
        columns: Sequence[Column],
        rows: Sequence[Sequence[str]],
        title: str = "",
        notes: Sequence[str] = (),
    ) -> None:
        """Print a table on stdout, with a title above and lines of notes below.

        A table that cannot fit has lines longer than the terminal's.
        """
        from rich.console import ConsoleDimensions
        from rich.text import Text

        from bookrec.show.tables import make_table

        out = self._stdout()
        if title:
            out.print(Text(plain_text(title), style="bold"))
        table, width = make_table(columns, rows, out.width)
        wide = self._stdout()
        wide.size = ConsoleDimensions(max(out.width, width), out.height)
        for part in ("", table, ""):
            wide.print(part)
        if notes:
            self.lines([*notes, ""])

    def lines(self, texts: Sequence[str]) -> None:
        """Print side notes on stdout, wrapped to the terminal."""
        self.text(texts, style="dim")

    def text(self, paragraphs: Sequence[str], style: str = "") -> None:
        """Print paragraphs on stdout, wrapped to the terminal."""
        from rich.text import Text

        out = self._stdout()
        for paragraph in paragraphs:
            out.print(Text(_one_line(paragraph), style=style))

    @contextmanager
    def task(self, name: str, total: float | None = None) -> Iterator[Task]:
        """Show a progress bar on stderr; without a terminal, only a line if verbose."""
        if self.quiet:
            yield SilentTask()
        elif not sys.stderr.isatty():
            self.detail(f"{name} …")
            yield SilentTask()
        else:
            from bookrec.show.bars import progress_bar

            with progress_bar(self._stderr(), name, total) as task:
                yield task

    def _stderr(self) -> Console:
        from rich.console import Console

        return Console(stderr=True, soft_wrap=True, highlight=False, **_colour())

    def _stdout(self) -> Console:
        from rich.console import Console

        dumb = os.environ.get("TERM") == "dumb"
        width = None if sys.stdout.isatty() else _columns()
        return Console(highlight=False, width=width, no_color=dumb or None, **_colour())


def _columns() -> int:
    """Return COLUMNS if it is a positive number, else the default width."""
    given = os.environ.get("COLUMNS", "")
    return int(given) if given.isascii() and given.isdigit() and int(given) else _DEFAULT_WIDTH


def _one_line(text: str) -> str:
    """Return the text with control characters as spaces; unlike `plain_text`, keep indentation."""
    return "".join(c if c.isprintable() else " " for c in text)


def _colour() -> dict[str, Any]:
    """Return Console options for NO_COLOR, under which Rich alone still prints bold and dim."""
    return {"color_system": None} if os.environ.get("NO_COLOR") else {}
