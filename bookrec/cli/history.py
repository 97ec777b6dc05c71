"""The commands `history …`: the reader's own history, one CSV file in the workspace."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bookrec.cli import complete
from bookrec.cli.choices import with_choices
from bookrec.cli.command import format_of, guarded, library_of
from bookrec.cli.common_options import (
    Author,
    DataDir,
    Fields,
    Json,
    NoHeader,
    OutputFormat,
    Quiet,
    Unmatched,
    Verbose,
)
from bookrec.cli.parsing import parse_seed, read_input, split, typed_stars
from bookrec.cli.root import READ, app
from bookrec.show.formats import Columns
from bookrec.show.screen import Screen
from bookrec.workspace.folder import open_workspace

group = typer.Typer(
    help="""Keep your own reading history. `bookrec recommend` uses it if nothing else is given.

    It is one CSV file, history.csv in the workspace, which only you can read and which is never
    sent anywhere. The state before the last change is kept in history.csv.bak.

    Examples:

      bookrec history import goodreads_library_export.csv

      bookrec history add "Dune" 5

      bookrec recommend
    """,
    short_help="Keep your own reading history: import a file, add or remove a book.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(group, name="history", rich_help_panel=READ)


class Status(StrEnum):
    """How far the reader got with a book."""

    READ = "read"
    READING = "reading"
    TO_READ = "to-read"
    DID_NOT_FINISH = "did-not-finish"


@group.command("import")
def import_(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE|-",
            help="An export from Goodreads, StoryGraph, LibraryThing or BookWyrm, or "
            "title,author,rating as CSV, TSV or JSON.",
        ),
    ],
    unmatched: Unmatched = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace your history instead of adding to it.")
    ] = False,
    data_dir: DataDir = None,
    format: OutputFormat = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Import a file into your history.

    Books that are not in the catalogue are kept too. If a book is already in your history, the
    file's rating replaces yours; a book not rated in the file keeps your rating.

    Examples:

      bookrec history import ~/Downloads/goodreads_library_export.csv

      bookrec history import storygraph.csv --unmatched not-found.csv
    """
    screen = Screen(quiet, verbose)
    with guarded(screen):
        from bookrec.show import histories as show_histories
        from bookrec.stages import history as stage

        home = open_workspace(data_dir)
        data = read_input(file, "history") or b""
        name = "stdin" if file == "-" else Path(file).name
        result = stage.import_file(library_of(screen, home), home, data, name, replace)
        show_histories.imported(screen, format_of(screen, format, json), result, home, unmatched)


@group.command()
def add(
    title: Annotated[
        str, typer.Argument(metavar="TITLE", help="The book.", autocompletion=complete.titles)
    ],
    stars: Annotated[
        str, typer.Argument(metavar="STARS", help="0.5 to 5, for example 4.5.", show_default=False)
    ] = "",
    author: Author = "",
    status: Annotated[Status, typer.Option(help="How far you got with it.")] = Status.READ,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Add it even if it is not in the catalogue.")
    ] = False,
    description: Annotated[
        str,
        typer.Option(metavar="TEXT", help="What the book is about, if it is not in the catalogue."),
    ] = "",
    genres: Annotated[
        str,
        typer.Option(metavar="A,B", help="Genres of the book, if it is not in the catalogue."),
    ] = "",
    data_dir: DataDir = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Add a book to your history, or change its rating.

    Examples:

      bookrec history add "Dune" 5

      bookrec history add "Emma" 3.5 --author Austen

      bookrec history add "My Aunt's Memoir" 4 --anyway --description "Growing up in Cork …"
    """
    screen = Screen(quiet, verbose)
    with guarded(screen):
        from bookrec.histories.profile import Entry
        from bookrec.show import histories as show_histories
        from bookrec.stages import history as stage

        home = open_workspace(data_dir)
        name, rating = (title, typed_stars(stars, title)) if stars else parse_seed(title)
        unlisted, library = anyway or bool(description), library_of(screen, home)

        def added(chosen: Mapping[str, str]) -> stage.AddResult:
            by = "" if name in chosen else author
            entry = Entry.typed(
                chosen.get(name, name), by, rating, status.value, description, genres
            )
            return stage.add(library, home, entry, unlisted)

        result = with_choices(screen, added)
        show_histories.added(screen, result)


@group.command()
def remove(
    title: Annotated[str, typer.Argument(metavar="TITLE", help="The book.")],
    author: Author = "",
    data_dir: DataDir = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Remove a book from your history.

    Example: bookrec history remove "Dune"
    """
    screen = Screen(quiet, verbose)
    with guarded(screen):
        from bookrec.show import histories as show_histories
        from bookrec.stages import history as stage

        show_histories.removed(screen, stage.remove(open_workspace(data_dir), title, author))


@group.command("list")
def list_(
    fields: Fields = None,
    no_header: NoHeader = False,
    data_dir: DataDir = None,
    format: OutputFormat = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """List your history, in the order in which books were added.

    Examples:

      bookrec history list

      bookrec history list --format ndjson | jq -r 'select(.rating == 5).title'
    """
    screen = Screen(quiet, verbose)
    with guarded(screen):
        from bookrec.histories import profile
        from bookrec.show import histories as show_histories

        home = open_workspace(data_dir)
        columns = Columns(split(fields), not no_header)
        out = format_of(screen, format, json)
        show_histories.history(screen, out, profile.load(home), home, columns)


@group.command()
def export(data_dir: DataDir = None, quiet: Quiet = False, verbose: Verbose = False) -> None:
    """Write your history to stdout as CSV, which `history import` can read.

    Example: bookrec history export > my-books.csv
    """
    with guarded(Screen(quiet, verbose)):
        from bookrec.histories import profile

        sys.stdout.write(profile.as_csv(profile.load(open_workspace(data_dir))))
