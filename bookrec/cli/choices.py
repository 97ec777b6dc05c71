"""Ask on a terminal which book was meant, and go on with the answer."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import TypeVar

import typer

from bookrec.errors import TitleError
from bookrec.show.screen import Screen

T = TypeVar("T")


def with_choices(screen: Screen, run: Callable[[Mapping[str, str]], T]) -> T:
    """Return `run(chosen)`, where `chosen` gives the line chosen for a title that was unclear.

    On a terminal the candidates of a `TitleError` are listed, and `run` is called again with the
    one whose number is typed.

    Raises:
        TitleError: there is no terminal or nothing to choose from.
        typer.Exit: the user chose none of them.
    """
    chosen: dict[str, str] = {}
    while True:
        try:
            return run(chosen)
        except TitleError as error:
            unclear = error.typed and error.typed not in {*chosen, *chosen.values()}
            if not (unclear and error.candidates and _can_ask(screen)):
                raise
            screen.fail(error)
            chosen[error.typed] = _choice(error)


def _can_ask(screen: Screen) -> bool:
    return not screen.quiet and all(s.isatty() for s in (sys.stdin, sys.stdout, sys.stderr))


def _choice(error: TitleError) -> str:
    """Return the candidate whose number the user types.

    Raises:
        typer.Exit: the user types 0 or nothing.
    """
    while True:
        print(f"Number (1-{len(error.candidates)}, Enter for none): ", end="", file=sys.stderr)
        sys.stderr.flush()
        answer = sys.stdin.readline().strip().rstrip(".")
        if answer in ("", "0"):
            raise typer.Exit(error.exit_code)
        if answer.isdecimal() and int(answer) <= len(error.candidates):
            return error.candidates[int(answer) - 1]
