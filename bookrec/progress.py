"""The interface through which a stage reports progress.

A stage calls `progress.task("Embedding", total)` and advances the task. The command line draws
tasks on stderr (`show/screen.py`). Tests and library callers pass `Silent()`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Task(Protocol):
    """A progress bar: `advance` adds `step` to its progress, `note` sets the text beside it."""

    def advance(self, step: float = 1) -> None: ...

    def note(self, text: str) -> None: ...


class Progress(Protocol):
    """Opens progress bars and shows messages.

    `total` is in the units of `Task.advance`; None if it is unknown.
    """

    def task(self, name: str, total: float | None = None) -> AbstractContextManager[Task]: ...

    def say(self, text: str) -> None: ...


class SilentTask:
    """A `Task` that draws nothing."""

    def advance(self, step: float = 1) -> None:
        return

    def note(self, text: str) -> None:
        return


class Silent:
    """A `Progress` that shows nothing."""

    @contextmanager
    def task(self, name: str, total: float | None = None) -> Iterator[Task]:
        yield SilentTask()

    def say(self, text: str) -> None:
        return
