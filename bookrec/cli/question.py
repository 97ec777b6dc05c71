"""Options of `recommend` and `explain` → what their config says of taste and books."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bookrec.cli.parsing import parse_seed, parse_span, read_input, split
from bookrec.config import Filters
from bookrec.errors import UsageError
from bookrec.workspace.folder import Workspace

if TYPE_CHECKING:
    from bookrec.histories.request import Request


def refuse_conflicts(
    titles: list[str] | None,
    titles_from: str | None,
    history: str | None,
    with_profile: bool,
    like: str,
    unmatched: Path | None,
) -> None:
    """Options that do not go together.

    Raises:
        UsageError: there are some.
    """
    if titles_from and titles:
        raise UsageError("--titles takes the place of titles.", "Give one or the other.")
    if titles_from == "-" and history == "-":
        raise UsageError("Titles and history cannot both come from stdin.", "Name a file.")
    if unmatched and (titles or titles_from or like) and not (history or with_profile):
        raise UsageError(
            "--unmatched is about the rows of a history, and none is read here.",
            "Add --history FILE or --with-profile, or leave it away.",
        )


def request_of(
    home: Workspace,
    titles: list[str] | None,
    author: str,
    history: str | None,
    with_profile: bool,
    not_title: list[str] | None,
    like: str,
    encode_unknown: bool,
    titles_from: str | None = None,
    description: str = "",
    genres: str = "",
) -> Request:
    """Whose taste: what the options name, or the reader's own history when they name nothing.

    Raises:
        UsageError: a history that cannot be read, or stars off the scale.
    """
    from bookrec.histories import profile
    from bookrec.histories.request import Request
    from bookrec.histories.rows import read_history

    nothing_named = not (titles or titles_from or history or like)
    own = profile.read_file(home) if with_profile or nothing_named else None
    if with_profile and own is None:
        raise UsageError(
            f"There is no history of yours in {home.root}.",
            'Start one with `bookrec history add "Dune" 5` or `bookrec history import FILE`.',
        )
    seeds = tuple(map(parse_seed, titles or ()))
    name = "stdin" if history == "-" else Path(history or "").name
    data = read_input(history, "history")
    return Request(
        seeds=seeds,
        author=author,
        history=None if data is None else read_history(data, name),
        history_name=name,
        profile=own,
        not_titles=tuple(not_title or ()),
        description=description,
        genres=split(genres),
        like=like.strip(),
        encode_unknown=encode_unknown,
    )


def filters_of(
    genre: list[str] | None,
    not_genre: list[str] | None,
    language: list[str] | None,
    year: str | None,
    pages: str | None,
    min_ratings: int,
    max_ratings: int | None,
    exclude_author: list[str] | None,
) -> Filters:
    """Which books may be recommended.

    Raises:
        UsageError: a range that cannot be read.
    """
    return Filters(
        genres=tuple(genre or ()),
        not_genres=tuple(not_genre or ()),
        languages=tuple(language or ()),
        years=parse_span(year, "--year"),
        pages=parse_span(pages, "--pages"),
        min_ratings=min_ratings,
        max_ratings=max_ratings,
        exclude_authors=tuple(exclude_author or ()),
    )
