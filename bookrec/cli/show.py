"""The command `show`."""

from __future__ import annotations

from typing import Annotated

import typer

from bookrec.cli import complete
from bookrec.cli.command import format_of, guarded, library_of
from bookrec.cli.common_options import (
    Author,
    DataDir,
    Fields,
    Json,
    NoHeader,
    OutputFormat,
    Quiet,
    Verbose,
)
from bookrec.cli.parsing import split
from bookrec.cli.root import READ, app
from bookrec.show.formats import Columns
from bookrec.show.screen import Screen
from bookrec.workspace.folder import open_workspace


@app.command(rich_help_panel=READ)
def show(
    title: Annotated[
        str,
        typer.Argument(
            metavar="TITLE",
            help="The book: its title, ISBN, or address on Goodreads.",
            autocompletion=complete.titles,
        ),
    ],
    author: Author = "",
    fields: Fields = None,
    no_header: NoHeader = False,
    data_dir: DataDir = None,
    format: OutputFormat = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Show what is known of a book.

    Its authors, series with all volumes, year, length, language, genres, description, mean rating,
    editions, the sets that contain it or the books that it contains, and its pages on Goodreads and
    Open Library.

    Examples:

      bookrec show "The Two Towers"

      bookrec show Emma --author Austen

      bookrec show 9780451524935 --json | jq .editions
    """
    screen = Screen(quiet, verbose)
    with guarded(screen):
        from bookrec.show import book_record
        from bookrec.stages import show_book as stage

        library = library_of(screen, open_workspace(data_dir))
        result = stage.run(library, title, author)
        columns = Columns(split(fields), not no_header)
        book_record.shown(screen, format_of(screen, format, json), result, columns)
