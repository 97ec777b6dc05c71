"""Why a book is not on a reader's list, in words; part of `explain`."""

from __future__ import annotations

from dataclasses import dataclass

from bookrec.catalogue.book import Book
from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.kinds import KINDS
from bookrec.config import Filters, Span
from bookrec.prediction.caps import Caps
from bookrec.prediction.loaded import LoadedModel
from bookrec.prediction.ranking import Ranked
from bookrec.prediction.taste import Taste


@dataclass(frozen=True)
class WhyNot:
    """A reason why a book is not on the list: a code for programs and a sentence for people."""

    reason: str
    text: str


def exclusions(
    loaded: LoadedModel, taste: Taste, filters: Filters, ranking: Ranked, book: Book
) -> list[WhyNot]:
    """Return the reasons that keep a book out of the ranking, whatever its score."""
    found = []
    if book.index in ranking.read:
        found.append(WhyNot("read", _read(taste, book)))
    if not book.described:
        text = "It lacks a description or an author, so it counts in a history but is not listed."
        return [*found, WhyNot("not_described", text)]
    for name, excluded in ranking.allowed.excluded.items():
        if excluded[book.index]:
            unknown = name in _UNKNOWN and bool(ranking.allowed.unknown[name][book.index])
            text = _filtered(loaded.catalogue, name, filters, book, unknown)
            found.append(WhyNot(name, text))
    if not found and not ranking.relevant[book.index]:
        text = "Your history has too little in common with it, compared with other books."
        if taste.query is not None:
            found.append(WhyNot("not_like", f"It does not fit {taste.query.text!r} (--like)."))
        else:
            found.append(WhyNot("not_near", text))
    return found


def list_rules(loaded: LoadedModel, caps: Caps, book: Book) -> list[WhyNot]:
    """Return the rule that keeps a book off the list, given the books already on it."""
    rule = caps.refuses(book.index)
    if rule == "author":
        listed = loaded.catalogue.books(caps.taken[int(caps.authors[book.index])])
        names = " and ".join(b.title for b in listed)
        limit = f"--max-per-author {caps.max_per_author}"
        text = f"The list already has {names} by {book.authors[0]} ({limit})."
        return [WhyNot("author_cap", text)]
    if rule == "series":
        return [WhyNot("series", _series(loaded, caps, book))]
    if rule == "title":
        listed = loaded.catalogue.books([caps.titles[loaded.title_of(book.index)]])
        text = f"A book with the same title, by {listed[0].author}, comes first."
        return [WhyNot("same_title", text)]
    if rule == "contents":
        names = " and ".join(
            b.title for b in loaded.catalogue.books(caps.listed_contents(book.index))
        )
        text = f"The list already has {names}, a part of it or a set with it."
        return [WhyNot("contents", text)]
    return []


def too_far(rank: int, limit: int) -> WhyNot:
    """Return the reason for a book that the list is too short for."""
    text = f"It would be number {rank:,}, but the list ends at {limit} (--limit)."
    return WhyNot("too_far", text)


def _read(taste: Taste, book: Book) -> str:
    own = next((s for s in taste.reading.items if s.book.index == book.index), None)
    if own is None:
        return "You have read or excluded another edition of it, a part of it or a set with it."
    if own.stars is not None:
        return f"You have read it and gave it {own.stars:g} stars."
    if own.loved:
        return "You named it as a book you love."
    return "You have read it, given it up or excluded it with --not."


# By filter: what a book fails if the filter knows nothing of it.
_UNKNOWN = {
    "genre": "its genres are unknown",
    "language": "its language is unknown",
    "year": "its year is unknown",
    "pages": "its length is unknown",
    "min-ratings": "how many ratings it has is unknown",
    "max-ratings": "how many ratings it has is unknown",
}


def _filtered(catalogue: Catalogue, name: str, filters: Filters, book: Book, unknown: bool) -> str:
    if name == "kind":
        kind = catalogue.kinds([book.index])[book.index]
        return f"It is {KINDS[kind]}; --kind {kind} lets it in."
    genres, ratings = ", ".join(book.genres), f"{book.ratings_count} ratings"
    option, value = {
        "genre": (", ".join(filters.genres), f"its genres are {genres}"),
        "not-genre": (", ".join(filters.not_genres), f"its genres are {genres}"),
        "language": (", ".join(filters.languages), f"it is in {book.language}"),
        "year": (_range(filters.years), f"it came out in {book.year}"),
        "pages": (_range(filters.pages), f"it has {book.pages} pages"),
        "min-ratings": (filters.min_ratings, f"it has {ratings}"),
        "max-ratings": (filters.max_ratings, f"it has {ratings}"),
        "exclude-author": (", ".join(filters.exclude_authors), f"it is by {book.author}"),
    }[name]
    if unknown:
        value = f"{_UNKNOWN[name]} (--unknown lets it in)"
    return f"--{name} {option}: {value}."


def _range(span: Span) -> str:
    low, high = ("" if end is None else str(end) for end in span)
    return f"{low}-{high}"


def _series(loaded: LoadedModel, caps: Caps, book: Book) -> str:
    series = loaded.series_of(book.index)[0]
    volume = f"volume {series.volume:g}" if series.volume is not None else "a part"
    where = f"It is {volume} of {series.name}"
    if caps.mode == "none":
        return f"{where}, and --series none leaves series out."
    if caps.mode == "first":
        return f"{where}; --series first lists only volume 1 of series you have not started."
    due = f"{caps.volumes.due(series.key, int(caps.authors[book.index])):g}"
    return f"{where}; your next volume is {due} (--series any ignores the order)."
