"""Options that `recommend` and `explain` share: the reader, the filters and the order."""

from __future__ import annotations

from typing import Annotated

import typer

from bookrec.catalogue.kinds import KINDS
from bookrec.cli import complete

_READER, _FILTERS, _ORDER = "Your taste", "Filters", "Order"
SERIES = ("first", "next", "any", "none")


def _series(incomplete: str) -> list[str]:
    return [mode for mode in SERIES if mode.startswith(incomplete)]


def _kinds(incomplete: str) -> list[str]:
    return [kind for kind in KINDS if kind.startswith(incomplete)]


Titles = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="TITLE",
        help="A book you love, or TITLE=STARS, in any of its languages. If several books share "
        "the title: 'TITLE by AUTHOR'. A series means its first volume; 'Mistborn 2' its second.",
        autocompletion=complete.titles,
        show_default=False,
    ),
]
HistoryPath = Annotated[
    str | None,
    typer.Option(
        "-H",
        "--history",
        metavar="FILE|-",
        help="Your reading history: an export from Goodreads, StoryGraph, LibraryThing or "
        "BookWyrm, or title,author,rating as CSV, TSV or JSON.",
        show_default=False,
        rich_help_panel=_READER,
    ),
]
WithProfile = Annotated[
    bool,
    typer.Option(
        "--with-profile",
        help="Add your own history (`bookrec history`) to what is given here.",
        rich_help_panel=_READER,
    ),
]
Like = Annotated[
    str,
    typer.Option(
        metavar="TEXT",
        help="What the book should be about, in your own words (English). Loads the encoder.",
        rich_help_panel=_READER,
    ),
]
Description = Annotated[
    str,
    typer.Option(
        metavar="TEXT",
        help="What TITLE is about, if it is not in the catalogue. Loads the encoder.",
        rich_help_panel=_READER,
    ),
]
SeedGenres = Annotated[
    str,
    typer.Option(
        "--genres",
        metavar="A,B",
        help="Genres of TITLE, if it is not in the catalogue.",
        rich_help_panel=_READER,
    ),
]
EncodeUnknown = Annotated[
    bool,
    typer.Option(
        "--encode-unknown",
        help="Use history books that are not in the catalogue too, by their title and author. "
        "Loads the encoder.",
        rich_help_panel=_READER,
    ),
]
TitlesFrom = Annotated[
    str | None,
    typer.Option(
        "--titles",
        metavar="FILE|-",
        help="Make a list for each line of a file: TITLE, TITLE=STARS, or TITLE, AUTHOR and STARS "
        "separated by tabs. Default format: ndjson.",
        show_default=False,
        rich_help_panel=_READER,
    ),
]
NotTitle = Annotated[
    list[str] | None,
    typer.Option(
        "--not",
        metavar="TITLE",
        help="Never recommend this book. It counts as read, but not as disliked (for that: "
        "TITLE=1). Repeatable.",
        autocompletion=complete.titles,
        rich_help_panel=_FILTERS,
    ),
]
Genre = Annotated[
    list[str] | None,
    typer.Option(
        help="Only this genre, by any of its names: sci-fi, maths, YA. Repeat to allow several.",
        rich_help_panel=_FILTERS,
    ),
]
NotGenre = Annotated[
    list[str] | None,
    typer.Option(
        help="Exclude this genre. Books without known genres stay in. Repeatable.",
        rich_help_panel=_FILTERS,
    ),
]
Language = Annotated[
    list[str] | None,
    typer.Option(
        help="Only this language: a name or a code. Repeat to allow several.",
        rich_help_panel=_FILTERS,
    ),
]
Year = Annotated[
    str | None,
    typer.Option(
        metavar="1950-2020",
        help="Year of first publication. Either end may be left open.",
        show_default=False,
        rich_help_panel=_FILTERS,
    ),
]
Pages = Annotated[
    str | None,
    typer.Option(
        metavar="100-400",
        help="Number of pages. Either end may be left open.",
        show_default=False,
        rich_help_panel=_FILTERS,
    ),
]
MinRatings = Annotated[
    int, typer.Option(min=0, help="At least this many ratings.", rich_help_panel=_FILTERS)
]
MaxRatings = Annotated[
    int | None,
    typer.Option(
        min=0, help="At most this many ratings.", show_default=False, rich_help_panel=_FILTERS
    ),
]
Unknown = Annotated[
    bool,
    typer.Option(
        "--unknown",
        help="Let in books whose genres, language, year, length or number of ratings is unknown. "
        "Otherwise the filters above leave them out and say how many.",
        rich_help_panel=_FILTERS,
    ),
]
Series = Annotated[
    str,
    typer.Option(
        metavar="|".join(SERIES),
        help="Books of a series. next: only the volume that is due. first: only the first volume "
        "of a series you have not begun. any: every volume. none: no book of a series.",
        autocompletion=_series,
        rich_help_panel=_FILTERS,
    ),
]
PerAuthor = Annotated[
    int, typer.Option(min=1, help="At most this many books per author.", rich_help_panel=_FILTERS)
]
NotAuthor = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME", help="Exclude this author. Repeatable.", rich_help_panel=_FILTERS),
]
Kind = Annotated[
    list[str] | None,
    typer.Option(
        metavar="|".join(KINDS),
        help="Recommend this kind of publication too, not only books. Repeatable.",
        autocompletion=_kinds,
        rich_help_panel=_FILTERS,
    ),
]
Boxes = Annotated[
    bool,
    typer.Option(
        "--boxes",
        help="Recommend box sets and collected editions too, if you have read no part of them. "
        "Short for --kind set.",
        rich_help_panel=_FILTERS,
    ),
]
Limit = Annotated[
    int, typer.Option("-n", "--limit", min=1, max=1000, help="Number of books on the list.")
]
Novelty = Annotated[
    float,
    typer.Option(
        min=0,
        max=1,
        help="0: rank by score. 1: favour books with few ratings.",
        rich_help_panel=_ORDER,
    ),
]
Diversity = Annotated[
    float,
    typer.Option(
        min=0,
        max=1,
        help="0: rank by score. 1: choose books as unlike each other as possible.",
        rich_help_panel=_ORDER,
    ),
]
