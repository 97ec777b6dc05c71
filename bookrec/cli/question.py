"""Options of `recommend` and `explain` → what their config says of taste and books."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bookrec.cli.parsing import parse_seed, parse_span, read_input
from bookrec.errors import UsageError
from bookrec.workspace.folder import Workspace


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


def whose_taste(
    home: Workspace,
    titles: list[str] | None,
    author: str,
    history: str | None,
    with_profile: bool,
    not_title: list[str] | None,
    like: str,
    encode_unknown: bool,
    titles_from: str | None = None,
) -> dict[str, Any]:
    """Whose taste: what is named here, or the reader's own history when nothing is.

    Raises:
        UsageError: a history that cannot be read, or stars off the scale.
    """
    from bookrec.histories import profile

    alone = not (titles or titles_from or history or like)
    own = profile.read_bytes(home) if with_profile or alone else None
    if with_profile and own is None:
        raise UsageError(
            f"There is no history of yours in {home.root}.",
            'Start one with `bookrec history add "Dune" 5` or `bookrec history import FILE`.',
        )
    return {
        "seeds": tuple(map(parse_seed, titles or ())),
        "author": author,
        "history": read_input(history, "history"),
        "history_name": "stdin" if history == "-" else Path(history or "").name,
        "profile": own,
        "not_titles": tuple(not_title or ()),
        "like": like.strip(),
        "encode_unknown": encode_unknown,
    }


def which_books(
    genre: list[str] | None,
    not_genre: list[str] | None,
    language: list[str] | None,
    year: str | None,
    pages: str | None,
    min_ratings: int,
    max_ratings: int | None,
    exclude_author: list[str] | None,
) -> dict[str, Any]:
    """Which books may come.

    Raises:
        UsageError: a span that is none.
    """
    return {
        "genres": tuple(genre or ()),
        "not_genres": tuple(not_genre or ()),
        "languages": tuple(language or ()),
        "years": parse_span(year, "--year"),
        "pages": parse_span(pages, "--pages"),
        "min_ratings": min_ratings,
        "max_ratings": max_ratings,
        "exclude_authors": tuple(exclude_author or ()),
    }
