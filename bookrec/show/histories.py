"""The reader's own history, and the history rows that matched no book."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from bookrec.errors import UsageError
from bookrec.files import writing
from bookrec.show.formats import Columns, Format, write_object
from bookrec.show.screen import Screen
from bookrec.text import count
from bookrec.workspace.folder import Workspace

if TYPE_CHECKING:
    from bookrec.histories.profile import Entry
    from bookrec.histories.reading import Unmatched
    from bookrec.show.tables import Column
    from bookrec.stages.history import AddResult, ImportResult


def imported(
    screen: Screen, format: Format, result: ImportResult, home: Workspace, unmatched: Path | None
) -> None:
    """Show what an import matched and changed; write unmatched rows to a file."""
    screen.say(f"{result.format}: {result.report}")
    write_unmatched(screen, unmatched, result.unmatched)
    counts = {
        name: getattr(result, name)
        for name in ("format", "added", "updated", "unchanged", "unusable", "total")
    }
    if format is Format.JSON:
        write_object(counts)
    elif format is not Format.TABLE:
        screen.records([counts], format)
    screen.say(
        f"{count(result.added, 'book')} added, {result.updated:,} updated, "
        f"{result.unchanged:,} unchanged; {count(result.unusable, 'row')} unusable. "
        f"{count(result.total, 'book')} in {home.path('history.csv')}."
    )


def added(screen: Screen, result: AddResult) -> None:
    """Say what was added or changed."""
    screen.say(result.note)
    now, before = result.entry, result.before
    by = f" by {now.author}" if now.author else ""
    was = "" if before is None else f" (was {_rating(before)})"
    screen.say(f"{now.title}{by}: {now.status}, {_rating(now)}{was}.")
    screen.say(f"{count(result.total, 'book')} in your history.")


def _rating(entry: Entry) -> str:
    return "not rated" if entry.rating is None else f"{entry.rating:g}★"


def removed(screen: Screen, entries: Sequence[Entry]) -> None:
    """Say which entries were removed."""
    for entry in entries:
        screen.say(f"Removed {entry.title}{f' by {entry.author}' if entry.author else ''}.")


def history(
    screen: Screen, format: Format, entries: Sequence[Entry], home: Workspace, columns: Columns
) -> None:
    """Show the reader's own history."""
    path = home.path("history.csv")
    if not entries:
        screen.say(f'Your history is empty ({path}). Try `bookrec history add "Dune" 5`.')
    if format is not Format.TABLE or columns.fields:
        screen.records([asdict(entry) for entry in entries], format, columns)
    elif entries:
        shown: list[Column] = [("title", "left"), ("author", "left"), ("stars", "right")]
        screen.table(
            [*shown, ("status", "left"), ("added", "left")],
            [
                [e.title, e.author, "" if e.rating is None else f"{e.rating:g}", e.status, e.added]
                for e in entries
            ],
            notes=[f"{count(len(entries), 'book')} in {path}"],
        )


def write_unmatched(screen: Screen, path: Path | None, rows: Sequence[Unmatched]) -> None:
    """Write the history rows that matched no book to a CSV file, if one was named.

    Raises:
        UsageError: the file cannot be written.
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
    screen.say(f"{count(len(rows), 'unmatched row')} written to {path}.")
