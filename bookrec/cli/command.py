"""What every command does around its stage."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import typer

from bookrec.errors import BookrecError
from bookrec.show.formats import Format
from bookrec.show.screen import Screen
from bookrec.workspace.folder import Workspace


@contextlib.contextmanager
def guarded(screen: Screen) -> Iterator[None]:
    """Print a `BookrecError` and exit with its code; exit with 130 on Ctrl-C."""
    try:
        yield
    except BookrecError as error:
        screen.fail(error)
        raise typer.Exit(error.exit_code) from None
    except KeyboardInterrupt:
        screen.say("bookrec: interrupted. Finished work is kept.")
        raise typer.Exit(130) from None


def format_of(screen: Screen, chosen: Format | None, json: bool) -> Format:
    """Return the format that `--json` or `--format` asks for, or the default."""
    return Format.JSON if json else screen.format_or_default(chosen)


def library_of(screen: Screen, workspace: Workspace) -> Workspace:
    """Return the workspace, or the built-in library (with a message) if it has none of its own."""
    from bookrec.show.library import library_used
    from bookrec.workspace.library import library_for

    library = library_for(workspace)
    library_used(screen, library)
    return library
