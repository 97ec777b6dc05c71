"""The Typer application, to which the command modules add their commands."""

from __future__ import annotations

from typing import Annotated

import typer

from bookrec import __version__

# Panels of `bookrec --help`.
READ = "Recommendations"
MAKE = "Building and evaluating the library"
app = typer.Typer(
    name="bookrec",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"bookrec {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Recommend books, each with a predicted rating and the reasons for it."""
