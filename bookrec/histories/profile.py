"""The user's own reading history, stored as `history.csv` in the workspace.

Only its owner can read the file, and it is never sent anywhere. It is replaced atomically; the
version before the last change is kept as a backup. Rows are in the order they were added.
"""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterable, Iterator
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
# The stage of reading that a status stands for. Merging two entries never goes back a stage.
_STAGE = {"to-read": 0, "reading": 1, "read": 2, "did-not-finish": 2}
_LOCK_TIMEOUT = 5.0  # seconds


@dataclass(frozen=True)
class Entry:
    """A row of the file. `rating` is above 0 to 5 stars, or None; `added` is a date (YYYY-MM-DD).

    `genres` is a comma-separated list. Other fields are "" when unknown.
    """

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
    def from_row(cls, row: HistoryRow, added: str = "") -> Entry:
        """Create an entry from a row of a history file, added today unless `added` is given."""
        return cls(
            row.title,
            row.author,
            row.stars,
            row.status,
            row.goodreads_id,
            row.isbns[0] if row.isbns else "",
            added or _today(),
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
        """Create an entry from the command line, added today."""
        return cls(title, author, stars, status, "", "", _today(), description, genres)

    @property
    def row(self) -> HistoryRow:
        """The fields that identify the book, as a row for `RowMatcher`."""
        isbns = (self.isbn,) if self.isbn else ()
        return HistoryRow(
            0, self.title, self.author, self.rating, self.status, self.goodreads_id, isbns
        )

    def updated_by(self, newer: Entry) -> Entry:
        """Replace the status, and every other field that `newer` knows. Title and author stay."""
        return replace(
            self,
            rating=self.rating if newer.rating is None else newer.rating,
            status=newer.status,
            goodreads_id=newer.goodreads_id or self.goodreads_id,
            isbn=newer.isbn or self.isbn,
            description=newer.description or self.description,
            genres=newer.genres or self.genres,
        )

    def merged_with(self, newer: Entry) -> Entry:
        """Like `updated_by`, but a book that was read stays read if `newer` wants to read it."""
        both = self.updated_by(newer)
        back = _STAGE[newer.status] < _STAGE[self.status]
        return replace(both, status=self.status) if back else both


def _today() -> str:
    return time.strftime("%Y-%m-%d")


def read_file(workspace: Workspace) -> HistoryFile | None:
    """Read the file as input for a recommendation. Return None if it is missing or has no rows.

    Raises:
        UsageError: the file is not a valid history.
    """
    data = _data(workspace)
    return None if data is None else read_history(data, "Your history")


def load(workspace: Workspace) -> list[Entry]:
    """Read the file for editing. Return its entries in the order of the file.

    Raises:
        UsageError: a row is invalid, for example after an edit by hand. Saving would lose it.
    """
    data = _data(workspace)
    if data is None:
        return []
    name = str(workspace.path(FILE))
    rows = read_history(data, name).rows
    for row in rows:
        if row.problem:
            raise UsageError(f"Line {row.line} of {name}: {row.problem}.", "Fix or remove it.")
    records = read_records(data, name)[1]
    return [
        Entry.from_row(row, str(record.cells.get("added") or ""))
        for row, record in zip(rows, records, strict=True)
    ]


def _data(workspace: Workspace) -> bytes | None:
    try:
        data = workspace.path(FILE).read_bytes()
    except OSError:
        return None
    return data if len(data.strip().splitlines()) > 1 else None


def save(workspace: Workspace, entries: Iterable[Entry]) -> None:
    """Replace the file, readable and writable only by its owner. A symbolic link is followed.

    The old content is kept as `PREVIOUS`, unless nothing has changed.
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
    """Return the text of the file."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        row = list(astuple(entry))
        row[2] = "" if entry.rating is None else f"{entry.rating:g}"
        writer.writerow(row)
    return text.getvalue()


@contextmanager
def changing(workspace: Workspace) -> Iterator[None]:
    """Lock the history while it is read, changed and written.

    This is not the workspace's lock, so that the history can be edited during a `build`.

    Raises:
        BookrecError: another command holds the lock, or the folder is not writable.
    """
    from filelock import FileLock, Timeout

    try:
        workspace.root.mkdir(parents=True, exist_ok=True)
        with FileLock(workspace.path(".history.lock"), timeout=_LOCK_TIMEOUT):
            yield
    except Timeout:
        raise BookrecError(
            f"Another bookrec command is writing {workspace.path(FILE)}.", "Try again."
        ) from None
    except OSError as error:
        raise BookrecError(
            f"{workspace.path(FILE)} cannot be written: {error.strerror or error}.",
            "Choose another folder with --data-dir or BOOKREC_HOME.",
        ) from error
