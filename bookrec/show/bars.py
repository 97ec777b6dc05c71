"""Progress bars on stderr."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID

    from bookrec.progress import Task

_COUNTED = 1e7  # larger totals are bytes, which are not shown as a count


@contextmanager
def progress_bar(console: Console, name: str, total: float | None) -> Iterator[Task]:
    """Show a bar with the share done, the speed, the count and the time left."""
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
        MofNCompleteColumn() if total and total < _COUNTED else TextColumn(""),
        TimeRemainingColumn(),
        TextColumn("[dim]{task.fields[note]}"),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        yield _Bar(progress, progress.add_task(name, total=total, note=""))


class _Bar:
    """A `Task` drawn by Rich."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress, self._task = progress, task

    def advance(self, step: float = 1) -> None:
        self._progress.advance(self._task, step)

    def note(self, text: str) -> None:
        self._progress.update(self._task, note=text)
