"""How a stage tells how far it is, without knowing who listens.

A stage calls `progress.task("Embedding", total)` and advances it; `console` draws it on stderr,
tests and library users pass `Silent()`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Task(Protocol):
    """One bar: `advance` moves it by `step` of its total; `note` sets the text beside it."""

    def advance(self, step: float = 1) -> None: ...

    def note(self, text: str) -> None: ...


class Progress(Protocol):
    """Opens bars and passes on remarks meant for a person."""

    def task(self, name: str, total: float | None = None) -> AbstractContextManager[Task]: ...

    def say(self, text: str) -> None: ...


class SilentTask:
    """A `Task` that draws nothing."""

    def advance(self, step: float = 1) -> None:
        return

    def note(self, text: str) -> None:
        return


class Silent:
    """A `Progress` that nobody listens to."""

    @contextmanager
    def task(self, name: str, total: float | None = None) -> Iterator[Task]:
        yield SilentTask()

    def say(self, text: str) -> None:
        return
