"""The reader's own history on the screen, and rows that found no book."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from bookrec.errors import UsageError
from bookrec.files import writing
from bookrec.show.screen import Columns, Format, Screen
from bookrec.workspace.folder import Workspace

if TYPE_CHECKING:
    from bookrec.histories.profile import Entry
    from bookrec.histories.reading import Unmatched
    from bookrec.stages.history import AddResult, ImportResult


def imported(
    screen: Screen, format: Format, result: ImportResult, home: Workspace, unmatched: Path | None
) -> None:
    """What an import found and did."""
    screen.say(f"{result.format}: {result.report}")
    keep_unmatched(screen, unmatched, result.unmatched)
    counts = {
        name: getattr(result, name)
        for name in ("format", "added", "updated", "unchanged", "unusable", "total")
    }
    if format is Format.JSON:
        screen.object(counts)
    elif format is not Format.TABLE:
        screen.records([counts], format)
    screen.say(
        f"{result.added} books added, {result.updated} updated, {result.unchanged} as before, "
        f"{result.unusable} rows unusable; {result.total} in {home.path('history.csv')}."
    )


def added(screen: Screen, result: AddResult) -> None:
    """One line on what was added or changed."""
    screen.say(result.note)
    now, before = result.entry, result.before
    stars = f"{now.rating:g}★" if now.rating is not None else "no stars"
    was = ""
    if before is not None:
        was = f" (before: {before.rating:g}★)" if before.rating is not None else " (was there)"
    by = f" by {now.author}" if now.author else ""
    screen.say(f"{now.title}{by}: {now.status}, {stars}{was}. Books in all: {result.total}.")


def history(
    screen: Screen, format: Format, entries: Sequence[Entry], home: Workspace, columns: Columns
) -> None:
    """The reader's own history."""
    path = home.path("history.csv")
    if not entries:
        screen.say(f'No history in {path} yet. Start it with `bookrec history add "Dune" 5`.')
    rows = [asdict(entry) for entry in entries]
    if format is not Format.TABLE or columns.fields:
        screen.records(rows, format, columns.fields, columns.header)
    elif entries:
        stars = ["" if e.rating is None else f"{e.rating:g}" for e in entries]
        cells = [
            [e.title, e.author, rating, e.status, e.added]
            for e, rating in zip(entries, stars, strict=True)
        ]
        names = [("title", "left"), ("author", "left"), ("stars", "right"), ("", "left")]
        screen.table([*names, ("added", "left")], cells, caption=f"{len(entries)} books in {path}")


def keep_unmatched(screen: Screen, path: Path | None, rows: Sequence[Unmatched]) -> None:
    """Rows of a history that found no book, to the file that was named for them.

    Raises:
        UsageError: it cannot be written.
    """
    if path is None:
        return
    names = ["line", "title", "author", "stars", "why", "candidates"]
    try:
        with writing(path, newline="") as file:
            writer = csv.DictWriter(file, names)
            writer.writeheader()
            writer.writerows(asdict(row) for row in rows)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}.") from error
    screen.say(f"{len(rows)} rows that found no book: {path}.")
