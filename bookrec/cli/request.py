"""The options of `recommend` and `explain` as a `Request` and `Filters`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bookrec.cli.parsing import parse_range, parse_seed, read_input, split
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
    """Refuse options that exclude each other.

    Raises:
        UsageError: two options do.
    """
    if titles_from and titles:
        raise UsageError(
            "Titles on the command line and --titles exclude each other.", "Give one of them."
        )
    if titles_from == "-" and history == "-":
        raise UsageError(
            "--titles and --history cannot both read stdin.", "Give a file for one of them."
        )
    if unmatched and (titles or titles_from or like) and not (history or with_profile):
        raise UsageError(
            "--unmatched needs a history to match.",
            "Add --history FILE or --with-profile, or leave out --unmatched.",
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
    """Return the request that the options make.

    The reader's own history is used with `--with-profile`, or if nothing else is given.

    Raises:
        UsageError: a history cannot be read or is empty, or a rating is off the scale.
    """
    from bookrec.histories import profile
    from bookrec.histories.request import Request
    from bookrec.histories.rows import read_history

    nothing_given = not (titles or titles_from or history or like)
    own = profile.read_file(home) if with_profile or nothing_given else None
    if with_profile and own is None:
        raise UsageError(
            f"Your history is empty ({home.path('history.csv')}).",
            'Run `bookrec history add "Dune" 5` or `bookrec history import FILE` first.',
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
    unknown: bool = Filters.unknown,
) -> Filters:
    """Return the filters that the options make.

    Raises:
        UsageError: `--year` or `--pages` is not a range, or no book can pass.
    """
    if max_ratings is not None and max_ratings < min_ratings:
        raise UsageError(
            f"No book has at least {min_ratings} and at most {max_ratings} ratings.",
            f"For those in between: --min-ratings {max_ratings} --max-ratings {min_ratings}.",
        )
    return Filters(
        genres=tuple(genre or ()),
        not_genres=tuple(not_genre or ()),
        languages=tuple(language or ()),
        years=parse_range(year, "--year"),
        pages=parse_range(pages, "--pages"),
        min_ratings=min_ratings,
        max_ratings=max_ratings,
        exclude_authors=tuple(exclude_author or ()),
        unknown=unknown,
    )
