"""`bookrec history …`: the reader's own history, one plain file in the workspace."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bookrec.cli import complete
from bookrec.cli.options import (
    DataDir,
    Fields,
    Json,
    NoHeader,
    OutputFormat,
    Quiet,
    Unmatched,
    Verbose,
    format_of,
    guarded,
    library_of,
)
from bookrec.cli.parsing import parse_seed, read_input, split, typed_stars
from bookrec.cli.root import READ, app
from bookrec.show.screen import Columns, Screen
from bookrec.workspace.folder import open_workspace

group = typer.Typer(
    help="""Your own history: one plain file, history.csv in the workspace, readable by you alone
    and never sent anywhere. `bookrec recommend` without titles goes by it. What it was before the
    last change is kept as history.csv.bak.

    Examples:

      bookrec history import goodreads_library_export.csv

      bookrec history add "Dune" 5

      bookrec recommend
    """,
    short_help="Your own history: import a file, add a book, take one out.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(group, name="history", rich_help_panel=READ)


class Status(StrEnum):
    """What became of a book."""

    READ = "read"
    READING = "reading"
    TO_READ = "to-read"
    DID_NOT_FINISH = "did-not-finish"


Author = Annotated[
    str, typer.Option("-a", "--author", metavar="NAME", help="Who wrote it, or a part.")
]


@group.command("import")
def import_(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE|-",
            help="An export of Goodreads, StoryGraph, LibraryThing or BookWyrm, or "
            "title,author,rating as CSV, TSV or JSON.",
        ),
    ],
    unmatched: Unmatched = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Begin afresh instead of adding to what is there.")
    ] = False,
    data_dir: DataDir = None,
    format: OutputFormat = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Take a file of books over into your history.

    Books that the catalogue does not hold are kept as well. Of a book in both, the file's stars
    count; a book without stars there keeps those it has.

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
        str, typer.Argument(metavar="[STARS]", help="0.5 to 5, halves too.", show_default=False)
    ] = "",
    author: Author = "",
    status: Annotated[Status, typer.Option(help="What became of it.")] = Status.READ,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Keep it though the catalogue does not hold it.")
    ] = False,
    description: Annotated[
        str, typer.Option(metavar="TEXT", help="What such a book is about.")
    ] = "",
    genres: Annotated[str, typer.Option(metavar="A,B", help="Genres of such a book.")] = "",
    data_dir: DataDir = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Put a book into your history, or change its stars.

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
        named, given = (title, typed_stars(stars, title)) if stars else parse_seed(title)
        entry = Entry.typed(named, author, given, status.value, description, genres)
        unlisted = anyway or bool(description)
        result = stage.add(library_of(screen, home), home, entry, unlisted)
        show_histories.added(screen, result)


@group.command()
def remove(
    title: Annotated[str, typer.Argument(metavar="TITLE", help="The book.")],
    author: Author = "",
    data_dir: DataDir = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Take a book out of your history.

    Example: bookrec history remove "Dune"
    """
    screen = Screen(quiet, verbose)
    with guarded(screen):
        from bookrec.stages import history as stage

        for gone in stage.remove(open_workspace(data_dir), title, author):
            screen.say(f"Removed {gone.title}{f' by {gone.author}' if gone.author else ''}.")


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
    """Your history, in the order it was added.

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
    """Write your history to stdout as plain CSV; any program, and `history import`, reads it.

    Example: bookrec history export > my-books.csv
    """
    with guarded(Screen(quiet, verbose)):
        from bookrec.histories import profile

        sys.stdout.write(profile.as_csv(profile.load(open_workspace(data_dir))))
