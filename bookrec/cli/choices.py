"""Options of `recommend` and `explain`: whose taste, and which books may come."""

from __future__ import annotations

from typing import Annotated

import typer

from bookrec.cli import complete

_TASTE, _WHICH, _ORDER = "Whose taste", "Which books may come", "In which order"
SERIES = ("first", "next", "any", "none")


def _series(incomplete: str) -> list[str]:
    return [mode for mode in SERIES if mode.startswith(incomplete)]


Titles = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[TITLE…]",
        help="Books you love, or TITLE=STARS; 'TITLE by AUTHOR' where several share a name.",
        autocompletion=complete.titles,
        show_default=False,
    ),
]
Author = Annotated[
    str, typer.Option("-a", "--author", metavar="NAME", help="Who wrote TITLE, or a part.")
]
HistoryPath = Annotated[
    str | None,
    typer.Option(
        "-H",
        "--history",
        metavar="FILE|-",
        help="Your reading history: an export of Goodreads, StoryGraph, LibraryThing or BookWyrm, "
        "or title,author,rating as CSV, TSV or JSON.",
        show_default=False,
        rich_help_panel=_TASTE,
    ),
]
WithProfile = Annotated[
    bool,
    typer.Option(
        "--with-profile",
        help="Count your own history (`bookrec history`) beside what is named here.",
        rich_help_panel=_TASTE,
    ),
]
Like = Annotated[
    str,
    typer.Option(
        metavar="TEXT",
        help="What you are in the mood for, in your own words. Loads the encoder.",
        rich_help_panel=_TASTE,
    ),
]
Description = Annotated[
    str,
    typer.Option(
        metavar="TEXT",
        help="What TITLE is about, when the catalogue does not hold it. Loads the encoder.",
        rich_help_panel=_TASTE,
    ),
]
SeedGenres = Annotated[
    str,
    typer.Option("--genres", metavar="A,B", help="Genres of such a TITLE.", rich_help_panel=_TASTE),
]
EncodeUnknown = Annotated[
    bool,
    typer.Option(
        "--encode-unknown",
        help="Compare books of the history that the catalogue does not hold by title and author. "
        "Loads the encoder.",
        rich_help_panel=_TASTE,
    ),
]
TitlesFrom = Annotated[
    str | None,
    typer.Option(
        "--titles",
        metavar="FILE|-",
        help="A list for each title of a file, one a line (TITLE, TITLE=STARS, or TITLE, AUTHOR "
        "and STARS between tabs); ndjson unless told otherwise.",
        show_default=False,
        rich_help_panel=_TASTE,
    ),
]
NotTitle = Annotated[
    list[str] | None,
    typer.Option(
        "--not",
        metavar="TITLE",
        help="Never this book; it counts as read, not as disliked (that is TITLE=1).",
        autocompletion=complete.titles,
        rich_help_panel=_WHICH,
    ),
]
Genre = Annotated[
    list[str] | None,
    typer.Option(help="Only this genre; repeat for more.", rich_help_panel=_WHICH),
]
NotGenre = Annotated[list[str] | None, typer.Option(help="Not this genre.", rich_help_panel=_WHICH)]
Language = Annotated[
    list[str] | None,
    typer.Option(help="Only this language; name or code.", rich_help_panel=_WHICH),
]
Year = Annotated[
    str | None,
    typer.Option(
        metavar="1950-2020",
        help="First published then; one end may be open.",
        show_default=False,
        rich_help_panel=_WHICH,
    ),
]
Pages = Annotated[
    str | None,
    typer.Option(
        metavar="100-400",
        help="So many pages; one end may be open.",
        show_default=False,
        rich_help_panel=_WHICH,
    ),
]
MinRatings = Annotated[
    int, typer.Option(min=0, help="At least so many ratings.", rich_help_panel=_WHICH)
]
MaxRatings = Annotated[
    int | None,
    typer.Option(
        min=0, help="At most so many ratings.", show_default=False, rich_help_panel=_WHICH
    ),
]
Series = Annotated[
    str,
    typer.Option(
        metavar="|".join(SERIES),
        help="Of a series: next, the volume that is due; first, only of those not begun; any; "
        "none.",
        autocompletion=_series,
        rich_help_panel=_WHICH,
    ),
]
PerAuthor = Annotated[
    int, typer.Option(min=1, help="At most so many an author.", rich_help_panel=_WHICH)
]
NotAuthor = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME", help="Not by this author.", rich_help_panel=_WHICH),
]
Limit = Annotated[int, typer.Option("-n", "--limit", min=1, max=1000, help="How many.")]
Novelty = Annotated[
    float,
    typer.Option(
        min=0, max=1, help="0: well known; 1: what few have read.", rich_help_panel=_ORDER
    ),
]
Diversity = Annotated[
    float,
    typer.Option(
        min=0, max=1, help="0: the best; 1: the most unlike each other.", rich_help_panel=_ORDER
    ),
]
