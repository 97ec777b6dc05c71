"""Options that several commands have, and what every command does around its stage."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from bookrec.errors import BookrecError
from bookrec.show.screen import Format, Screen
from bookrec.workspace.artefacts import CATALOGUE
from bookrec.workspace.folder import Workspace

_EVERYWHERE = "Everywhere"
DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        metavar="DIR",
        envvar="BOOKREC_HOME",
        help="The workspace. Default: the platform's data folder.",
        show_default=False,
        rich_help_panel=_EVERYWHERE,
    ),
]
OutputFormat = Annotated[
    Format | None,
    typer.Option(
        "--format",
        help="How the result is written. Default: a table on a terminal, tsv in a pipe.",
        show_default=False,
        rich_help_panel=_EVERYWHERE,
    ),
]
Json = Annotated[
    bool, typer.Option("--json", help="Short for --format json.", rich_help_panel=_EVERYWHERE)
]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="Only data and errors.", rich_help_panel=_EVERYWHERE)
]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Say more on stderr.", rich_help_panel=_EVERYWHERE)
]
Fields = Annotated[
    str | None,
    typer.Option(
        "--fields",
        metavar="A,B",
        help="Only these fields, in this order.",
        show_default=False,
        rich_help_panel=_EVERYWHERE,
    ),
]
NoHeader = Annotated[
    bool,
    typer.Option("--no-header", help="csv and tsv without names.", rich_help_panel=_EVERYWHERE),
]
Unmatched = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Write the rows of a history that found no book, and why (CSV).",
        show_default=False,
    ),
]


@contextlib.contextmanager
def guarded(screen: Screen) -> Iterator[None]:
    """Turn errors into one clear message and the right exit code; Ctrl-C into 130."""
    try:
        yield
    except BookrecError as error:
        screen.fail(error)
        raise typer.Exit(error.exit_code) from None
    except KeyboardInterrupt:
        screen.say("bookrec: interrupted; nothing that was finished is lost.")
        raise typer.Exit(130) from None


def format_of(screen: Screen, chosen: Format | None, json: bool) -> Format:
    """The format asked for, or the one that fits where the output goes."""
    return Format.JSON if json else screen.format_or_default(chosen)


def library_of(screen: Screen, workspace: Workspace) -> Workspace:
    """The workspace, or the built-in library when it has none of its own, which is said."""
    from bookrec.catalogue.database import Catalogue
    from bookrec.workspace.library import library_for

    library = library_for(workspace)
    if library.packaged:
        with Catalogue(library.path(CATALOGUE)) as catalogue:
            books = len(catalogue)
        screen.say(
            f"Using the built-in library ({books:,} books); `bookrec download && bookrec build` "
            "gets the full one."
        )
    return library
