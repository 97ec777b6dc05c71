"""One book → its prediction part by part, its place, and why it is or is not recommended."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bookrec.catalogue.book import Book
from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.filters import allowed
from bookrec.catalogue.lookup import find
from bookrec.config import Filters, ListOptions, Span
from bookrec.histories.request import Request, read_base, read_seeds
from bookrec.model.query import Loader, load_encoder
from bookrec.prediction.caps import Caps
from bookrec.prediction.loaded import LoadedModel
from bookrec.prediction.ranking import Ranked, caps_of, ranked, scored
from bookrec.prediction.reasons import Reasons, reasons
from bookrec.prediction.taste import Taste, taste_of
from bookrec.workspace.folder import Workspace


@dataclass(frozen=True)
class WhyNot:
    """Why a book is not on the list: a `reason` for programs, a `text` for people."""

    reason: str
    text: str


@dataclass(frozen=True)
class Explanation:
    """A book's reasons in full. `rank` is its place in the list if the list went on, None when
    something bars it; `place` its place by score alone among `among` books that may be
    recommended. No `bars`: it is recommended."""

    reasons: Reasons
    rank: int | None
    place: int
    among: int
    why_not: tuple[WhyNot, ...]
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The JSON of the command line's contract."""
        return {
            "recommended": not self.why_not,
            "rank": self.rank,
            "place": self.place,
            "among": self.among,
            "why_not": [{"reason": b.reason, "text": b.text} for b in self.why_not],
            **self.reasons.as_dict(),
        }


def run(
    workspace: Workspace,
    title: str,
    author: str,
    request: Request,
    filters: Filters,
    options: ListOptions,
    home: Path | None = None,
    load: Loader = load_encoder,
) -> Explanation:
    """Explain one book of the catalogue to a reader.

    Raises:
        MissingError: the workspace lacks what `bookrec build` makes.
        TitleError: the title or a seed is not there, or could be several.
        UsageError: nothing to go by, an option or a history file that cannot be used.
    """
    with Catalogue(workspace.need("catalogue.sqlite")) as catalogue:
        found = find(catalogue, title, author)
        reading = read_seeds(catalogue, request) + read_base(catalogue, request)
        loaded = LoadedModel.load(workspace, catalogue)
        taste = taste_of(loaded, reading, request, home or workspace.root, load)
        order = ranked(loaded, taste, options, allowed(catalogue, filters))
        notes = (found.note, *taste.notes) if found.note else taste.notes
        return _explained(loaded, taste, filters, options, order, found.book, notes)


def _explained(
    loaded: LoadedModel,
    taste: Taste,
    filters: Filters,
    options: ListOptions,
    order: Ranked,
    book: Book,
    notes: tuple[str, ...],
) -> Explanation:
    every = order.scores.copy()  # of what may come; here the rest, for the place among all
    excluded = np.flatnonzero(np.isneginf(every))
    every[excluded] = scored(loaded, taste, excluded, options.novelty)[0]
    if book.described:
        score = float(every[book.index])
    else:
        (score,), _ = scored(loaded, taste, np.array([book.index]), options.novelty)
    caps = caps_of(loaded, taste, options)
    ahead = _listed_ahead(order, caps, score, book.index)
    why_not = _excluded(loaded, taste, filters, order, book) or _refused(loaded, caps, book)
    rank = None if why_not else ahead + 1
    if rank is not None and rank > options.limit:
        text = f"It would be number {rank:,} of the list, which ends at {options.limit}."
        why_not = [WhyNot("too_far", text)]
    place = int(np.sum(every > score)) + 1
    return Explanation(
        reasons(loaded, taste, book, None), rank, place, loaded.described, tuple(why_not), notes
    )


def _listed_ahead(order: Ranked, caps: Caps, score: float, book: int) -> int:
    """Make the list up to the book's place; how many are on it before."""
    ahead = 0
    for other in map(int, order.order):
        if other == book or order.scores[other] < score:
            break
        if not caps.refuses(other):
            caps.take(other)
            ahead += 1
    return ahead


def _excluded(
    loaded: LoadedModel, taste: Taste, filters: Filters, order: Ranked, book: Book
) -> list[WhyNot]:
    """What keeps the book off any list of this reader's, whatever its score."""
    why_not = []
    if book.index in order.read:
        why_not.append(WhyNot("read", _read_already(taste, book)))
    if book.index >= loaded.described:
        text = "No file describes it; such a book counts in a history and is never recommended."
        return [*why_not, WhyNot("not_described", text)]
    for name, refused in order.allowed.excluded.items():
        if refused[book.index]:
            why_not.append(WhyNot(name, _filtered(loaded.catalogue, name, filters, book)))
    if not why_not and not order.near[book.index]:
        why_not.append(
            WhyNot("not_near", "Nothing that you liked speaks for it, beside other books.")
        )
    return why_not


def _read_already(taste: Taste, book: Book) -> str:
    own = next((s for s in taste.reading.items if s.book.index == book.index), None)
    if own is None:
        return "You know it in another edition."
    if own.stars is not None:
        return f"You have read it and gave it {own.stars:g} stars."
    return "You named it as one you love." if own.loved else "You have read it or put it aside."


def _filtered(catalogue: Catalogue, name: str, filters: Filters, book: Book) -> str:
    if name == "kind":
        kind = catalogue.rows("SELECT kind FROM books WHERE book = ?", (book.index,))[0][0]
        return "It is a box set." if kind == "set" else "It is a guide to another book."
    genres = ", ".join(book.genres)
    return {
        "genre": f"--genre {', '.join(filters.genres)}: its genres are {genres}.",
        "not-genre": f"--not-genre {', '.join(filters.not_genres)}: its genres are {genres}.",
        "language": f"--language {', '.join(filters.languages)}: it is in {book.language}.",
        "year": f"--year {_span(filters.years)}: it came out in {book.year}.",
        "pages": f"--pages {_span(filters.pages)}: it has {book.pages}.",
        "min-ratings": f"--min-ratings {filters.min_ratings}: it has {book.ratings_count}.",
        "max-ratings": f"--max-ratings {filters.max_ratings}: it has {book.ratings_count}.",
        "exclude-author": f"--exclude-author: it is by {book.author}.",
    }[name]


def _span(span: Span) -> str:
    low, high = ("" if end is None else str(end) for end in span)
    return f"{low}-{high}"


def _refused(loaded: LoadedModel, caps: Caps, book: Book) -> list[WhyNot]:
    """What keeps the book off this list, given the books before it."""
    why = caps.refuses(book.index)
    if why == "author":
        before = loaded.catalogue.books(caps.taken[int(caps.authors[book.index])])
        names = " and ".join(b.title for b in before)
        text = f"{book.authors[0]} is on the list already with {names} (--max-per-author)."
        return [WhyNot("author_cap", text)]
    if why == "series":
        return [WhyNot("series", _out_of_turn(loaded, caps, book))]
    if why == "title":
        first = loaded.catalogue.books([caps.titles[loaded.title_of(book.index)]])[0]
        return [WhyNot("same_title", f"A book of the same title comes first, by {first.author}.")]
    return []


def _out_of_turn(loaded: LoadedModel, caps: Caps, book: Book) -> str:
    series = loaded.series_of(book.index)[0]
    volume = f"volume {series.volume:g}" if series.volume is not None else "a part"
    where = f"It is {volume} of {series.name}"
    if caps.mode == "none":
        return f"{where}, and --series none leaves series out."
    if caps.mode == "first":
        return f"{where}; --series first lists only series you have not begun, from volume 1."
    return f"{where}; volume {caps.volumes.due(series.key):g} is due (--series any lists it)."
