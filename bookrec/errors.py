"""The errors a person can meet: what happened, what to type next, and the exit code.

Exit codes are part of the command line's contract (docs/cli.md): 0 done, 1 failure, 2 usage,
3 no such title or an ambiguous one, 4 data or model missing, 5 not authenticated, 6 network,
130 interrupted.
"""

from __future__ import annotations


class BookrecError(Exception):
    """Something a person can mend.

    `message` says in one sentence what happened; `hint` says what to type or do next.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(BookrecError):
    """An option or an input file that cannot be used as it is."""

    exit_code = 2


class TitleError(BookrecError):
    """No such title, or several: `candidates` are the lines to choose from, best first."""

    exit_code = 3

    def __init__(self, message: str, hint: str = "", candidates: tuple[str, ...] = ()) -> None:
        super().__init__(message, hint)
        self.candidates = candidates


class AmbiguousTitleError(TitleError):
    """Several books could be meant; `candidates` lists them."""


class MissingError(BookrecError):
    """Data or a model that an earlier command makes is not there; `hint` names the command."""

    exit_code = 4


class UnusableError(MissingError):
    """An artefact is there, but damaged, or not of one run with those it is used with."""


class AuthError(BookrecError):
    """Kaggle credentials are missing or refused."""

    exit_code = 5


class NetworkError(BookrecError):
    """The other side could not be reached, or hung up."""

    exit_code = 6
