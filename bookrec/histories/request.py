"""What a reader asks with (titles, a history, the profile, words), and the reading it gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.lookup import find
from bookrec.errors import TitleError, UsageError
from bookrec.histories.reading import HistoryItem, Reading, one_per_book, uncatalogued_book
from bookrec.histories.row_matching import RowMatcher, match_history
from bookrec.histories.rows import HistoryFile


@dataclass(frozen=True)
class Request:
    """Whose taste the list is for.

    `seeds` are titles, each with stars or None for loved; `author` is that of a single seed.
    `history` is a file's rows and `history_name` its name in messages; `profile` is the reader's
    own history. `not_titles` are never recommended and do not count as taste. `description` and
    `genres` are those of a single seed outside the catalogue. `like` is what the reader is in the
    mood for, in words. `encode_unknown` gives books outside the catalogue a vector from title and
    author.
    """

    seeds: tuple[tuple[str, float | None], ...] = ()
    author: str = ""
    history: HistoryFile | None = None
    history_name: str = ""
    profile: HistoryFile | None = None
    not_titles: tuple[str, ...] = ()
    description: str = ""
    genres: tuple[str, ...] = ()
    like: str = ""
    encode_unknown: bool = False


def read_seeds(catalogue: Catalogue, request: Request) -> Reading:
    """The titles of the request. One with a description need not be in the catalogue.

    Raises:
        TitleError: one of them is not there, or could be several.
        UsageError: an author for several titles; a description without exactly one title.
    """
    if request.description or request.genres:
        return _described_seed(catalogue, request)
    if request.author and len(request.seeds) > 1:
        raise UsageError(
            "--author goes with one title.", 'Of several, say it in each: "Dune by Frank Herbert".'
        )
    items, notes = [], []
    for typed, stars in request.seeds:
        found = find(catalogue, typed, request.author)
        items.append(HistoryItem(found.book, stars, loved=stars is None))
        notes += [found.note] if found.note else []
    return Reading(one_per_book(items), notes=tuple(notes))


def read_base(catalogue: Catalogue, request: Request) -> Reading:
    """What all seeds of a batch share: history, profile, and the titles left out.

    Raises:
        TitleError: a title to leave out is not there, or could be several.
    """
    reading = Reading(())
    files = ((request.history, request.history_name), (request.profile, "Your history"))
    for file, name in files:
        if file is not None:
            matched = match_history(RowMatcher(catalogue), file.rows, file.newest_first)
            form = f" ({file.format})" if file is request.history else ""
            reading += replace(matched, notes=(f"{name}{form}: {matched.report}",))
    return reading + _left_out(catalogue, request.not_titles)


def _described_seed(catalogue: Catalogue, request: Request) -> Reading:
    if len(request.seeds) != 1:
        raise UsageError(
            "--description and --genres go with one title.",
            'Type `bookrec recommend "My Book" --description "…"`; for words alone there is '
            "--like.",
        )
    title, stars = request.seeds[0]
    try:
        book = find(catalogue, title, request.author, spelling=False).book
    except TitleError:
        book = uncatalogued_book(title, request.author, request.description, request.genres)
        item = HistoryItem(book, stars, loved=stars is None, own_text=True)
        return Reading((), outside=(item,))
    note = f"{book.title} by {book.author} is in the catalogue; its own description is used."
    return Reading((HistoryItem(book, stars, loved=stars is None),), notes=(note,))


def _left_out(catalogue: Catalogue, titles: Sequence[str]) -> Reading:
    """Books that are not to be recommended and say nothing of taste.

    Raises:
        TitleError: one of them is not there, or could be several.
    """
    found = [find(catalogue, typed) for typed in titles]
    notes = tuple(f.note for f in found if f.note)
    return Reading(tuple(HistoryItem(f.book, None, taste=False) for f in found), notes=notes)
