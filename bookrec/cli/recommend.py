"""The command `recommend`."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

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
from bookrec.cli.parsing import one_of, parse_line, read_lines, split
from bookrec.cli.recommend_options import (
    SERIES,
    Boxes,
    Description,
    Diversity,
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
    SeedGenres,
    Series,
    Titles,
    TitlesFrom,
    Unknown,
    WithProfile,
    Year,
)
from bookrec.cli.request import filters_of, refuse_conflicts, request_of
from bookrec.cli.root import READ, app
from bookrec.config import Filters, ListOptions
from bookrec.errors import TitleError
from bookrec.show.formats import Columns, Format
from bookrec.show.screen import Screen
from bookrec.workspace.folder import open_workspace


@app.command(rich_help_panel=READ)
def recommend(
    titles: Titles = None,
    author: Author = "",
    limit: Limit = ListOptions.limit,
    history: HistoryPath = None,
    with_profile: WithProfile = False,
    like: Like = "",
    description: Description = "",
    genres: SeedGenres = "",
    encode_unknown: EncodeUnknown = False,
    titles_from: TitlesFrom = None,
    unmatched: Unmatched = None,
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
    diversity: Diversity = ListOptions.diversity,
    novelty: Novelty = ListOptions.novelty,
    explain: Annotated[
        bool, typer.Option(help="Show the reason for each book.")
    ] = ListOptions.explain,
    fields: Fields = None,
    no_header: NoHeader = False,
    data_dir: DataDir = None,
    format: OutputFormat = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Recommend books to read next.

    Name titles you love, give a reading history (--history), or describe a mood (--like). Without
    any of these, your own history is used (see `bookrec history`). With --with-profile, it is used
    in addition.

    Examples:

      bookrec recommend "Dune" --author Herbert

      bookrec recommend "Dune=5" "Twilight=1" --not "Dune Messiah"

      bookrec recommend --history goodreads_library_export.csv --genre Mystery --pages 100-400

      bookrec recommend --like "a slow, melancholy first-contact story" --min-ratings 1000

      bookrec recommend "My Book" --description "A lighthouse keeper …" --genres "Mystery"

      bookrec recommend "Dune" -n 5 --format ndjson | jq -r .title

      bookrec recommend --titles wanted.txt -n 3 > lists.ndjson
    """
    screen = Screen(quiet, verbose)
    with guarded(screen):
        from bookrec.show import books as show_books
        from bookrec.show.histories import write_unmatched
        from bookrec.stages import recommend as stage

        home = open_workspace(data_dir)
        refuse_conflicts(titles, titles_from, history, with_profile, like, unmatched)
        request = request_of(
            home,
            titles,
            author,
            history,
            with_profile,
            not_title,
            like,
            encode_unknown,
            titles_from,
            description,
            genres,
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
        options = ListOptions(limit, series, max_per_author, diversity, novelty, explain)
        library = library_of(screen, home)
        columns = Columns(split(fields), not no_header)
        if titles_from:
            missed = partial(write_unmatched, screen, unmatched)
            lines = read_lines(titles_from)
            asked = (request, filters, options)
            lists = stage.run_batch(
                library, *asked, lines, parse_line, home.root, missed=missed, say=screen.say
            )
            if not show_books.batch(screen, Format.JSON if json else format, lists, columns):
                raise typer.Exit(TitleError.exit_code)
            return
        result = with_choices(
            screen,
            lambda chosen: stage.run(
                library, request.with_titles(chosen), filters, options, home.root
            ),
        )
        out = format_of(screen, format, json)
        show_books.recommended(screen, out, result, unmatched, columns, reasons=explain)
