"""The input of a recommendation (titles, a history, the profile, words), as a `Reading`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bookrec.catalogue.database import Catalogue
from bookrec.errors import TitleError, UsageError
from bookrec.finder.lookup import find, of_author
from bookrec.histories.reading import HistoryItem, Reading, one_per_book, uncatalogued_book
from bookrec.histories.row_matching import RowMatcher, match_history
from bookrec.histories.rows import HistoryFile


@dataclass(frozen=True)
class Request:
    """What the user gives as evidence of their taste.

    `seeds` are titles with stars, or None for loved. `author` belongs to a single seed; so do
    `description` and `genres`, for a book outside the catalogue. `history` is a history file and
    `history_name` its name in messages; `profile` is the user's own history. `not_titles` are
    excluded from the list and do not count as taste. `like` is a request in words. With
    `encode_unknown`, books outside the catalogue get a vector from their title and author.
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

    def with_titles(self, chosen: Mapping[str, str]) -> Request:
        """Return the request with titles replaced by what was chosen for them.

        A chosen line names its author, so `author` no longer applies.
        """
        seeds = tuple((chosen.get(title, title), stars) for title, stars in self.seeds)
        if not self.seeds and self.author in chosen:
            seeds = ((chosen[self.author], None),)
        author = self.author if seeds == self.seeds else ""
        not_titles = tuple(chosen.get(title, title) for title in self.not_titles)
        return replace(self, seeds=seeds, author=author, not_titles=not_titles)


def read_seeds(catalogue: Catalogue, request: Request) -> Reading:
    """Look up the seeds. A seed with a description or genres may be outside the catalogue.

    Raises:
        TitleError: a title is unknown or ambiguous, or there is an author without a title.
        UsageError: an author for several titles; a description or genres without exactly one.
    """
    if request.description or request.genres:
        return _described_seed(catalogue, request)
    if request.author and not request.seeds:
        raise of_author(catalogue, request.author)
    if request.author and len(request.seeds) > 1:
        raise UsageError(
            "--author applies to one title only.",
            'With several titles, name each author in the title: "Dune by Frank Herbert".',
        )
    items, notes = [], []
    for typed, stars in request.seeds:
        found = find(catalogue, typed, request.author)
        items.append(HistoryItem(found.book, stars, loved=stars is None))
        notes += [found.note] if found.note else []
    return Reading(one_per_book(items), notes=tuple(notes))


def read_base(catalogue: Catalogue, request: Request) -> Reading:
    """Read what the seeds of a batch share: the history, the profile and the excluded titles.

    Raises:
        TitleError: an excluded title is unknown or ambiguous.
    """
    reading, matcher = Reading(()), RowMatcher(catalogue)
    files = ((request.history, request.history_name), (request.profile, "Your history"))
    for file, name in files:
        if file is not None:
            matched = match_history(matcher, file.rows, file.newest_first)
            form = f" ({file.format})" if file is request.history else ""
            reading += replace(matched, notes=(f"{name}{form}: {matched.report}",))
    return reading + _excluded(catalogue, request.not_titles)


def _described_seed(catalogue: Catalogue, request: Request) -> Reading:
    if len(request.seeds) != 1:
        raise UsageError(
            "--description and --genres need exactly one title.",
            'Type `bookrec recommend "My Book" --description "…"`, or use --like for words alone.',
        )
    title, stars = request.seeds[0]
    try:
        book = find(catalogue, title, request.author, spelling=False).book
    except TitleError:
        book = uncatalogued_book(title, request.author, request.description, request.genres)
        item = HistoryItem(book, stars, loved=stars is None, has_text=True)
        return Reading((), outside=(item,))
    note = f"{book.title} by {book.author} is in the catalogue; its own description is used."
    return Reading((HistoryItem(book, stars, loved=stars is None),), notes=(note,))


def _excluded(catalogue: Catalogue, titles: Sequence[str]) -> Reading:
    """Look up titles that must not be recommended. They do not count as taste.

    Raises:
        TitleError: a title is unknown or ambiguous.
    """
    found = [find(catalogue, typed) for typed in titles]
    notes = tuple(f.note for f in found if f.note)
    return Reading(tuple(HistoryItem(f.book, None, counts=False) for f in found), notes=notes)
