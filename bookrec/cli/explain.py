"""`explain`."""

from __future__ import annotations

from typing import Annotated

import typer

from bookrec import config
from bookrec.cli import complete
from bookrec.cli.choices import (
    SERIES,
    Author,
    EncodeUnknown,
    Genre,
    HistoryPath,
    Language,
    Like,
    Limit,
    MaxRatings,
    MinRatings,
    NotAuthor,
    NotGenre,
    NotTitle,
    Novelty,
    Pages,
    PerAuthor,
    Series,
    WithProfile,
    Year,
)
from bookrec.cli.options import (
    DataDir,
    Json,
    OutputFormat,
    Quiet,
    Verbose,
    format_of,
    guarded,
    library_of,
)
from bookrec.cli.parsing import one_of
from bookrec.cli.question import which_books, whose_taste
from bookrec.cli.root import READ, app
from bookrec.show.screen import Screen
from bookrec.workspace.folder import open_workspace


@app.command(rich_help_panel=READ)
def explain(
    title: Annotated[
        str,
        typer.Argument(
            metavar="TITLE", help="The book to explain.", autocompletion=complete.titles
        ),
    ],
    seeds: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SEED…]",
            help="The books you love it is explained by, or SEED=STARS.",
            autocompletion=complete.titles,
            show_default=False,
        ),
    ] = None,
    author: Author = "",
    limit: Limit = 10,
    history: HistoryPath = None,
    with_profile: WithProfile = False,
    like: Like = "",
    encode_unknown: EncodeUnknown = False,
    not_title: NotTitle = None,
    genre: Genre = None,
    not_genre: NotGenre = None,
    language: Language = None,
    year: Year = None,
    pages: Pages = None,
    min_ratings: MinRatings = 0,
    max_ratings: MaxRatings = None,
    series: Series = "next",
    max_per_author: PerAuthor = 2,
    exclude_author: NotAuthor = None,
    novelty: Novelty = 0.0,
    data_dir: DataDir = None,
    format: OutputFormat = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Why a book is recommended, or why not: its prediction, part by part.

    Shows what is expected for anyone, beside what readers give the book, what each book of yours
    adds, their sum, the place it has, and what keeps it off the list: read already, a later volume
    than the one due, a box set, a filter, the author cap, or books that fit better. Your own
    history is used when nothing else is named.

    Examples:

      bookrec explain "Hyperion" "Dune=5" "Foundation=4"

      bookrec explain "Emma" --author Austen --history goodreads_library_export.csv

      bookrec explain "Dune Messiah" --json | jq .why_not
    """
    screen = Screen(quiet, verbose)
    with guarded(screen):
        from bookrec.show import explanation as show_explain
        from bookrec.stages import explain as stage

        home = open_workspace(data_dir)
        taste = whose_taste(home, seeds, "", history, with_profile, not_title, like, encode_unknown)
        which = which_books(
            genre, not_genre, language, year, pages, min_ratings, max_ratings, exclude_author
        )
        chosen = config.RecommendConfig(
            **taste,
            **which,
            limit=limit,
            series=one_of(series, "--series", SERIES),
            max_per_author=max_per_author,
            novelty=novelty,
        )
        result = stage.run(library_of(screen, home), title, author, chosen, home.root)
        show_explain.explained(screen, format_of(screen, format, json), result)
