"""The command `search`."""

from __future__ import annotations

from typing import Annotated

import typer

from bookrec.cli import complete
from bookrec.cli.command import format_of, guarded, library_of
from bookrec.cli.common_options import (
    DataDir,
    Fields,
    Json,
    NoHeader,
    OutputFormat,
    Quiet,
    Verbose,
)
from bookrec.cli.parsing import split
from bookrec.cli.recommend_options import (
    Genre,
    Language,
    MaxRatings,
    MinRatings,
    NotAuthor,
    NotGenre,
    Pages,
    Unknown,
    Year,
)
from bookrec.cli.request import filters_of
from bookrec.cli.root import READ, app
from bookrec.config import Filters
from bookrec.errors import UsageError
from bookrec.show.formats import Columns
from bookrec.show.screen import Screen
from bookrec.workspace.folder import open_workspace

_LIMIT = 20


@app.command(rich_help_panel=READ)
def search(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="WORDS",
            help="Words of a title, author, series, genre or description, an ISBN, or the id or "
            "address of a book on Goodreads.",
            autocompletion=complete.titles,
            show_default=False,
        ),
    ] = None,
    any: Annotated[
        bool,
        typer.Option("--any", help="One of the WORDS is enough; books with more come first."),
    ] = False,
    author: Annotated[
        str,
        typer.Option(
            "-a", "--author", metavar="NAME", help="Only books by this author, or part of the name."
        ),
    ] = "",
    series: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Only books of this series; without WORDS, in the order of its volumes.",
        ),
    ] = "",
    limit: Annotated[
        int, typer.Option("-n", "--limit", min=1, max=1000, help="Number of books on the list.")
    ] = _LIMIT,
    genre: Genre = None,
    not_genre: NotGenre = None,
    language: Language = None,
    year: Year = None,
    pages: Pages = None,
    min_ratings: MinRatings = Filters.min_ratings,
    max_ratings: MaxRatings = None,
    unknown: Unknown = Filters.unknown,
    exclude_author: NotAuthor = None,
    genres: Annotated[
        bool,
        typer.Option(
            "--genres", help="List the genres and their numbers of books; with WORDS, those genres."
        ),
    ] = False,
    languages: Annotated[
        bool, typer.Option("--languages", help="List the languages and their numbers of books.")
    ] = False,
    fields: Fields = None,
    no_header: NoHeader = False,
    data_dir: DataDir = None,
    format: OutputFormat = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Find books in the catalogue.

    Every word has to occur; the last one may be unfinished. A title typed exactly comes first, then
    titles, series and authors with the words, then genres, then descriptions. If no book has all
    the words, those that are misspelt are replaced. Without WORDS, the most read books of an author
    or of the filters come first, and a series comes in order. Box sets, guides and books without a
    description are found too.

    Examples:

      bookrec search tolkien ring

      bookrec search "harry potter 3"

      bookrec search --series discworld

      bookrec search --author "le guin" --year -1980

      bookrec search 9780451524935

      bookrec search whale captain --format ndjson | jq -r .title

      bookrec search --genres
    """
    screen = Screen(quiet, verbose)
    with guarded(screen):
        from bookrec.show import search as show_search
        from bookrec.stages import search as stage

        filters = filters_of(
            genre,
            not_genre,
            language,
            year,
            pages,
            min_ratings,
            max_ratings,
            exclude_author,
            unknown,
        )
        what = _listing(genres, languages, bool(author or series) or filters != Filters())
        wanted = stage.Wanted(tuple(words or ()), any, author, series)
        library = library_of(screen, open_workspace(data_dir))
        out, columns = format_of(screen, format, json), Columns(split(fields), not no_header)
        if what:
            show_search.counted(
                screen, out, what, stage.listing(library, what, words or ()), columns
            )
        else:
            show_search.found(screen, out, stage.run(library, wanted, filters, limit), columns)


def _listing(genres: bool, languages: bool, others: bool) -> str:
    """Return "genres", "languages", or "" for books.

    Raises:
        UsageError: both are asked for, or `others`: options that choose books.
    """
    if not genres and not languages:
        return ""
    if genres and languages:
        raise UsageError("--genres and --languages exclude each other.", "Give one of them.")
    what = "genres" if genres else "languages"
    if others:
        raise UsageError(
            f"--{what} lists the {what} of the whole catalogue.",
            "Leave out the filters, or use --genre NAME for the books of a genre."
            if genres
            else "Leave out the filters, or use --language NAME for the books in a language.",
        )
    return what
