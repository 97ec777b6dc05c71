"""The command `explain`."""

from __future__ import annotations

from typing import Annotated

import typer

from bookrec.cli import complete
from bookrec.cli.choices import with_choices
from bookrec.cli.command import format_of, guarded, library_of
from bookrec.cli.common_options import Author, DataDir, Json, OutputFormat, Quiet, Verbose
from bookrec.cli.parsing import one_of
from bookrec.cli.recommend_options import (
    SERIES,
    Boxes,
    EncodeUnknown,
    Genre,
    HistoryPath,
    Kind,
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
    Unknown,
    WithProfile,
    Year,
)
from bookrec.cli.request import filters_of, request_of
from bookrec.cli.root import READ, app
from bookrec.config import Filters, ListOptions
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
            metavar="SEED",
            help="A book you love, or SEED=STARS. The prediction is explained by these.",
            autocompletion=complete.titles,
            show_default=False,
        ),
    ] = None,
    author: Author = "",
    limit: Limit = ListOptions.limit,
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
    min_ratings: MinRatings = Filters.min_ratings,
    max_ratings: MaxRatings = None,
    unknown: Unknown = Filters.unknown,
    kind: Kind = None,
    boxes: Boxes = False,
    series: Series = ListOptions.series,
    max_per_author: PerAuthor = ListOptions.max_per_author,
    exclude_author: NotAuthor = None,
    novelty: Novelty = ListOptions.novelty,
    data_dir: DataDir = None,
    format: OutputFormat = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Explain why a book is recommended or not.

    Shows the rating expected for any reader beside the book's mean rating, what each of your books
    adds, their sum, the book's rank, and what keeps it off the list: read already, a later volume
    than the one that is due, a set of books, a filter, the author cap, or books with a higher
    score.
    Without SEED, --history or --like, your own history is used.

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
        request = request_of(
            home, seeds, "", history, with_profile, not_title, like, encode_unknown
        )
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
            kind,
            boxes,
        )
        series = one_of(series, "--series", SERIES)
        options = ListOptions(limit, series, max_per_author, novelty=novelty)
        library = library_of(screen, home)
        result = with_choices(
            screen,
            lambda chosen: stage.run(
                library,
                chosen.get(title, title),
                "" if title in chosen else author,
                request.with_titles(chosen),
                filters,
                options,
                home.root,
            ),
        )
        show_explain.explained(screen, format_of(screen, format, json), result)
