"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bookrec.show.formats import Format

_COMMON = "Common options"
DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        metavar="DIR",
        envvar="BOOKREC_HOME",
        help="Workspace folder. Default: the platform's data folder.",
        show_default=False,
        rich_help_panel=_COMMON,
    ),
]
OutputFormat = Annotated[
    Format | None,
    typer.Option(
        "--format",
        help="Output format. Default: table on a terminal, tsv in a pipe.",
        show_default=False,
        rich_help_panel=_COMMON,
    ),
]
Json = Annotated[
    bool, typer.Option("--json", help="Short for --format json.", rich_help_panel=_COMMON)
]
Quiet = Annotated[
    bool,
    typer.Option("--quiet", "-q", help="Print only data and errors.", rich_help_panel=_COMMON),
]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Print more on stderr.", rich_help_panel=_COMMON)
]
Author = Annotated[
    str,
    typer.Option("-a", "--author", metavar="NAME", help="Author of TITLE, or part of the name."),
]
Fields = Annotated[
    str | None,
    typer.Option(
        "--fields",
        metavar="A,B",
        help="Only these fields, in this order.",
        show_default=False,
        rich_help_panel=_COMMON,
    ),
]
NoHeader = Annotated[
    bool,
    typer.Option(
        "--no-header", help="Leave out the header row of csv and tsv.", rich_help_panel=_COMMON
    ),
]
Unmatched = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Write the history rows that match no book, and why, to this CSV file.",
        show_default=False,
    ),
]
