"""Errors shown to the user, each with a message, a hint and an exit code.

Exit codes are part of the command line's contract (docs/cli.md): 0 done, 1 failure, 2 usage,
3 no such title or an ambiguous one, 4 data or model missing, 5 not authenticated, 6 network,
130 interrupted.
"""

from __future__ import annotations


class BookrecError(Exception):
    """An error that the user can fix.

    `message` says in one sentence what happened. `hint` says what to type or do next.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(BookrecError):
    """An option or an input file is invalid."""

    exit_code = 2


class TitleError(BookrecError):
    """A title does not identify a book. `candidates` are lines to choose from, best first.

    `typed` is the title that a candidate could replace, "" if it is not known.
    """

    exit_code = 3

    def __init__(
        self, message: str, hint: str = "", candidates: tuple[str, ...] = (), typed: str = ""
    ) -> None:
        super().__init__(message, hint)
        self.candidates = candidates
        self.typed = typed


class AmbiguousTitleError(TitleError):
    """Several books match the title; `candidates` lists them."""


class MissingError(BookrecError):
    """Data or a model is missing; `hint` names the command that makes it."""

    exit_code = 4


class UnusableError(MissingError):
    """An artefact is damaged, stale, or was not made from the other artefacts as they are now."""


class AuthError(BookrecError):
    """Kaggle credentials are missing or were rejected."""

    exit_code = 5


class NetworkError(BookrecError):
    """The server could not be reached, or the connection was lost."""

    exit_code = 6
