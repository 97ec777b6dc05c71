"""The Typer application; the command modules hang their commands on it."""

from __future__ import annotations

from typing import Annotated

import typer

from bookrec import __version__

# Panels of `bookrec --help`.
READ = "Reading"
MAKE = "Making the library"
app = typer.Typer(
    name="bookrec",
    help="Books worth reading next: each with the stars you would give it and the reason why.",
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
    """Books worth reading next: each with the stars you would give it and the reason why."""
