"""The reader's own history: one plain CSV file in the workspace, readable by its owner alone.

It is written as a whole (a temporary file, then a rename) and never sent anywhere; beside it lies
what it was before the last change. Rows go by age, the newest opinion of a book last.
"""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, replace
from pathlib import Path

from bookrec.errors import BookrecError, UsageError
from bookrec.files import replacing
from bookrec.histories.records import read_records
from bookrec.histories.rows import HistoryFile, HistoryRow, read_history
from bookrec.workspace.folder import Workspace

FILE = "history.csv"
PREVIOUS = "history.csv.bak"
COLUMNS = (
    "title",
    "author",
    "rating",
    "status",
    "goodreads_id",
    "isbn",
    "added",
    "description",
    "genres",
)
# How much a status says without stars: of a wish, of a book begun, of one read or given up.
_SAYS = {"to-read": 0, "reading": 1, "read": 2, "did-not-finish": 2}
_WAIT = 5.0  # seconds for another command that writes the history


@dataclass(frozen=True)
class Entry:
    """A book of the reader's: `rating` 0.5 to 5 stars or None, `added` a date (YYYY-MM-DD)."""

    title: str
    author: str = ""
    rating: float | None = None
    status: str = "read"
    goodreads_id: str = ""
    isbn: str = ""
    added: str = ""
    description: str = ""
    genres: str = ""

    @classmethod
    def of(cls, row: HistoryRow, added: str = "") -> Entry:
        """From a row of a history file."""
        return cls(
            row.title,
            row.author,
            row.stars,
            row.status,
            row.goodreads_id,
            row.isbns[0] if row.isbns else "",
            added or time.strftime("%Y-%m-%d"),
            row.description,
            ", ".join(row.genres),
        )

    @classmethod
    def typed(
        cls,
        title: str,
        author: str = "",
        stars: float | None = None,
        status: str = "read",
        description: str = "",
        genres: str = "",
    ) -> Entry:
        """From what a person typed, today."""
        today = time.strftime("%Y-%m-%d")
        return cls(title, author, stars, status, "", "", today, description, genres)

    def with_opinion(self, other: Entry) -> Entry:
        """The same book as `other` has it now; what `other` does not know stays."""
        return replace(
            self,
            rating=self.rating if other.rating is None else other.rating,
            status=other.status,
            goodreads_id=other.goodreads_id or self.goodreads_id,
            isbn=other.isbn or self.isbn,
            description=other.description or self.description,
            genres=other.genres or self.genres,
        )

    def fold(self, newer: Entry) -> Entry:
        """Two rows of one book as one: `with_opinion`, but a wish does not unsay that it was read,
        nor does a book begun again."""
        both = self.with_opinion(newer)
        less = _SAYS[newer.status] < _SAYS[self.status]
        return replace(both, status=self.status) if less else both


def read_file(workspace: Workspace) -> HistoryFile | None:
    """The profile as a history file; None when there is none, or nothing in it.

    Raises:
        UsageError: it cannot be read.
    """
    data = _data(workspace)
    return None if data is None else read_history(data, "Your history")


def load(workspace: Workspace) -> list[Entry]:
    """The entries, in the order they were added.

    Raises:
        UsageError: a row that was edited by hand cannot be read; it would be lost otherwise.
    """
    data = _data(workspace)
    if data is None:
        return []
    name = str(workspace.path(FILE))
    rows = read_history(data, name).rows
    for row in rows:
        if row.problem:
            raise UsageError(f"Line {row.line} of {name}: {row.problem}.", "Mend or remove it.")
    records = read_records(data, name)[1]
    return [
        Entry.of(row, str(record.cells.get("added") or ""))
        for row, record in zip(rows, records, strict=True)
    ]


def _data(workspace: Workspace) -> bytes | None:
    try:
        data = workspace.path(FILE).read_bytes()
    except OSError:
        return None
    return data if len(data.strip().splitlines()) > 1 else None


def save(workspace: Workspace, entries: Iterable[Entry]) -> None:
    """Write the whole file, readable and writable by its owner alone; a link to it stays one.

    What it was is kept as `PREVIOUS`, unless nothing changes.
    """
    target, data = workspace.path(FILE).resolve(), as_csv(entries).encode()
    old = target.read_bytes() if target.exists() else None
    if old is not None and old != data:
        _write(workspace.path(PREVIOUS), old)
    if old != data:
        _write(target, data)


def _write(target: Path, data: bytes) -> None:
    with replacing(target, mode=0o600) as temporary:
        temporary.write_bytes(data)


def as_csv(entries: Iterable[Entry]) -> str:
    """The file's text."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        row = list(astuple(entry))
        row[2] = "" if entry.rating is None else f"{entry.rating:g}"
        writer.writerow(row)
    return text.getvalue()


def as_rows(entries: Sequence[Entry]) -> tuple[HistoryRow, ...]:
    """The entries as a history file's rows."""
    text = as_csv(entries).encode()
    return read_history(text, FILE).rows if entries else ()


@contextmanager
def changing(workspace: Workspace) -> Iterator[None]:
    """Hold the history's lock, from reading to writing; not the workspace's: `build` may run.

    Raises:
        BookrecError: another command holds it, or the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    try:
        workspace.root.mkdir(parents=True, exist_ok=True)
        with FileLock(workspace.path(".history.lock"), timeout=_WAIT):
            yield
    except Timeout:
        raise BookrecError(
            f"Another bookrec is writing {workspace.path(FILE)}.", "Try again."
        ) from None
    except OSError as error:
        raise BookrecError(
            f"{workspace.path(FILE)} cannot be written: {error.strerror or error}.",
            "Name another folder with --data-dir or BOOKREC_HOME.",
        ) from error
