"""What is named on the command line as a reading: titles, a history file, the profile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.lookup import find
from bookrec.config import RecommendConfig
from bookrec.errors import TitleError, UsageError
from bookrec.histories.reading import HistoryItem, Reading, one_per_book, uncatalogued_book
from bookrec.histories.row_matching import RowMatcher, match_history
from bookrec.histories.rows import read_history


def seeds(catalogue: Catalogue, titles: Sequence[tuple[str, float | None]], author: str) -> Reading:
    """The books a reader names on the command line.

    Raises:
        TitleError: one of them is not there, or could be several.
        UsageError: an author for several titles.
    """
    if author and len(titles) > 1:
        raise UsageError(
            "--author goes with one title.", 'Of several, say it in each: "Dune by Frank Herbert".'
        )
    seen, notes = [], []
    for typed, stars in titles:
        found = find(catalogue, typed, author)
        seen.append(HistoryItem(found.book, stars, loved=stars is None))
        notes += [found.note] if found.note else []
    return Reading(one_per_book(seen), notes=tuple(notes))


def left_out(catalogue: Catalogue, titles: Sequence[str]) -> Reading:
    """Books that are not to be recommended and say nothing of taste.

    Raises:
        TitleError: one of them is not there, or could be several.
    """
    found = [find(catalogue, typed) for typed in titles]
    notes = tuple(f.note for f in found if f.note)
    return Reading(tuple(HistoryItem(f.book, None, taste=False) for f in found), notes=notes)


def read_base(catalogue: Catalogue, config: RecommendConfig) -> Reading:
    """The reading that a whole batch of seeds shares: history, profile, and what is left out.

    Raises:
        TitleError: a title to leave out is not there, or could be several.
        UsageError: a history file that cannot be used.
    """
    reading = Reading(())
    files = ((config.history, config.history_name), (config.profile, "Your history"))
    for data, name in files:
        if data is not None:
            parsed = read_history(data, name)
            matched = match_history(RowMatcher(catalogue), parsed.rows, parsed.newest_first)
            kind = f" ({parsed.format})" if data is config.history else ""
            note = f"{name}{kind}: {matched.report}"
            reading += replace(matched, notes=(note,))
    return reading + left_out(catalogue, config.not_titles)


def read_seeds(catalogue: Catalogue, config: RecommendConfig) -> Reading:
    """The titles named on the command line; one with a description need not be in the catalogue.

    Raises:
        TitleError: one of them is not there, or could be several.
        UsageError: a description that belongs to no title or to several.
    """
    if not (config.description or config.seed_genres):
        return seeds(catalogue, config.seeds, config.author)
    if len(config.seeds) != 1:
        raise UsageError(
            "--description and --genres go with one title.",
            'Type `bookrec recommend "My Book" --description "…"`; for words alone there is '
            "--like.",
        )
    title, stars = config.seeds[0]
    try:
        book = find(catalogue, title, config.author, spelling=False).book
    except TitleError:
        book = uncatalogued_book(title, config.author, config.description, config.seed_genres)
        return Reading((), outside=(HistoryItem(book, stars, loved=stars is None, own_text=True),))
    note = f"{book.title} by {book.author} is in the catalogue; its own description is used."
    return Reading((HistoryItem(book, stars, loved=stars is None),), notes=(note,))
